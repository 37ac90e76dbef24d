"""Where WeChat notifies the district's payments and refunds: `POST /callbacks/district/{mall}`.

A plain route beside the API. What is not signed by WeChat for this merchant is refused, changes no points, opens an
exception and leaves an audit entry. A notice is kept and answered; points and the word to WeChat follow by the worker.
"""

from datetime import UTC, datetime
from functools import partial

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.district.commands import DistrictPayment
from domain.district.earning import receive_payment
from domain.district.errors import DistrictNoticeDiffers, DistrictPaymentUnknown
from domain.district.refunds import receive_refund
from domain.payments.reconciling import report_exception
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import DomainError, Invalid
from domain.shared.operations import perform, run_in_thread
from integrations.district.client import District, Notice
from integrations.payments.client import NoticeForged

log = structlog.get_logger(__name__)

CALLBACKS = '/callbacks/district'
MOST_BYTES = 64 * 1024
TAKEN = orjson.dumps({'code': 'SUCCESS', 'message': 'OK'})
AGAIN = orjson.dumps({'code': 'FAIL', 'message': 'again, please'})


def routes(district: District | None) -> list[Route]:
    """The route of the notices; none without a district merchant."""
    if district is None:
        return []

    async def notified(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_BYTES:
            return Response(status_code=404)
        mall_id = MallId(request.path_params['mall_id'])
        return await run_in_thread(_take, district, mall_id, dict(request.headers), body)

    return [Route(f'{CALLBACKS}/{{mall_id:int}}', notified, methods=['POST'], name='district-notice')]


def _take(district: District, mall_id: MallId, headers: dict[str, str], body: bytes) -> Response:
    now = datetime.now(UTC)
    actor = system_actor('district notice', mall_id)
    report = partial(perform, report_exception, actor=actor, now=now)
    notice: Notice | None = None
    try:
        notice = district.read_notice(headers, body, now)
        if notice is not None:
            _keep(actor, notice, now)
    except NoticeForged as error:
        log.warning('forged district notice', mall_id=mall_id, why=str(error))
        facts = {'channel': 'district', 'why': str(error)}
        report(kind='notice_forged', subject=f'district:{now:%Y-%m-%d}', facts=facts)
        return Response(status_code=error.status)
    except (DistrictNoticeDiffers, Invalid) as error:
        report(kind='notice_differs', subject=_number(notice), facts={'channel': 'district', 'why': str(error)})
        return Response(status_code=422)  # nothing that coming again would change
    except DomainError as error:
        if isinstance(error, DistrictPaymentUnknown):
            report(kind='notice_unknown', subject=_number(notice), facts={'channel': 'district'})
        log.info('district notice not taken, it will come again', code=error.code)
        return Response(AGAIN, 503, media_type='application/json')
    return Response(TAKEN, media_type='application/json')


def _keep(actor: Actor, notice: Notice, now: datetime) -> None:
    operation = receive_payment if isinstance(notice, DistrictPayment) else receive_refund
    perform(operation, actor=actor, now=now, command=notice)


def _number(notice: Notice | None) -> str:
    return '' if notice is None else notice.transaction_no
