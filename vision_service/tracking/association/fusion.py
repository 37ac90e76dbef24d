"""Several cameras' word on one place made into one: the surer camera weighs more."""

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.association.sightings import Sightings, Whole
from vision_service.tracking.kalman import inverse_of_two

LEAST_DOUBT_M = 0.06  # however many cameras agree: their calibrations share the same plan


def fused(sightings: Sightings, groups: Whole, count: int) -> tuple[Array, Array]:
    """Place and covariance of each group 0 … count-1 of the rows."""
    weights = inverse_of_two(sightings.noise)
    total = np.zeros((count, 2, 2))
    pull = np.zeros((count, 2))
    np.add.at(total, groups, weights)
    np.add.at(pull, groups, (weights @ sightings.points[:, :, None])[:, :, 0])
    noise = inverse_of_two(total)
    return (noise @ pull[:, :, None])[:, :, 0], noise + np.eye(2) * LEAST_DOUBT_M**2


def apart(first: Array, first_noise: Array, second: Array, second_noise: Array) -> Array:
    """Squared distance of every first place to every second one in units of their common doubt, `(n, m)`."""
    gap = first[:, None] - second[None]
    spread = first_noise[:, None] + second_noise[None]
    a, b, d = spread[..., 0, 0], spread[..., 0, 1], spread[..., 1, 1]
    x, y = gap[..., 0], gap[..., 1]
    return np.asarray((d * x * x - 2 * b * x * y + a * y * y) / np.maximum(a * d - b * b, 1e-12))


def clustered(sightings: Sightings, *, limit: float, reach_m: float) -> Whole:
    """Which of the rows are one person, 0 … n-1: nearest pairs first, no camera twice in one person."""
    count = len(sightings)
    label = np.arange(count)
    if count < 2:
        return label
    distance = apart(sightings.points, sightings.noise, sightings.points, sightings.noise)
    gap = np.linalg.norm(sightings.points[:, None] - sightings.points[None], axis=2)
    one, other = np.nonzero(np.triu((distance < limit) & (gap < reach_m), k=1))
    members = {row: [row] for row in range(count)}
    for pair in np.argsort(distance[one, other], kind='stable'):
        _join(sightings, label, members, int(label[one[pair]]), int(label[other[pair]]), distance, limit)
    return np.unique(label, return_inverse=True)[1]


def _join(
    sightings: Sightings,
    label: Whole,
    members: dict[int, list[int]],
    first: int,
    second: int,
    distance: Array,
    limit: float,
) -> None:
    """Complete linkage: everyone of one side must agree with everyone of the other."""
    if first == second:
        return
    mine, theirs = members[first], members[second]
    if set(sightings.cameras[mine].tolist()) & set(sightings.cameras[theirs].tolist()):
        return
    if distance[np.ix_(mine, theirs)].max() > limit:
        return
    members[first] = mine + theirs
    label[theirs] = first
    del members[second]
