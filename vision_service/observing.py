"""From a camera's confirmed tracks to observations on the plan, with their doubt."""

from vision_service.contracts import Observation
from vision_service.pipeline import Seen
from vision_service.tracking.placing import placed, shows_feet
from vision_service.tracking.projection import FloorProjection


def observed(
    camera: str, floor: str | None, seen: Seen, projection: FloorProjection, height: int, at: float
) -> list[Observation]:
    """Whoever's feet are in the picture, at epoch second `at`."""
    tracks = seen.tracks
    shown = tracks.confirmed & shows_feet(tracks.boxes, height)
    places = placed(projection, tracks.boxes[shown])
    rows = zip(tracks.ids[shown].tolist(), places.metres.tolist(), places.spread.tolist(), strict=True)
    return [
        Observation(camera=camera, t=at, track=track, x_m=x, y_m=y, floor=floor, spread=(xx, xy, yy))
        for track, (x, y), (xx, xy, yy) in rows
    ]
