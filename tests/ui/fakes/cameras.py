"""A vision service and its hazards, made up."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.footfall.views import NextCell, NextMatrix, Way, Ways
from domain.safety.commands import HazardId, HazardKind, HazardState, Priority, ReviewHazard, Watched
from domain.safety.ports import (
    Calibration,
    CameraNow,
    Fit,
    Layout,
    LayoutOutdated,
    Picture,
    Shape,
    VisionUnavailable,
)
from domain.safety.views import CameraRecord, CameraView, ClipReference, HazardPage, HazardView, ViewingView
from tests.ui.fakes.footfall import zones
from tests.ui.fakes.ground import NOW, floors

PIXEL = Picture(b'\x89PNG', 'image/png')


def hazard(number: int, **changes: Any) -> HazardView:
    made = HazardView(
        id=HazardId(number),
        device_code='cam-f1-main',
        device_name='F1 主入口',
        floor_id=floors()[0].id,
        code='kitchen',
        kind=HazardKind.FLAME,
        raised_at=NOW - timedelta(minutes=number),
        cleared_at=None,
        value=1.8,
        limit=1.5,
        box=(0.1, 0.2, 0.3, 0.4),
        has_clip=True,
        occurrences=1,
        priority=Priority.NORMAL,
        state=HazardState.OPEN,
        reason=None,
        note='',
        reviewed_at=None,
        reviewed_by=None,
    )
    return replace(made, **changes)


def hazards() -> list[HazardView]:
    return [
        hazard(1, priority=Priority.HIGH),
        hazard(2, kind=HazardKind.DENSITY, value=4.6, limit=4.0, has_clip=False, occurrences=3),
        hazard(3, kind=HazardKind.INTRUSION, value=1.0, limit=1.0),
    ]


def camera_views() -> list[CameraView]:
    codes = ('cam-f1-main', 'cam-f1-east', 'cam-f2-bridge', 'cam-b1-metro')
    return [
        CameraView(
            id=900 + place,
            code=code,
            name='',
            floor_id=floors()[0].id,
            at=None,
            is_online=place != 3,
            last_seen_at=NOW,
            open_hazards=2 if place == 0 else 0,
        )
        for place, code in enumerate(codes)
    ]


def camera_now(code: str, state: str = 'watching', detail: str = 'counting') -> CameraNow:
    return CameraNow(
        code=code,
        state=state,  # type: ignore[arg-type]
        detail=detail,
        people=4,
        counted_in=10,
        counted_out=9,
        pictures_per_second=8.0,
        frames_dropped=0,
        readings_waiting=0,
        last_picture_at=NOW,
        floor='F1',
        is_calibrated=True,
        layout_version=3,
        size=(640, 360),
    )


class FakeVision:
    """Three cameras, one of them in trouble; it keeps what it was told to save."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []
        self.is_away = False
        self.is_outdated = False
        self.current = Layout(
            version=3,
            valid_from=NOW,
            changed_by='赵海川',
            lines=(Shape('door-f1-main', ((0.1, 0.6), (0.9, 0.6)), 'door'),),
            zones=(),
            calibration=Calibration(((0.0, 1.0), (1.0, 1.0), (1.0, 0.5)), ((0.0, 0.0), (4.0, 0.0), (4.0, 9.0))),
            fit=Fit(0.12, 2.0, (0.1, 0.1, 0.2), True, ()),
        )

    async def cameras(self) -> Sequence[CameraNow]:
        if self.is_away:
            raise VisionUnavailable
        frozen = camera_now('cam-f1-east', 'frozen', 'the same picture for a minute')
        return [camera_now('cam-f1-main'), frozen, camera_now('cam-f2-bridge')]

    async def snapshot(self, camera: str) -> Picture:
        return PIXEL

    async def clip(self, name: str) -> Picture:
        return PIXEL

    async def layout(self, camera: str) -> Layout:
        return self.current

    async def fit(self, camera: str, calibration: Calibration) -> Fit:
        return Fit(0.21, 3.0, tuple(0.2 for _ in calibration.points), len(calibration.points) > 4, ())

    async def save_layout(self, camera: str, **facts: Any) -> Layout:
        if self.is_outdated:
            raise LayoutOutdated
        self.saved.append(facts)
        self.current = replace(self.current, version=self.current.version + 1, lines=tuple(facts['lines']))
        return self.current


def camera_answers() -> dict[str, Callable[..., Any]]:
    shown = {each.id: each for each in hazards()}

    def review(command: ReviewHazard) -> HazardView:
        judged = replace(shown[command.hazard_id], state=HazardState(command.verdict), reason=command.reason)
        shown[command.hazard_id] = replace(judged, reviewed_at=NOW, reviewed_by='陈敏')
        return shown[command.hazard_id]

    return {
        'list_hazards': lambda **_: HazardPage(tuple(shown.values()), len(shown)),
        'review_hazard': review,
        'open_clip': lambda command: ClipReference('cam-f1-main', 'abcdef0123'),
        'list_cameras': camera_views,
        'watch_cameras': lambda command: command.device_codes,
        'note_layout': lambda command: command.device_code,
        'camera_records': lambda since: [
            CameraRecord(device_code='cam-f1-main', confirmed=3, dismissed=1, waiting=2, median_seconds_to_verify=42.0)
        ],
        'list_viewings': lambda: [
            ViewingView(
                what=Watched.CLIP, device_code='cam-f1-main', hazard_id=HazardId(1), viewed_at=NOW, viewed_by='周毅'
            )
        ],
        'next_shops': lambda business_on, by: NextMatrix(
            cells=(
                NextCell(origin='dining', target='tea', persons=31),
                NextCell(origin='tea', target='dining', persons=None),
            ),
            threshold=10,
            suppressed=1,
        ),
        'ways_to': lambda zone_id, business_on: Ways(
            ways=(Way(zones=(zones()[0].id,), persons=24), Way(zones=(), persons=12)), threshold=10, hidden=15
        ),
    }
