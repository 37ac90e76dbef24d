"""Builds the API, and what the composition root mounts beside the browser side."""

import re
from collections.abc import Mapping
from importlib import metadata

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Mount

from domain.members.ports import SmsPort
from integrations.api import health, problems
from integrations.api.access import KeyUses, RateLimit
from integrations.api.consumer import app as consumer
from integrations.api.consumer.app import create_consumer_api
from integrations.api.describing import complete_description
from integrations.api.middleware import RequestContext
from integrations.api.routers import devices, district, footfall, identity, proofs, property, tenants, tills, webhooks
from integrations.api.settings import ApiSettings
from integrations.sms.client import HttpSms
from integrations.sms.settings import SmsSettings

PREFIX = '/api/v1'
ROUTERS: tuple[APIRouter, ...] = (
    identity.router,
    property.router,
    footfall.router,
    devices.router,
    tills.router,
    district.router,
    tenants.router,
    proofs.router,
    webhooks.router,
)


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
    api.state.key_uses = KeyUses()
    api.state.webhooks_to_private = settings.webhooks_to_private
    problems.install(api)
    for router in ROUTERS:
        api.include_router(router)
    api.add_middleware(RequestContext)
    complete_description(api)
    return api


def mounts(settings: ApiSettings, parts: Mapping[str, health.Part], sms: SmsPort | None = None) -> list[BaseRoute]:
    """For `ui.main.build(…, mounts=…)`: health checks and the APIs, none of which meets the browser's middlewares."""
    members = create_consumer_api(settings, sms or HttpSms(SmsSettings()))
    return [
        *health.routes(parts, metrics_from=settings.metrics_from),
        _mount(consumer.PREFIX, members, 'consumer-api'),
        _mount(PREFIX, create_api(settings), 'api'),
    ]


def _mount(prefix: str, app: FastAPI, name: str) -> Mount:
    """NOTE: Starlette's own pattern ends at a line's end, so a path with one in it would pass the API by."""
    mount = Mount(prefix, app=app, name=name)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount
