"""The heat map in metres, and names that die with the day (FT-R13)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vision_service.analytics.presence import PresenceMap
from vision_service.analytics.tokens import DayTokens


def test_seconds_go_to_the_square_where_people_stand() -> None:
    heat = PresenceMap(cell_m=1.0)
    for tenth in range(101):
        heat.observe(np.array([[2.5, 3.5], [-0.5, 0.2]]), 60 + tenth / 10)

    assert heat.flush() == [(1, [(-1, 0, 10.0), (2, 3, 10.0)])]


def test_a_minute_ends_when_the_next_begins() -> None:
    heat = PresenceMap()
    heat.observe(np.array([[0.5, 0.5]]), 118.0)
    heat.observe(np.array([[0.5, 0.5]]), 119.0)

    assert heat.observe(np.array([[0.5, 0.5]]), 120.0) == [(1, [(0, 0, 1.0)])]


def test_a_gap_in_the_stream_adds_no_presence() -> None:
    heat = PresenceMap()
    heat.observe(np.array([[0.5, 0.5]]), 0.0)
    heat.observe(np.array([[0.5, 0.5]]), 50.0)

    assert heat.flush() == [(0, [(0, 0, 2.0)])]


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=30))
def test_person_seconds_are_conserved(people: list[tuple[float, float]]) -> None:
    heat = PresenceMap()
    for second in range(5):
        heat.observe(np.array(people), float(second))

    total = sum(seconds for _, cells in heat.flush() for _, _, seconds in cells)

    assert abs(total - 4.0 * len(people)) < 0.01 * len(people) + 1e-6


def test_a_track_keeps_its_name_within_the_day() -> None:
    tokens = DayTokens('cam-1')

    assert tokens.token(7, '2026-11-22') == tokens.token(7, '2026-11-22')
    assert tokens.token(7, '2026-11-22') != tokens.token(8, '2026-11-22')


def test_FT_R13_yesterday_s_name_cannot_be_made_again() -> None:
    tokens = DayTokens('cam-1')
    monday = tokens.token(7, '2026-11-22')

    assert tokens.token(7, '2026-11-23') != monday
    assert tokens.token(7, '2026-11-22') != monday


def test_FT_R13_cameras_do_not_share_names() -> None:
    def same_key() -> bytes:
        return b'k' * 32

    assert DayTokens('a', new_key=same_key).token(1, 'd') != DayTokens('b', new_key=same_key).token(1, 'd')
