"""Positions of the simulated mall: the same people, at the same places, as its devices report."""

import json
from collections import defaultdict
from itertools import pairwise
from math import dist
from pathlib import Path

from integrations.simulator.people import Party
from integrations.simulator.positions import positions, write_positions
from integrations.simulator.presence import presence_by_minute

NOON_S = 14 * 3600.0


def test_nobody_jumps_and_nobody_is_in_two_places(small_day: list[Party]) -> None:
    floor = next(stretch.floor for party in small_day for stretch in party.trip.stretches)
    ways: dict[int, list[tuple[float, float, float]]] = defaultdict(list)

    for at, rows in positions(small_day, floor, NOON_S, NOON_S + 60, rate=5):
        assert len({row[0] for row in rows}) == len(rows)
        for number, x, y, _ in rows:
            ways[number].append((at, x, y))

    assert ways
    for way in ways.values():
        steps = pairwise(way)
        assert all(dist(a[1:], b[1:]) <= 2.0 * (b[0] - a[0]) + 0.01 for a, b in steps if b[0] - a[0] < 0.3)


def test_they_are_where_the_zone_sensor_says(small_day: list[Party]) -> None:
    minute = int(NOON_S // 60)
    told = presence_by_minute(small_day, minute, minute + 1)
    for (floor, _), cells in told.items():
        mean = sum(len(rows) for _, rows in positions(small_day, floor, NOON_S, NOON_S + 60, rate=0.1)) / 6

        assert abs(sum(seconds for _, _, seconds in cells) / 60 - mean) <= 1.0


def test_the_file_is_one_instant_a_line(tmp_path: Path) -> None:
    instants = [(0.0, [(7, 1.23456, 2.0, 1.7)]), (0.1, [])]

    assert write_positions(tmp_path / 'p.jsonl', 'F1', instants, began_at=100.0) == 2

    lines = [json.loads(line) for line in (tmp_path / 'p.jsonl').read_text().splitlines()]
    assert lines[0] == {'t': 100.0, 'floor': 'F1', 'people': [[7, 1.235, 2.0, 1.7]]}
    assert lines[1]['t'] == 100.1
