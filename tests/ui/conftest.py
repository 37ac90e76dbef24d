"""Fixtures for screens."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.ui import fakes
from tests.ui.fakes import FakeDomain
from tests.ui.fakes.cameras import camera_answers
from tests.ui.screens import answer_with


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch) -> FakeDomain:
    """A domain that answers everything with plausible figures; a test may replace answers."""
    answers: dict[str, Callable[..., Any]] = {}
    for made in (fakes.cockpit_answers(), fakes.devices_answers(), fakes.footfall_answers(), camera_answers()):
        answers |= made
    faked = FakeDomain(answers)
    answer_with(faked, monkeypatch)
    return faked
