"""HTTP of the service: health, metrics, cameras and masked snapshots. Reads only."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from vision_service.contracts import CameraView, HealthView


class Watch(Protocol):
    """What the service can say about itself."""

    def health(self) -> HealthView: ...
    def cameras(self) -> list[CameraView]: ...
    def snapshot(self, code: str) -> bytes | None:
        """:raises KeyError: for a camera that is not here"""
        ...

    def clip(self, name: str) -> Path | None: ...


def create_api(watch: Watch, registry: CollectorRegistry, token: str | None) -> FastAPI:
    api = FastAPI(title='Atrium vision', version='1', docs_url=None, redoc_url=None)
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
        return _picture(watch, code)

    @api.get('/api/v1/clips/{name}', dependencies=guarded, response_class=Response)
    def read_clip(name: str) -> Response:
        """An alarm's clip, people masked; it is complete some seconds after the alarm."""
        path = watch.clip(name)
        if path is None:
            raise HTTPException(404, f'There is no clip {name} yet, or no more.', headers={'Retry-After': '5'})
        return Response(path.read_bytes(), media_type='image/webp', headers={'Cache-Control': 'no-store'})

    return api


def _picture(watch: Watch, code: str) -> Response:
    try:
        picture = watch.snapshot(code)
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
