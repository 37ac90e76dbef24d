"""HTTP of layouts: read, change, look back, try a calibration."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from fastapi import APIRouter, HTTPException

from vision_service.contracts import CalibrationFit, CalibrationShape, LayoutChange, LayoutView
from vision_service.errors import ConfigurationInvalid, SourceUnavailable
from vision_service.store.layouts import LayoutOutdated

T = TypeVar('T')


class LayoutDesk(Protocol):
    """What the service can do with layouts; each raises KeyError for a camera that is not here."""

    def layout(self, code: str) -> LayoutView: ...
    def layouts(self, code: str) -> list[LayoutView]: ...
    def change_layout(self, code: str, change: LayoutChange) -> LayoutView: ...
    def fit(self, code: str, shape: CalibrationShape) -> CalibrationFit: ...


def layout_routes(desk: LayoutDesk, guarded: Sequence[Any]) -> APIRouter:
    routes = APIRouter(prefix='/api/v1/cameras/{code}', dependencies=list(guarded))

    @routes.get('/layout')
    def read_layout(code: str) -> LayoutView:
        """As it is at work now."""
        return _answered(code, lambda: desk.layout(code))

    @routes.get('/layout/history')
    def read_history(code: str) -> list[LayoutView]:
        """All versions, newest first."""
        return _answered(code, lambda: desk.layouts(code))

    @routes.put('/layout')
    def change_layout(code: str, change: LayoutChange) -> LayoutView:
        """A new version, at work from the next picture on; 409 where it was drawn over an old one."""
        return _answered(code, lambda: desk.change_layout(code, change))

    @routes.post('/calibration/fit')
    def try_calibration(code: str, shape: CalibrationShape) -> CalibrationFit:
        """How well the clicks fit; nothing is kept."""
        return _answered(code, lambda: desk.fit(code, shape))

    return routes


def _answered(code: str, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except KeyError:
        raise HTTPException(404, f'There is no camera {code} here.') from None
    except LayoutOutdated as error:
        raise HTTPException(409, str(error)) from error
    except ConfigurationInvalid as error:
        raise HTTPException(422, str(error)) from error
    except SourceUnavailable as error:
        raise HTTPException(503, str(error), headers={'Retry-After': '5'}) from error
