"""Where channels notify payments: `POST /callbacks/payments/{mall}/{channel}`.

A plain route beside the API: no cookies, no session. What is not signed by the channel for this merchant is refused,
leaves nothing in the books and an audit entry in the mall; too much of it from one address is answered 429 and leaves
nothing at all. Verification comes before the count, so genuine notices are never held up. A notice of an order that is
not there yet is answered 503, so that the channel brings it again (PO-R2).
"""

from datetime import UTC, datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.payments.checkout import accept_notice
from domain.payments.errors import NoticeDiffers
from domain.payments.reconciling import report_exception
from domain.shared.actor import MallId, system_actor
from domain.shared.errors import DomainError
from domain.shared.operations import perform, run_in_thread
from integrations.payments.client import GatewayChannel, NoticeForged
from integrations.payments.forgeries import Forgeries
from integrations.payments.gateway import CALLBACKS, ChannelsOf

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 1024
RETRY_AFTER_S = 60
NOTHING = Response(status_code=404)


def routes(channels: ChannelsOf) -> list[Route]:
    """The route of the notices."""
    forgeries = Forgeries()

    async def notified(request: Request) -> Response:
        mall_id = MallId(request.path_params['mall_id'])
        channel = channels(mall_id).get(request.path_params['channel'])
        body = await _body(request)
        if channel is None or body is None:
            return NOTHING
        address = request.client.host if request.client else ''
        return await run_in_thread(_take, channel, mall_id, dict(request.headers), body, forgeries, address)

    return [Route(f'{CALLBACKS}/{{mall_id:int}}/{{channel:str}}', notified, methods=['POST'], name='payment-notice')]


async def _body(request: Request) -> bytes | None:
    """What was sent; None as soon as it is too much."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _take(
    channel: GatewayChannel, mall_id: MallId, headers: dict[str, str], body: bytes, forgeries: Forgeries, address: str
) -> Response:  # fmt: skip
    now = datetime.now(UTC)
    actor = system_actor(f'{channel.name} notice', mall_id)
    try:
        notice = channel.read_notice(headers, body, now)
        if notice is not None:
            accept_notice(channel, actor=actor, notice=notice, now=now)
    except NoticeForged as error:
        reason = str(error.facts['reason'])
        if not forgeries.bear(address, channel=channel.name, reason=reason, mall_id=mall_id):
            return Response(status_code=429, headers={'Retry-After': str(RETRY_AFTER_S)})
        facts = {'channel': channel.name, 'why': str(error)}
        subject = f'{channel.name}:{now:%Y-%m-%d}'
        perform(report_exception, actor=actor, now=now, kind='notice_forged', subject=subject, facts=facts)
        return Response(status_code=error.status)
    except NoticeDiffers as error:
        return Response(status_code=error.status)  # nothing that coming again would change
    except DomainError as error:
        log.info('payment notice not taken, it will come again', channel=channel.name, code=error.code)
        return _reply(channel, is_taken=False)
    return _reply(channel, is_taken=True)


def _reply(channel: GatewayChannel, *, is_taken: bool) -> Response:
    said = channel.reply(is_taken=is_taken)
    return Response(said.body, said.status, media_type=said.media_type)
