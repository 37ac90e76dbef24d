"""Hand-made tracks for the counting rules."""

from collections.abc import Iterable

import numpy as np

from vision_service.tracking.tracker import Tracks


def tracks_at(*people: tuple[int, float, float], confirmed: bool = True) -> Tracks:
    """One picture: (track number, foot x, foot y) per person."""
    feet = np.array([[x, y] for _, x, y in people], dtype=np.float64).reshape(-1, 2)
    boxes = np.column_stack((feet[:, 0] - 10, feet[:, 1] - 60, feet[:, 0] + 10, feet[:, 1]))
    return Tracks(
        ids=np.array([number for number, _, _ in people], dtype=np.int64),
        boxes=boxes,
        feet=feet,
        scores=np.ones(len(people)),
        confirmed=np.full(len(people), confirmed),
    )


def walk(xs: Iterable[float], *, y: float = 50.0, number: int = 1, confirmed: bool = True) -> list[Tracks]:
    """One person along a row of the picture."""
    return [tracks_at((number, x, y), confirmed=confirmed) for x in xs]
