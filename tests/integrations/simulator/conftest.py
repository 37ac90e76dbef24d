"""Worlds for tests: the small mall, since its days are quick to make, and the big one where it matters."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from integrations.simulator.people import Party
from integrations.simulator.plan import MallPlan, load_plan
from integrations.simulator.world import World
from tests.integrations.brokers import BrokerProcess, make_broker

SUNDAY = date(2026, 11, 22)
THURSDAY = date(2026, 11, 19)


@pytest.fixture(scope='session')
def qinghe() -> MallPlan:
    return load_plan('qinghe')


@pytest.fixture(scope='session')
def yunji() -> MallPlan:
    return load_plan('yunji')


@pytest.fixture(scope='session')
def small_world(qinghe: MallPlan) -> World:
    return World(qinghe, seed=7, scale=0.6)


@pytest.fixture(scope='session')
def big_world(yunji: MallPlan) -> World:
    return World(yunji, seed=7, scale=0.04)


@pytest.fixture(scope='session')
def small_day(small_world: World) -> list[Party]:
    return list(small_world.day(SUNDAY).parties())


@pytest.fixture(scope='session')
def big_day(big_world: World) -> list[Party]:
    return list(big_world.day(SUNDAY).parties())


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    process = make_broker('embedded', tmp_path / 'broker')
    process.start()
    yield process
    process.stop()
