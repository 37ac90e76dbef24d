"""Where everybody is, instant by instant: what rendered cameras look at, and the truth they are measured by."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from integrations.simulator.people import STEP_S, Party
from integrations.simulator.presence import SPREAD_M

ADULT_M, CHILD_M = 1.70, 1.15

Row = tuple[int, float, float, float]


def positions(
    parties: Iterable[Party], floor: str, since_s: float, until_s: float, *, rate: float = 10.0
) -> Iterator[tuple[float, list[Row]]]:
    """Number, x, y and height of everyone on the floor, `rate` times a second; seconds since the day began."""
    ways = _ways(parties, floor, since_s, until_s)
    for tick in range(int((until_s - since_s) * rate)):
        at = since_s + tick / rate
        here = {way[4]: _place(way, at) for begun, ended, way in ways if begun <= at < ended}
        yield at, list(here.values())


def write_positions(
    path: Path, floor: str, instants: Iterable[tuple[float, list[Row]]], *, began_at: float = 0.0
) -> int:
    """JSON lines as `sim:` sources read them; answers how many."""
    lines = 0
    with path.open('w', encoding='utf-8') as file:
        for at, rows in instants:
            people = [[number, round(x, 3), round(y, 3), height] for number, x, y, height in rows]
            file.write(json.dumps({'t': round(began_at + at, 3), 'floor': floor, 'people': people}) + '\n')
            lines += 1
    return lines


_Way = tuple[float, float, tuple[float, float], tuple[float, float], int, float]


def _ways(parties: Iterable[Party], floor: str, since_s: float, until_s: float) -> list[tuple[float, float, _Way]]:
    """Every straight stretch on the floor within the time, one row per person of the party."""
    found = []
    number = 0
    for party in parties:
        for place, person in enumerate(party.people):
            number += 1
            shift, aside = place * STEP_S, (place % 3 - (len(party.people) > 1)) * SPREAD_M
            height = CHILD_M if person.is_child else ADULT_M
            for stretch in party.trip.stretches:
                begun, ended = stretch.from_s + shift, stretch.until_s + shift
                if stretch.floor == floor and ended > since_s and begun < until_s:
                    (x0, y0), (x1, y1) = stretch.start, stretch.end
                    way = (begun, ended, (x0 + aside, y0 + aside), (x1 + aside, y1 + aside), number, height)
                    found.append((begun, ended, way))
    return found


def _place(way: _Way, at: float) -> Row:
    begun, ended, (x0, y0), (x1, y1), number, height = way
    part = (at - begun) / max(ended - begun, 1e-9)
    return number, x0 + (x1 - x0) * part, y0 + (y1 - y0) * part, height
