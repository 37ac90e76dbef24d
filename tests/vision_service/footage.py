"""Where the real footage lies, and why a test is skipped without it."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get('ATRIUM_SHARED', Path(__file__).parents[3] / 'shared'))
DATA = SHARED / 'data'

needs_footage = [
    pytest.mark.footage,
    pytest.mark.skipif(
        not DATA.is_dir() and os.environ.get('CI') != 'true',
        reason=f'the real footage is not at {DATA}; set ATRIUM_SHARED to where it is',
    ),
]
