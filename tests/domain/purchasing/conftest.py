"""A mall with shelves to refill."""

import pytest

from domain.shared.actor import MallId
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import build_world


@pytest.fixture(scope='module')
def store(mall: MallId) -> Store:
    return Store(build_world(mall))
