"""From a camera's confirmed tracks to observations on the plan, with their doubt."""

from vision_service.contracts import Observation
from vision_service.looking import Looks
from vision_service.pipeline import Seen
from vision_service.tracking.placing import placed, shows_feet
from vision_service.tracking.projection import FloorProjection


def observed(
    camera: str,
    floor: str | None,
    seen: Seen,
    projection: FloorProjection,
    height: int,
    at: float,
    looks: Looks | None = None,
) -> list[Observation]:
    """Whoever's feet are in the picture, at epoch second `at`; with the vectors of those who were looked at."""
    looks = looks or {}
    tracks = seen.tracks
    shown = tracks.confirmed & shows_feet(tracks.boxes, height)
    places = placed(projection, tracks.boxes[shown])
    rows = zip(tracks.ids[shown].tolist(), places.metres.tolist(), places.spread.tolist(), strict=True)
    return [
        Observation(
            camera=camera,
            t=at,
            track=track,
            x_m=x,
            y_m=y,
            floor=floor,
            embedding=looks.get(track),
            spread=(xx, xy, yy),
        )
        for track, (x, y), (xx, xy, yy) in rows
    ]
