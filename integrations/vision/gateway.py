"""The vision service as the platform's cameras: one client per process, its token never leaves this module."""

from collections.abc import Sequence
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from domain.safety.ports import (
    Calibration,
    CameraNow,
    Fit,
    Layout,
    LayoutOutdated,
    LayoutRefused,
    Picture,
    PictureMissing,
    Shape,
    VisionUnavailable,
)
from vision_service.contracts import (
    CalibrationFit,
    CalibrationShape,
    CameraView,
    LayoutChange,
    LayoutView,
    LineShape,
    ZoneShape,
)

TIMEOUT_S = 4.0
MOST_BYTES = 16 * 1024 * 1024
CAMERAS = TypeAdapter(list[CameraView])
M = TypeVar('M', bound=BaseModel)


class VisionGateway:
    """Answers `CameraPort` over HTTP. It only reads and sets layouts, so a call that failed may be made again."""

    def __init__(self, url: str, token: SecretStr, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip('/')
        self._headers = {'Authorization': f'Bearer {secret}'} if (secret := token.get_secret_value()) else {}
        self._transport = transport

    async def cameras(self) -> list[CameraNow]:
        answer = await self._ask('GET', '/api/v1/cameras')
        return [_camera(view) for view in self._understood(lambda: CAMERAS.validate_json(answer.content))]

    async def snapshot(self, camera: str) -> Picture:
        return _picture(await self._ask('GET', f'/api/v1/cameras/{camera}/snapshot.jpg'))

    async def clip(self, name: str) -> Picture:
        return _picture(await self._ask('GET', f'/api/v1/clips/{name}'))

    async def layout(self, camera: str) -> Layout:
        return _layout(self._read(LayoutView, await self._ask('GET', f'/api/v1/cameras/{camera}/layout')))

    async def fit(self, camera: str, calibration: Calibration) -> Fit:
        body = CalibrationShape(points=calibration.points, metres=calibration.metres)
        answer = await self._ask('POST', f'/api/v1/cameras/{camera}/calibration/fit', body)
        return _fit(self._read(CalibrationFit, answer))

    async def save_layout(
        self,
        camera: str,
        *,
        based_on: int,
        lines: Sequence[Shape],
        zones: Sequence[Shape],
        calibration: Calibration | None,
        changed_by: str,
    ) -> Layout:
        body = _change(based_on, lines, zones, calibration, changed_by)
        return _layout(self._read(LayoutView, await self._ask('PUT', f'/api/v1/cameras/{camera}/layout', body)))

    async def _ask(self, method: str, path: str, body: BaseModel | None = None) -> httpx.Response:
        content = None if body is None else body.model_dump_json()
        headers = self._headers | ({'Content-Type': 'application/json'} if content else {})
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
                answer = await client.request(method, f'{self._url}{path}', content=content, headers=headers)
        except httpx.HTTPError as error:
            raise VisionUnavailable from error
        _judge(answer)
        return answer

    def _read(self, model: type[M], answer: httpx.Response) -> M:
        return self._understood(lambda: model.model_validate_json(answer.content))

    def _understood(self, read: Any) -> Any:
        try:
            return read()
        except ValidationError as error:
            raise VisionUnavailable from error


def _judge(answer: httpx.Response) -> None:
    """:raises DomainError: for whatever is no success, in the platform's words"""
    if answer.is_success and len(answer.content) <= MOST_BYTES:
        return
    if answer.status_code == 409:
        raise LayoutOutdated
    if answer.status_code in (400, 422):
        raise LayoutRefused(reason=_detail(answer))
    if answer.status_code in (404, 503):
        raise PictureMissing(reason=_detail(answer))
    raise VisionUnavailable


def _detail(answer: httpx.Response) -> str:
    try:
        said = answer.json().get('detail', '')
    except (ValueError, AttributeError):
        return answer.text[:200]
    if isinstance(said, list):
        said = '; '.join(str(each.get('msg', each)) for each in said[:3])
    return str(said)[:300]


def _picture(answer: httpx.Response) -> Picture:
    media_type = answer.headers.get('content-type', '')
    if media_type not in ('image/jpeg', 'image/webp', 'image/png'):
        raise VisionUnavailable
    return Picture(answer.content, media_type)


def _camera(view: CameraView) -> CameraNow:
    return CameraNow(
        code=view.code,
        state=view.state.value,
        detail=view.detail,
        people=view.people,
        counted_in=view.counted_in,
        counted_out=view.counted_out,
        pictures_per_second=view.pictures_per_second,
        frames_dropped=view.frames_dropped,
        readings_waiting=view.readings_waiting,
        last_picture_at=view.last_frame_at,
        floor=view.floor,
        is_calibrated=view.is_calibrated,
        layout_version=view.layout_version,
        size=(view.width, view.height) if view.width and view.height else None,
    )


def _layout(view: LayoutView) -> Layout:
    calibration = view.calibration
    return Layout(
        version=view.version,
        valid_from=view.valid_from,
        changed_by=view.changed_by,
        lines=tuple(Shape(line.code, line.points, line.kind) for line in view.lines),
        zones=tuple(Shape(zone.code, zone.points, zone.kind) for zone in view.zones),
        calibration=Calibration(calibration.points, calibration.metres) if calibration else None,
        fit=_fit(view.fit) if view.fit else None,
    )


def _fit(view: CalibrationFit) -> Fit:
    return Fit(view.error_m, view.error_px, view.errors_m, view.is_checked, view.outline)


def _change(
    based_on: int, lines: Sequence[Shape], zones: Sequence[Shape], calibration: Calibration | None, changed_by: str
) -> LayoutChange:
    """:raises LayoutRefused: when the contract does not take it"""
    try:
        return LayoutChange(
            based_on=based_on,
            lines=tuple(LineShape(code=line.code, points=line.points, kind=line.kind) for line in lines),  # type: ignore[arg-type]
            zones=tuple(ZoneShape(code=zone.code, points=zone.points, kind=zone.kind) for zone in zones),  # type: ignore[arg-type]
            calibration=CalibrationShape(points=calibration.points, metres=calibration.metres) if calibration else None,
            changed_by=changed_by[:80],
        )
    except ValidationError as error:
        raise LayoutRefused(reason=error.errors()[0]['msg']) from error
