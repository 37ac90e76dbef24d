"""A camera's layout between the editor, the store and the camera at work: checked, kept as a version, put to use."""

from typing import Any, Protocol

from pydantic import ValidationError

from vision_service.cameras import CameraConfig, explain
from vision_service.contracts import CalibrationFit, CalibrationShape, LayoutChange, LayoutView
from vision_service.errors import ConfigurationInvalid, SourceUnavailable
from vision_service.store.layouts import LayoutStore, Version
from vision_service.tracking.calibration import fitted

PARTS = ('lines', 'zones', 'calibration')
Size = tuple[int, int]


class Watching(Protocol):
    """A camera, as far as layouts go."""

    config: CameraConfig
    layout_version: int

    @property
    def size(self) -> Size | None: ...
    def relayout(self, config: CameraConfig, version: int) -> None: ...


class Layouts:
    """One per service."""

    def __init__(self, store: LayoutStore) -> None:
        self._store = store

    def begin(self, config: CameraConfig) -> tuple[CameraConfig, int]:
        """The camera as it was last drawn, or as the file says where that is newer.

        :raises ConfigurationInvalid: when what was kept no longer holds
        """
        version, _, _, body = self._store.begin(config.code, _body(config))
        return _with(config, body), version

    def view(self, camera: Watching) -> LayoutView:
        return self.history(camera)[0]

    def history(self, camera: Watching) -> list[LayoutView]:
        """Newest first."""
        return [_view(camera, version) for version in self._store.history(camera.config.code)]

    def change(self, camera: Watching, change: LayoutChange) -> LayoutView:
        """Checked first, then kept, then at work from the next picture on.

        :raises ConfigurationInvalid: when lines, zones or calibration make no sense
        :raises LayoutOutdated: when somebody else changed it meanwhile
        :raises SourceUnavailable: while the picture's size is not known, for a calibration
        """
        body = change.model_dump(mode='json', include=set(PARTS))
        if change.calibration is not None:
            body['calibration']['distortion'] = self.fit(camera, change.calibration).distortion
        config = _with(camera.config, body)
        kept = self._store.change(config.code, change.based_on, change.changed_by, body)
        camera.relayout(config, kept[0])
        return _view(camera, kept)

    def fit(self, camera: Watching, shape: CalibrationShape) -> CalibrationFit:
        """:raises ConfigurationInvalid: when no plane goes through the points
        :raises SourceUnavailable: while the picture's size is not known
        """
        return fitted(shape, *_size(camera))[1]


def _with(config: CameraConfig, body: dict[str, Any]) -> CameraConfig:
    try:
        return CameraConfig.model_validate(config.model_dump() | body)
    except ValidationError as error:
        raise ConfigurationInvalid(f'The layout of {config.code}: {explain(error)}.', 'Draw it again.') from error


def _body(config: CameraConfig) -> dict[str, Any]:
    return config.model_dump(mode='json', include=set(PARTS))


def _view(camera: Watching, version: Version) -> LayoutView:
    number, valid_from, changed_by, body = version
    shaped = _shares(body, camera)
    view = LayoutView.model_validate(
        {'camera': camera.config.code, 'version': number, 'valid_from': valid_from, 'changed_by': changed_by, **shaped}
    )
    if view.calibration is None or camera.size is None:
        return view
    return view.model_copy(update={'fit': fitted(view.calibration, *camera.size)[1]})


def _shares(body: dict[str, Any], camera: Watching) -> dict[str, Any]:
    """Pixels of the cameras file become shares of the picture."""
    shaped = dict(body)
    for part in ('lines', 'zones'):
        shaped[part] = [each | {'points': _share(each['points'], camera)} for each in body[part]]
    if body['calibration']:
        shaped['calibration'] = body['calibration'] | {'points': _share(body['calibration']['points'], camera)}
    return shaped


def _share(points: list[list[float]], camera: Watching) -> list[list[float]]:
    if max(max(point) for point in points) <= 1.0:
        return points
    width, height = _size(camera)
    return [[x / width, y / height] for x, y in points]


def _size(camera: Watching) -> Size:
    if camera.size is None:
        raise SourceUnavailable(f'Camera {camera.config.code} has shown no picture yet.', 'Wait until it does.')
    return camera.size
