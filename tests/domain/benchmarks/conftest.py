"""A mall with shops of one category."""

import pytest

from domain.shared.actor import MallId
from tests.domain.leasing.world import World, build_world


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)
