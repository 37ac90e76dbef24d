"""HTTP of the service: health, metrics, cameras, masked pictures, layouts, the plan."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from vision_service.api_floor import floor_routes
from vision_service.api_layouts import LayoutDesk, layout_routes
from vision_service.contracts import CameraView, HealthView
from vision_service.live import MEDIA_TYPE, Stage
from vision_service.trajectories.owner import IdentityOwner


class Watch(LayoutDesk, Protocol):
    """What the service can say about itself."""

    def health(self) -> HealthView: ...
    def cameras(self) -> list[CameraView]: ...
    def snapshot(self, code: str) -> bytes | None:
        """:raises KeyError: for a camera that is not here"""
        ...

    def clip(self, name: str) -> Path | None: ...
    def live(self, code: str) -> bytes | None:
        """:raises KeyError: for a camera that is not here"""
        ...


def create_api(watch: Watch, owner: IdentityOwner, registry: CollectorRegistry, token: str | None) -> FastAPI:
    api = FastAPI(title='Atrium vision', version='1', docs_url=None, redoc_url=None)
    stage = Stage()
    guarded = [Depends(_bearer(token))] if token else []

    @api.get('/healthz')
    def read_health() -> HealthView:
        """Alive; `status` and `parts` say what does not work."""
        return watch.health()

    @api.get('/metrics', dependencies=guarded)
    def read_metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @api.get('/api/v1/cameras', dependencies=guarded)
    def list_cameras() -> list[CameraView]:
        return watch.cameras()

    @api.get('/api/v1/cameras/{code}/snapshot.jpg', dependencies=guarded, response_class=Response)
    def read_snapshot(code: str) -> Response:
        """The newest picture, people masked."""
        return _picture(lambda: watch.snapshot(code), code)

    @api.get('/api/v1/cameras/{code}/live.mjpeg', dependencies=guarded, response_class=StreamingResponse)
    def show_live(code: str, per_second: Annotated[float, Query(ge=0.2, le=10)] = 4.0) -> StreamingResponse:
        """Masked pictures with lines and zones for as long as somebody watches."""
        _picture(lambda: watch.live(code), code)
        if stage.is_full:
            raise HTTPException(503, 'Too many people watch already.', headers={'Retry-After': '30'})
        pictures = stage.show(lambda: watch.live(code), per_second)
        return StreamingResponse(pictures, media_type=MEDIA_TYPE, headers={'Cache-Control': 'no-store'})

    @api.get('/api/v1/clips/{name}', dependencies=guarded, response_class=Response)
    def read_clip(name: str) -> Response:
        """An alarm's clip, people masked; it is complete some seconds after the alarm."""
        path = watch.clip(name)
        if path is None:
            raise HTTPException(404, f'There is no clip {name} yet, or no more.', headers={'Retry-After': '5'})
        return Response(path.read_bytes(), media_type='image/webp', headers={'Cache-Control': 'no-store'})

    api.include_router(layout_routes(watch, guarded))
    api.include_router(floor_routes(owner, guarded))
    return api


def _picture(take: Callable[[], bytes | None], code: str) -> Response:
    try:
        picture = take()
    except KeyError:
        raise HTTPException(404, f'There is no camera {code} here.') from None
    if picture is None:
        raise HTTPException(503, f'Camera {code} has shown no picture yet.', headers={'Retry-After': '5'})
    return Response(picture, media_type='image/jpeg', headers={'Cache-Control': 'no-store'})


def _bearer(token: str) -> Callable[[Request], None]:
    expected = f'Bearer {token}'.encode()

    def check(request: Annotated[Request, 'the caller']) -> None:
        given = request.headers.get('authorization', '').encode()
        if not secrets.compare_digest(given, expected):
            raise HTTPException(401, 'A bearer token is needed.', headers={'WWW-Authenticate': 'Bearer'})

    return check
