"""What follows from sales in the demo mall: bills of the channels to reconcile, requests after sales."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from domain.aftersales.commands import AnswerRequest, OpenRequest
from domain.aftersales.servicing import answer_request, escalate_overdue, open_request
from domain.mall.queries import get_business_clock
from domain.payments.commands import BillLine, ImportBill
from domain.payments.reconciling import reconcile
from domain.payments.statements import import_statement
from domain.sales.queries import list_shifts, list_tills
from domain.sales.views import SaleView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.demo.tills import Paid, ToldDay, furnish_tills, sell_a_day
from integrations.simulator.paygate.bank import statement_text

Say = Callable[[str], None]
MALL = 'yunji'
FEE_BP, UNIT, SHORT_FEN = 38, 10_000, 500
NOW_AT, PAST_AT = ('T01', 'T11'), ('T02', 'T12')
YESTERDAY, TODAY, A_DAY, PAST_DAYS, SHORT_AGO = 25, 40, 30, 13, 6


@dataclass(frozen=True, slots=True)
class Complaint:
    """A request after a sale: how long ago it was asked, how long the shop has, what it answered."""

    words: str
    hours_ago: int
    minutes: int
    answer: str = ''


COMPLAINTS = (
    Complaint('鸡蛋到家发现破了两枚', 20, 240),
    Complaint('牛奶临近保质期，要求更换', 5, 480),
    Complaint('多收了一袋薯片的钱', 2, 120, '核对监控后已退还 7.90 元。'),
    Complaint('葡萄不新鲜', 1, 240),
    Complaint('水饺包装漏气', 20, 600, '已为顾客换货，并通知供应商。'),
)


def open_trade(mall_id: MallId, now: datetime, say: Say) -> None:
    """What a first look needs: stocked tills, yesterday and today. Once."""
    actor = system_actor('seeder', mall_id)
    if ask(list_tills, actor=actor):
        return
    articles = perform(furnish_tills, actor=actor, since=now - timedelta(days=30), now=now)
    today = ask(get_business_clock, actor=actor).business_on(now)
    yesterday = _tell(actor, NOW_AT[0], today - timedelta(days=1), YESTERDAY, now)
    for till in NOW_AT:
        _tell(actor, till, today, TODAY // (1 + NOW_AT.index(till) * 3), now)
    _complain(actor, yesterday.sales, now)
    _bill(actor, today - timedelta(days=1), yesterday.paid, now, is_faulty=True)
    say(f'{MALL}: {articles} articles, {len(NOW_AT + PAST_AT)} tills, two days of sales.')


def tell_past_trade(mall_id: MallId, now: datetime, say: Say) -> None:
    """Days of sales before, told behind the running mall."""
    actor = system_actor('seeder', mall_id)
    today = ask(get_business_clock, actor=actor).business_on(now)
    for ago in range(PAST_DAYS, 0, -1):
        day = today - timedelta(days=ago)
        paid = [one for till in PAST_AT for one in _tell(actor, till, day, A_DAY, now).paid]
        if ago > 1:
            _bill(actor, day, paid, now, short_fen=SHORT_FEN if ago == SHORT_AGO else 0)
    say(f'{MALL}: {PAST_DAYS} days of sales.')


def _tell(actor: Actor, till: str, day: date, baskets: int, now: datetime) -> ToldDay:
    """A day that was told before is left as it is."""
    known = ask(list_shifts, actor=actor, from_on=day, until_on=day + timedelta(days=1))
    if any(shift.report.till == till for shift in known):
        return ToldDay((), ())
    return perform(sell_a_day, actor=actor, till=till, day=day, baskets=baskets, until=now, now=now)


def _complain(actor: Actor, sales: Sequence[SaleView], now: datetime) -> None:
    for complaint, sale in zip(COMPLAINTS, sales, strict=False):
        asked = now - timedelta(hours=complaint.hours_ago)
        key = str(uuid5(NAMESPACE_URL, f'{sale.key}/{complaint.words}'))
        perform(open_request, actor=actor, now=asked, command=OpenRequest(
            key=key, sale_key=sale.key, line=0, complaint=complaint.words, minutes=complaint.minutes
        ))  # fmt: skip
        if complaint.answer:
            answered = asked + timedelta(minutes=complaint.minutes // 3)
            perform(answer_request, actor=actor, now=answered, command=AnswerRequest(key=key, answer=complaint.answer))
    perform(escalate_overdue, actor=actor, now=now)


def _bill(
    actor: Actor, day: date, paid: Sequence[Paid], now: datetime, *, is_faulty: bool = False, short_fen: int = 0
) -> None:
    """The channels' bills and the bank's statement of the day after; a faulty bill misses something."""
    credits = []
    for channel in ('wechat', 'alipay'):
        lines = [_line(one.out_no, one.fen) for one in paid if one.channel == channel]
        if is_faulty and len(lines) > 3:
            odd = lines[2]
            lines = [*lines[1:2], _line(odd.out_no, odd.fen + 100), *lines[3:], _line(f'demo-stray-{channel}', 4_900)]
        if lines:
            perform(reconcile, actor=actor, now=now, command=ImportBill(
                channel=channel, bill_on=day, lines=tuple(lines), settled_fen=None
            ))  # fmt: skip
            net = sum(line.fen - line.fee_fen for line in lines)
            credits.append((day + timedelta(days=1), net - short_fen, channel))
    content = statement_text(credits).encode('gbk')
    perform(import_statement, actor=actor, content=content, now=now)


def _line(out_no: str, fen: int) -> BillLine:
    return BillLine(out_no=out_no, fen=fen, fee_fen=(2 * fen * FEE_BP + UNIT) // (2 * UNIT))
