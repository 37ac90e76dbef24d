"""After-sales requests (售后申请): bound to a receipt line, answered in time or escalated; quotes of returns."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain.aftersales import _rules
from domain.aftersales._common import business_on, mall_of, ourselves
from domain.aftersales._rules import Bought, Discount, RefundPolicy
from domain.aftersales.commands import AnswerRequest, OpenRequest
from domain.aftersales.errors import LineUnknown, RequestUnknown
from domain.aftersales.events import RequestEscalated, RequestOpened
from domain.aftersales.models import ServiceRequest
from domain.aftersales.permissions import ANSWER, REQUEST, RUN, VIEW
from domain.aftersales.views import Quote, RequestView
from domain.mall import queries as mall
from domain.sales import shifts
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query

LONGEST_DAYS = 30
BATCH = 200


@operation(REQUEST, name='aftersales.open_request')
def open_request(session: Session, *, actor: Actor, command: OpenRequest, now: datetime) -> RequestView:
    """Asks the shop about one line of a receipt; the same key asks once.

    :raises SaleUnknown:
    :raises LineUnknown:
    """
    earlier = session.exec(select(ServiceRequest).where(ServiceRequest.key == command.key)).one_or_none()
    if earlier is not None:
        return _view(earlier)
    sale = shifts.get_sale(session, actor=ourselves(actor), key=command.sale_key)
    if not 0 <= command.line < len(sale.lines):
        raise LineUnknown
    request = ServiceRequest(
        mall_id=mall_of(actor), key=command.key, sale_key=sale.key, line=command.line, member_id=sale.member_id,
        shop=sale.shop, complaint=command.complaint, state='open', asked_at=now,
        due_at=_due(session, actor, command, now),
    )  # fmt: skip
    session.add(request)
    session.flush()
    emit(session, RequestOpened(
        mall_id=request.mall_id, occurred_at=now, key=request.key, shop=request.shop, member_id=request.member_id
    ))  # fmt: skip
    notify(session, 'aftersales', request.mall_id)
    return _view(request)


@operation(ANSWER, name='aftersales.answer_request')
def answer_request(session: Session, *, actor: Actor, command: AnswerRequest, now: datetime) -> RequestView:
    """Answers a request, escalated or not.

    :raises RequestUnknown: when it is unknown or answered.
    """
    found = select(ServiceRequest).where(ServiceRequest.key == command.key, ServiceRequest.state != 'answered')
    request = session.exec(found.with_for_update()).one_or_none()
    if request is None:
        raise RequestUnknown
    request.state, request.answer, request.answered_at = 'answered', command.answer, now
    request.answered_by = actor.name
    return _view(request)


@operation(RUN, name='aftersales.escalate_overdue')
def escalate_overdue(session: Session, *, actor: Actor, now: datetime) -> int:
    """Hands requests that the shop did not answer in time to the mall, each once."""
    overdue = select(ServiceRequest).where(ServiceRequest.state == 'open', ServiceRequest.due_at <= now)
    overdue = overdue.order_by(col(ServiceRequest.due_at)).limit(BATCH).with_for_update(skip_locked=True)
    requests = session.exec(overdue).all()
    for request in requests:
        request.state, request.escalated_at = 'escalated', now
        emit(session, RequestEscalated(mall_id=request.mall_id, occurred_at=now, key=request.key, shop=request.shop))
        notify(session, 'aftersales', request.mall_id)
    return len(requests)


@query(VIEW)
def list_requests(session: Session, *, actor: Actor, shop: str | None = None) -> list[RequestView]:
    """Requests that are not answered, the most urgent first."""
    rows = select(ServiceRequest).where(ServiceRequest.state != 'answered').order_by(col(ServiceRequest.due_at))
    if shop is not None:
        rows = rows.where(ServiceRequest.shop == shop)
    return [_view(row) for row in session.exec(rows)]


@query(VIEW)
def list_requests_of(session: Session, *, actor: Actor, member_id: int) -> list[RequestView]:
    """What a member asked for, the newest first, answered or not."""
    rows = select(ServiceRequest).where(ServiceRequest.member_id == member_id)
    return [_view(row) for row in session.exec(rows.order_by(col(ServiceRequest.id).desc()))]


@query(VIEW)
def quote_return(
    session: Session, *, actor: Actor, sale_key: str, lines: tuple[tuple[int, int], ...], threshold_fen: int,
    percent_off: int = 0, reduce_fen: int = 0,
) -> Quote:  # fmt: skip
    """What returning quantities of lines would bring, pro rata and requalified, for a discount with a minimum (AF-R5).

    :raises SaleUnknown:
    :raises LineUnknown: when the receipt has no such line, or fewer of it.
    """
    sale = shifts.get_sale(session, actor=ourselves(actor), key=sale_key)
    units: list[int] = []
    returned: set[int] = set()
    wanted = dict(lines)
    for number, line in enumerate(sale.lines):
        first, count = len(units), wanted.pop(number, 0)
        if not 0 <= count <= line.quantity:
            raise LineUnknown
        units += [line.price_fen // line.quantity] * line.quantity
        returned |= set(range(first, first + count))
    if wanted:
        raise LineUnknown
    discount = Discount(threshold_fen=threshold_fen, percent_off=percent_off, reduce_fen=reduce_fen)
    return Quote(
        pro_rata_fen=_rules.refund_fen(units, discount, returned, RefundPolicy.PRO_RATA),
        requalify_fen=_rules.refund_fen(units, discount, returned, RefundPolicy.REQUALIFY),
    )


@query(VIEW)
def list_suppressed(session: Session, *, actor: Actor, member_id: int) -> frozenset[str]:
    """Categories not to recommend to a member: all they bought of them came back (AF-R4)."""
    receipts = shifts.list_receipts(session, actor=ourselves(actor), member_id=member_id)
    return _rules.suppressed_categories(
        [Bought(line.category, line.quantity, line.returned) for sale in receipts for line in sale.lines]
    )


def _due(session: Session, actor: Actor, command: OpenRequest, now: datetime) -> datetime:
    if not command.stops_when_closed:
        return _rules.due_at(now, command.minutes, (), stops_when_closed=False)
    first = business_on(session, actor, now)
    openings = mall.list_openings(
        session, actor=ourselves(actor), from_on=first, until_on=first + timedelta(days=LONGEST_DAYS)
    )
    spans = [(interval[0], interval[1]) for day in openings for interval in day.intervals]
    return _rules.due_at(now, command.minutes, spans, stops_when_closed=True)


def _view(request: ServiceRequest) -> RequestView:
    return RequestView(
        id=request.id, key=request.key, sale_key=request.sale_key, line=request.line, shop=request.shop,
        complaint=request.complaint, state=request.state, asked_at=request.asked_at, due_at=request.due_at,
        answer=request.answer,
    )  # fmt: skip
