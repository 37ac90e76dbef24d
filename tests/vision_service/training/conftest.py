"""Training needs PyTorch; without the `torch` extra there is nothing to train."""

import pytest

pytest.importorskip('torch', reason='training needs the `torch` extra')
