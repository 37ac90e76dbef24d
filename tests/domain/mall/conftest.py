"""The demo malls' documents, and an actor that may do everything."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.shared.actor import Actor, system_actor

ASSETS = Path(__file__).parents[3] / 'assets' / 'demo_mall'


def read_plan(code: str) -> dict[str, Any]:
    return json.loads((ASSETS / f'{code}.json').read_text(encoding='utf-8'))


@pytest.fixture
def yunji() -> dict[str, Any]:
    return read_plan('yunji')


@pytest.fixture
def qinghe() -> dict[str, Any]:
    return read_plan('qinghe')


@pytest.fixture
def seeder() -> Actor:
    return system_actor('seeder')
