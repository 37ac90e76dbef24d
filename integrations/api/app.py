"""Builds the API, and what the composition root mounts beside the browser side."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Mount

from integrations.api import health, problems
from integrations.api.access import RateLimit
from integrations.api.middleware import RequestContext
from integrations.api.routers import devices, footfall, identity, property, tills
from integrations.api.settings import ApiSettings

PREFIX = '/api/v1'
LOCAL_TIME = r'^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$'
ROUTERS: tuple[APIRouter, ...] = (identity.router, property.router, footfall.router, devices.router, tills.router)


def create_api(settings: ApiSettings) -> FastAPI:
    """The REST API, to be mounted at `/api/v1`. Its description is at `/api/v1/openapi.json`."""
    api = FastAPI(
        title='Atrium',
        summary='The REST API of an operating system for shopping malls.',
        version=metadata.version('atrium'),
        docs_url=None,  # the documentation pages would load their scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=lambda route: f'{route.tags[0]}.{route.name}',
        separate_input_output_schemas=False,
    )
    api.state.rate_limit = RateLimit(settings.requests_per_second)
    problems.install(api)
    for router in ROUTERS:
        api.include_router(router)
    api.add_middleware(RequestContext)
    _complete_description(api)
    return api


def mounts(settings: ApiSettings, parts: Mapping[str, health.Part]) -> list[BaseRoute]:
    """For `ui.main.build(…, mounts=…)`: health checks and the API, none of which meets the browser's middlewares."""
    return [
        *health.routes(parts, metrics_from=settings.metrics_from),
        Mount(PREFIX, app=create_api(settings), name='api'),
    ]


def _complete_description(api: FastAPI) -> None:
    """Adds what FastAPI does not know: the schema of errors, times without a zone, points."""
    inner = api.openapi

    def described() -> dict[str, Any]:
        document = inner()
        schemas = document.setdefault('components', {}).setdefault('schemas', {})
        if 'Problem' not in schemas:
            schema = problems.Problem.model_json_schema(ref_template='#/components/schemas/{model}')
            schemas |= schema.pop('$defs', {})
            schemas['Problem'] = schema
            _correct(document)
        return document

    api.openapi = described  # type: ignore[method-assign]


def _correct(node: Any) -> None:
    """JSON Schema's `time` has an offset, a mall's cut-off at 04:00 has none; a point is an array of two numbers."""
    if isinstance(node, list):
        for item in node:
            _correct(item)
    elif isinstance(node, dict):
        if node.get('format') == 'time':
            node.pop('format')
            node['pattern'] = LOCAL_TIME
        parts = node.get('prefixItems')
        if isinstance(parts, list) and all(part == parts[0] for part in parts):
            node['items'] = node.pop('prefixItems')[0]
        for item in node.values():
            _correct(item)
