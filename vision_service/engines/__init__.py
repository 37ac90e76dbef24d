"""What runs a network: PyTorch, onnxruntime or DeepSparse behind one verb; the same inputs give the same outputs."""
