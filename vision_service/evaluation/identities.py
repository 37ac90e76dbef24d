"""How well identities on the floor are kept: IDF1 and MOTA of places in metres."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.assignment import assign


@dataclass(frozen=True, slots=True)
class Identities:
    """Shares of one; `switches` counts how often a person got another number."""

    idf1: float
    mota: float
    switches: int
    precision: float
    recall: float


def compared_on_floor(truth: list[Array], mine: list[Array], *, reach_m: float = 1.0) -> Identities:
    """Rows are id, x, y of each instant.

    IDF1 by the best one-to-one pairing of identities over the whole time; MOTA by CLEAR's rule that a pair holds on
    while it fits.
    """
    shared: Counter[tuple[float, float]] = Counter()
    held: dict[float, float] = {}
    misses = extras = switches = hits = 0
    for people, found in zip(truth, mine, strict=True):
        near = _near(people, found, reach_m)
        shared.update(_possible(people, found, near))
        pairs = _paired(people, found, near, held)
        switches += sum(held.get(person, number) != number for person, number in pairs.items())
        held.update(pairs)
        hits, misses, extras = hits + len(pairs), misses + len(people) - len(pairs), extras + len(found) - len(pairs)
    people_seen, found_seen = hits + misses, hits + extras
    return Identities(
        idf1=2 * _best(shared) / max(people_seen + found_seen, 1),
        mota=1 - (misses + extras + switches) / max(people_seen, 1),
        switches=switches,
        precision=hits / max(found_seen, 1),
        recall=hits / max(people_seen, 1),
    )


def _near(people: Array, found: Array, reach_m: float) -> Array:
    gap = np.linalg.norm(people[:, None, 1:] - found[None, :, 1:], axis=2)
    return np.where(gap <= reach_m, gap, np.inf)


def _possible(people: Array, found: Array, near: Array) -> list[tuple[float, float]]:
    rows, columns = np.nonzero(np.isfinite(near))
    return list(zip(people[rows, 0].tolist(), found[columns, 0].tolist(), strict=True))


def _paired(people: Array, found: Array, near: Array, held: dict[float, float]) -> dict[float, float]:
    """Pairs that held before hold on where they fit; the rest by distance."""
    if not len(people) or not len(found):
        return {}
    cost = np.where(np.isfinite(near), near, 1e6)
    for row, person in enumerate(people[:, 0].tolist()):
        stays = found[:, 0] == held.get(person, -1.0)
        cost[row, stays & np.isfinite(near[row])] -= 1e3
    rows, columns = assign(cost + 1e3, 1e3 + 1e3)
    return dict(zip(people[rows, 0].tolist(), found[columns, 0].tolist(), strict=True))


def _best(shared: Counter[tuple[float, float]]) -> int:
    """How many instants the best one-to-one pairing of identities explains."""
    if not shared:
        return 0
    people = {person: row for row, person in enumerate(sorted({person for person, _ in shared}))}
    numbers = {number: column for column, number in enumerate(sorted({number for _, number in shared}))}
    gain = np.zeros((len(people), len(numbers)))
    for (person, number), count in shared.items():
        gain[people[person], numbers[number]] = count
    most = float(gain.max())
    rows, columns = assign(most - gain, most - 0.5)
    return int(gain[rows, columns].sum())
