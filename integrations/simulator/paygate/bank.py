"""The merchant's bank: what WeChat Pay and Alipay paid into the account, as online banking exports it.

`GET /bank/statement.csv` gives the credits up to today, in GBK: every day's net on the day after (T+1), among payments
of others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from integrations.simulator.paygate.orders import Order, Orders, fee_of
from integrations.simulator.paygate.wechat import CHINA

HEAD = '交易日期,借方金额,贷方金额,余额,对方户名,交易流水号,摘要'
PAYERS = {'wechat': '财付通支付科技有限公司', 'alipay': '支付宝（中国）网络技术有限公司'}


class Bank:
    """An account over the books of the channels that pay into it."""

    def __init__(self, channels: Mapping[str, Orders]) -> None:
        self._channels = channels

    def routes(self) -> list[Route]:
        return [Route('/bank/statement.csv', self._statement)]

    def statement(self, until: date) -> str:
        """Every credit booked until a day, that day included, oldest first."""
        credits = [
            (day + timedelta(days=1), fen, channel)
            for channel, orders in self._channels.items()
            for day, fen in net_by_day(orders.all()).items()
        ]
        return statement_text([one for one in credits if one[0] <= until])

    async def _statement(self, request: Request) -> Response:
        text = self.statement(datetime.now(UTC).astimezone(CHINA).date())
        return Response(text.encode('gbk'), media_type='text/csv; charset=gbk')


def net_by_day(orders: Sequence[Order]) -> dict[date, int]:
    """What a channel owes for each day: what was paid less what went back, less the fees of both."""
    net: dict[date, int] = defaultdict(int)
    for order in orders:
        if order.paid_at is not None:
            moved = [order.fen, *(-fen for fen in order.refunds.values())]
            net[order.paid_at.astimezone(CHINA).date()] += sum(fen - fee_of(fen) for fen in moved)
    return {day: fen for day, fen in net.items() if fen > 0}


def statement_text(credits: Sequence[tuple[date, int, str]]) -> str:
    """A statement of credits (day, fen, channel), with an account above its head and a fee of the bank below."""
    rows, balance = [], 100_000_00
    for day, fen, channel in sorted(credits):
        balance += fen
        reference = f'{day:%Y%m%d}{channel[:2].upper()}{fen:09d}'
        rows.append(f'{day:%Y-%m-%d},,{fen / 100:.2f},{balance / 100:.2f},{PAYERS[channel]},{reference},结算款')
    last = max((day for day, _, _ in credits), default=None)
    fee = [f'{last:%Y-%m-%d},5.00,,{(balance - 500) / 100:.2f},本行,{last:%Y%m%d}FEE,账户管理费'] if last else []
    return '\r\n'.join(['账号,6222********0001,币种,人民币', HEAD, *rows, *fee, ''])
