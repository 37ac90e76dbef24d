"""The decisions of inventory: pure functions."""
