"""What safety asks of the vision service, in the platform's own words; an integration answers.

Whoever calls it has checked the permission and put the viewing on record: the port itself knows nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from domain.shared.errors import DomainError

Share = tuple[float, float]
Metres = tuple[float, float]


class VisionUnavailable(DomainError):
    code = 'safety.vision_unavailable'
    status = 503
    zh = '视觉服务暂时无法连接，摄像机画面无法显示；计数在其恢复后自动补传。'
    en = 'The vision service cannot be reached: no pictures can be shown. Counts follow by themselves once it is back.'


class PictureMissing(DomainError):
    code = 'safety.picture_missing'
    status = 404
    zh = '暂时没有画面：{reason}'
    en = 'There is no picture: {reason}'


class LayoutOutdated(DomainError):
    code = 'safety.layout_outdated'
    status = 409
    zh = '在您编辑期间，该摄像机的设置已被他人修改，请重新打开后再改。'
    en = 'Somebody changed this camera while you were editing. Open it again and repeat your change.'


class LayoutRefused(DomainError):
    code = 'safety.layout_refused'
    status = 422
    zh = '设置不正确：{reason}'
    en = 'The layout is not valid: {reason}'


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNow:
    """What a camera is doing; `detail` says cause and remedy where it does not watch."""

    code: str
    state: Literal['starting', 'watching', 'frozen', 'blind', 'unreachable', 'failed', 'ended']
    detail: str
    people: int
    counted_in: int
    counted_out: int
    pictures_per_second: float
    frames_dropped: int
    readings_waiting: int
    last_picture_at: datetime | None
    floor: str | None
    is_calibrated: bool
    layout_version: int
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A line of two points or a polygon, in shares of the picture."""

    code: str
    points: tuple[Share, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Calibration:
    points: tuple[Share, ...]
    metres: tuple[Metres, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a calibration fits; with four points alone it always does, so nothing is checked by it."""

    error_m: float
    error_px: float
    errors_m: tuple[float, ...]
    is_checked: bool
    outline: tuple[Metres, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Lines, zones and calibration of a camera in one version; a new one never changes an old one."""

    version: int
    valid_from: datetime
    changed_by: str
    lines: tuple[Shape, ...]
    zones: tuple[Shape, ...]
    calibration: Calibration | None
    fit: Fit | None


class CameraPort(Protocol):
    """Every method raises `VisionUnavailable` when the service does not answer."""

    async def cameras(self) -> Sequence[CameraNow]: ...

    async def snapshot(self, camera: str) -> Picture:
        """The newest picture, people masked, lines and alarms drawn.

        :raises PictureMissing: when the camera has shown none yet
        """
        ...

    async def clip(self, name: str) -> Picture:
        """:raises PictureMissing: when it is not complete yet, or has been thrown away"""
        ...

    async def layout(self, camera: str) -> Layout:
        """:raises PictureMissing: for a camera that the service does not know"""
        ...

    async def fit(self, camera: str, calibration: Calibration) -> Fit:
        """:raises LayoutRefused: when the points span no area"""
        ...

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
        """:raises LayoutOutdated: when somebody was quicker
        :raises LayoutRefused: when it makes no sense
        """
        ...
