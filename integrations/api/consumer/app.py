"""Builds the members' API, to be mounted at `/api/v1/me` ahead of `/api/v1`."""

from importlib import metadata

from fastapi import APIRouter, FastAPI

from domain.members.ports import SmsPort
from integrations.api import problems
from integrations.api.access import RateLimit
from integrations.api.consumer import coupons, messages, points, profile, receipts, signing_in
from integrations.api.describing import complete_description
from integrations.api.middleware import RequestContext
from integrations.api.settings import ApiSettings

PREFIX = '/api/v1/me'
ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router, profile.router, points.router, coupons.router, receipts.router, messages.router,
)  # fmt: skip


def create_consumer_api(settings: ApiSettings, sms: SmsPort) -> FastAPI:
    """The members' API; its description is at `/api/v1/me/openapi.json`."""
    api = FastAPI(
        title='Atrium for members',
        summary="The mini-program's backend: a member reaches what is theirs.",
        version=metadata.version('atrium'),
        docs_url=None,  # the documentation pages would load their scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=lambda route: f'{route.tags[0]}.{route.name}',
        separate_input_output_schemas=False,
    )
    api.state.rate_limit = RateLimit(settings.requests_per_second)
    api.state.sms = sms
    problems.install(api)
    for router in ROUTERS:
        api.include_router(router)
    api.add_middleware(RequestContext)
    complete_description(api)
    return api
