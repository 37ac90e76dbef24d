"""How far a camera's own tracks are to be believed: as often as the floor agreed with them lately."""

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.association.sightings import Whole

AT_FIRST = 0.9
SLOWNESS = 200.0  # sightings over which the share is taken
SURE = 0.995


class TrackTrust:
    """Numbers that mean nothing (a new one for each picture, a place in a list) soon weigh nothing."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._agreed: dict[int, float] = {}

    def weights(self, cameras: Whole) -> Array:
        """What staying with one's track is worth, in units of chi-square, for each row."""
        shares = np.array([self._agreed.get(camera, AT_FIRST) for camera in cameras.tolist()])
        odds = np.log(np.clip(shares, 0.5, SURE) / (1 - np.clip(shares, 0.5, SURE)))
        return np.asarray(np.minimum(2 * odds, self._most))

    def learn(self, cameras: Whole, agreed: Array) -> None:
        """Of each sighting whose track was somebody before: whether he was also who was nearest."""
        for camera, each in zip(cameras.tolist(), agreed.tolist(), strict=True):
            before = self._agreed.get(camera, AT_FIRST)
            self._agreed[camera] = before + (float(each) - before) / SLOWNESS
