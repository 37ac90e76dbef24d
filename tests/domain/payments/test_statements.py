"""The bank's statement: the third book. PO-R6."""

from datetime import date, timedelta

import pytest

from domain.payments import overview, queries, reconciling, statements
from domain.payments.commands import BillLine, ImportBill
from domain.payments.views import BankCredit, ImportedStatement
from tests.domain.payments.conftest import NOON, Till

WECHAT, ALIPAY = '财付通支付科技有限公司', '支付宝（中国）网络技术有限公司'
HEAD = '交易日期,借方金额,贷方金额,余额,对方户名,交易流水号,摘要'
DAY = timedelta(days=1)


def bill(till: Till, day: date, fen: int, channel: str = 'wechat') -> int:
    """The channel's bill of a day with one payment; what it will pay out."""
    fee = (2 * fen * 38 + 10_000) // 20_000
    line = BillLine(out_no=f'{channel}-{day}', fen=fen, fee_fen=fee)
    till.do(reconciling.reconcile, command=ImportBill(channel=channel, bill_on=day, lines=(line,), settled_fen=None))
    return fen - fee


def row(day: date, fen: int, payer: str = WECHAT, reference: str = '') -> str:
    return f'{day:%Y/%m/%d},,"{fen / 100:,.2f}",1.00,{payer},{reference or f"R{day:%m%d}{fen}"},结算'


def take(till: Till, *rows: str, above: str = '', encoding: str = 'utf-8-sig') -> ImportedStatement:
    content = '\r\n'.join([*([above] if above else []), HEAD, *rows, ''])
    answer: ImportedStatement = till.do(statements.import_statement, content=content.encode(encoding))
    return answer


def credit(till: Till, day: date) -> BankCredit:
    found: list[BankCredit] = till.ask(statements.list_credits, from_on=day, until_on=day + DAY)
    return found[0]


def settled(till: Till, day: date, channel: str = 'wechat') -> int | None:
    rows = till.ask(overview.list_channel_days, from_on=day, until_on=day + DAY)
    return next(one.settled_fen for one in rows if one.channel == channel)


@pytest.mark.parametrize('encoding', ['utf-8-sig', 'gbk'])
def test_PO_R6_a_statement_settles_the_days_of_both_channels(till: Till, encoding: str) -> None:
    day = date(2026, 3, 2) if encoding == 'gbk' else date(2026, 3, 20)
    net = bill(till, day, 18_000)
    other = bill(till, day, 9_000, 'alipay')
    answer = take(
        till, row(day + DAY, net), row(day + DAY, other, ALIPAY), row(day + DAY, 500_000, '云际商贸', 'rent'),
        f'{day:%Y-%m-%d},80.00,,1.00,水务集团,W1,水费', above='账号：6222***0001,币种：人民币', encoding=encoding,
    )  # fmt: skip
    assert (answer.credits, answer.others, answer.settled_days) == (2, 1, 2)
    assert (settled(till, day), settled(till, day, 'alipay')) == (net, other)
    assert credit(till, day + DAY).is_exact


def test_PO_R6_the_same_statement_again_changes_nothing(till: Till) -> None:
    day = date(2026, 4, 1)
    rows = [row(day + DAY, bill(till, day, 7_000))]
    assert take(till, *rows).credits == 1
    again = take(till, *rows)
    assert (again.credits, again.repeated, again.settled_days) == (0, 1, 0)


def test_PO_R6_a_credit_waits_for_a_bill_that_comes_late(till: Till) -> None:
    day = NOON.date() - DAY
    net = 5_000 - 19
    assert take(till, row(day + DAY, net)).settled_days == 0
    assert credit(till, day + DAY).last_on is None
    bill(till, day, 5_000)
    assert settled(till, day) == net
    assert credit(till, day + DAY).last_on == day


def test_PO_R6_a_credit_of_other_money_stands_against_its_day_before_a_person(till: Till) -> None:
    day = date(2026, 5, 4)
    net = bill(till, day, 6_000)
    take(till, row(day + DAY, net - 500))
    assert till.exceptions()[f'wechat:{day}'] == 'settlement_differs'
    assert settled(till, day) == net - 500
    assert not credit(till, day + DAY).is_exact


def test_PO_R6_a_day_that_was_never_paid_out_and_money_of_no_day_stand_before_a_person(till: Till) -> None:
    day = date(2026, 6, 1)
    net = [bill(till, day + at * DAY, 4_000 + at) for at in range(7)]
    rows = [row(day + (at + 1) * DAY, fen) for at, fen in enumerate(net) if at != 1]
    take(till, *rows, row(date(2026, 7, 20), 123, reference='out-of-the-blue'))
    found = till.exceptions()
    assert found[f'wechat:{day + DAY}'] == 'settlement_missing'
    assert found['wechat:out-of-the-blue'] == 'credit_unknown'
    assert credit(till, date(2026, 7, 20)).is_unknown
    assert not credit(till, day + DAY).is_unknown
    assert [settled(till, day + at * DAY) for at in (0, 2)] == [net[0], net[2]]
    assert settled(till, day + DAY) is None


def test_a_wrong_line_is_named_and_nothing_is_taken(till: Till) -> None:
    answer = take(
        till, row(date(2026, 8, 3), 100), f'gestern,,1.00,1.00,{WECHAT},A1,', f'2026-08-03,,viel,1.00,{WECHAT},A2,',
        f'2099-01-01,,1.00,1.00,{WECHAT},A3,', f'2026-08-03,,1.00,1.00,{WECHAT},,',
    )  # fmt: skip
    assert [(one.line, one.why) for one in answer.objections] == [
        (3, 'booked'), (4, 'credit'), (5, 'booked'), (6, 'reference'),
    ]  # fmt: skip
    assert till.ask(statements.list_credits, from_on=date(2026, 8, 1), until_on=date(2026, 9, 1)) == []


@pytest.mark.parametrize(
    ('content', 'whys'),
    [
        (b'\xff\xff\xff', {'encoding'}),
        (b'a,b\n1,2\n', {'no_booked', 'no_credit', 'no_payer', 'no_reference'}),
        (HEAD.encode(), {'empty'}),
        (HEAD.encode() + b'\n' + b'x,,1,1,a,b,c\n' * (statements.MOST_LINES + 1), {'too_long'}),
    ],
)
def test_a_file_that_is_no_statement_says_why(till: Till, content: bytes, whys: set[str]) -> None:
    answer = till.do(statements.import_statement, content=content)
    assert {one.why for one in answer.objections} == whys


def test_an_exception_that_is_told_again_stays_one(till: Till) -> None:
    day = date(2026, 9, 1)
    rows = [row(day + DAY, bill(till, day, 6_000) - 1)]
    take(till, *rows)
    take(till, *rows)
    assert len([one for one in till.ask(queries.list_exceptions) if one.subject == f'wechat:{day}']) == 1
