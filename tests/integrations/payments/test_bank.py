"""The simulated bank pays out what the channels' bills say, and its statement is read as a real one."""

from datetime import UTC, date, datetime, timedelta

from domain.payments.statements import read_statement
from integrations.simulator.paygate.bank import Bank, net_by_day
from integrations.simulator.paygate.orders import Orders, fee_of

TODAY = datetime.now(UTC).date() + timedelta(days=2)


def channel(prefix: str, *amounts: int) -> Orders:
    orders = Orders(prefix)
    for at, fen in enumerate(amounts):
        orders.charge(f'{prefix}{at}', fen, 'shop', '131234567890123400')
    return orders


def test_a_days_net_is_what_was_paid_less_what_went_back_less_fees() -> None:
    orders = channel('W', 10_000, 5_000)
    assert orders.refund(orders.all()[0], 'r-1', 4_000)
    [net] = net_by_day(orders.all()).values()
    assert net == 11_000 - fee_of(10_000) - fee_of(5_000) + fee_of(4_000)


def test_the_statement_is_read_back_whole() -> None:
    bank = Bank({'wechat': channel('W', 12_345), 'alipay': channel('A', 6_789)})
    lines, objections = read_statement(bank.statement(TODAY).encode('gbk'), TODAY)
    assert objections == ()
    assert {line.channel: line.fen for line in lines} == {
        'wechat': 12_345 - fee_of(12_345), 'alipay': 6_789 - fee_of(6_789),
    }  # fmt: skip


def test_what_is_not_booked_yet_is_not_on_it() -> None:
    bank = Bank({'wechat': channel('W', 12_345), 'alipay': Orders('A')})
    assert '财付通' not in bank.statement(date(2026, 1, 1))
