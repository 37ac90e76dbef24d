"""Drawing lines and zones: versions, refusals, and who may."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.footfall import operations
from domain.footfall.commands import DefineLine, DefineZone, LineRole, RedrawLine, ZoneKind
from domain.footfall.permissions import EDIT_LAYOUT, VIEW
from domain.shared.actor import Actor
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import perform
from tests.domain.footfall.conftest import House, local


def test_a_new_line_is_in_its_first_version_and_unaudited(house: House) -> None:
    line = house.lines['door-east']

    assert (line.version, line.verification, line.role) == (1, 'unaudited', LineRole.ENTRANCE)


def test_a_redraw_opens_the_next_version_at_the_instant_the_last_one_closes(house: House) -> None:
    line = house.lines['door-east']
    command = RedrawLine(line_id=line.id, start=(0, 1), end=(4, 1), device_id=line.device_id, reason='镜头移位')

    redrawn = perform(operations.redraw_line, actor=house.system, command=command, now=local(2026, 5, 20, 14))

    assert (redrawn.version, redrawn.valid_from, redrawn.id) == (2, local(2026, 5, 20, 14), line.id)
    assert redrawn.version_id != line.version_id


def test_a_code_is_given_once(house: House) -> None:
    command = DefineLine(
        code='door-east', name_zh='东门', name_en='East', role=LineRole.ENTRANCE, floor_id=house.floors['F1'],
        end=(2.0, 0.0),
    )  # fmt: skip

    with pytest.raises(DomainError, match='in use'):
        perform(operations.define_line, actor=house.system, command=command)


@pytest.mark.parametrize(
    'polygon',
    [
        ((0.0, 0.0), (1.0, 0.0)),
        ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)),
        ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
        ((0.0, 0.0), (float('nan'), 0.0), (2.0, 2.0)),
    ],
    ids=['two points', 'bow tie', 'no area', 'not a number'],
)
def test_a_zone_needs_a_polygon_that_encloses_something(house: House, polygon: tuple[tuple[float, float], ...]) -> None:
    command = DefineZone(
        code='odd', name_zh='区', name_en='Zone', kind=ZoneKind.SECTION, floor_id=house.floors['F1'], polygon=polygon
    )

    with pytest.raises(DomainError, match='geometry is not valid'):
        perform(operations.define_zone, actor=house.system, command=command)


def test_only_who_may_set_the_layout_redraws(house: House) -> None:
    line = house.lines['door-east']
    command = RedrawLine(line_id=line.id, start=(0, 1), end=(4, 1), device_id=None, reason='x')
    viewer = replace(house.system, kind='person', permissions=frozenset({VIEW.code}))

    with pytest.raises(PermissionDenied):
        perform(operations.redraw_line, actor=viewer, command=command)

    editor = replace(viewer, permissions=frozenset({EDIT_LAYOUT.code}))
    assert perform(operations.redraw_line, actor=editor, command=command).version == 2


def test_a_line_of_another_mall_does_not_exist(make_house: Callable[[], House]) -> None:
    ours, theirs = make_house(), make_house()
    command = RedrawLine(line_id=theirs.lines['door-east'].id, start=(0, 1), end=(4, 1), device_id=None, reason='x')
    actor: Actor = ours.system

    with pytest.raises(DomainError, match='no counting line'):
        perform(operations.redraw_line, actor=actor, command=command)
