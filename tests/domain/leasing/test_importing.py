"""Turnover out of spreadsheets: both encodings, every objection with its line, all or nothing."""

from datetime import UTC, date, datetime

import pytest

from domain.leasing.commands import CloseMonth
from domain.leasing.importing import MOST_LINES, import_turnover, read_file
from domain.leasing.overview import occupancy_costs, turnover_overview
from domain.leasing.turnover import close_month, list_months
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
HEAD = '租约号,日期,营业额,退货,小票数\n'


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'gbk'])
def test_both_encodings_are_read(encoding: str) -> None:
    read = read_file((HEAD + 'L-1,2026-11-01,"12,345.60",100,37\n').encode(encoding))
    [line] = read.lines
    assert (line.lease, line.day, line.line) == ('L-1', date(2026, 11, 1), 2)
    assert (line.facts.sold_fen, line.facts.returned_fen, line.facts.receipts) == (1_234_560, 10_000, 37)
    assert read.objections == ()


@pytest.mark.parametrize('day', ['2026-11-01', '2026/11/1', '2026.11.01', '2026年11月1日', '20261101'])
def test_days_as_people_write_them(day: str) -> None:
    [line] = read_file(f'lease;date;sales\nL-1;{day};5\n'.encode()).lines
    assert line.day == date(2026, 11, 1)


@pytest.mark.parametrize(
    ('row', 'why'),
    [
        ('L-1,2026-13-01,5', 'day'), ('L-1,2026-11-01,', 'sold'), ('L-1,2026-11-01,5.001', 'sold'),
        ('L-1,2026-11-01,-5', 'sold'), ('L-1,2026-11-01,NaN', 'sold'), ('L-1,2026-11-01,5,x', 'returned'),
        ('L-1,2026-11-01,5,0,1.5', 'receipts'), ('L-1,2026-11-01,5,0,٣', 'receipts'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(row: str, why: str) -> None:
    read = read_file(f'{HEAD}\n{row}\n'.encode())
    assert [(one.line, one.why) for one in read.objections] == [(3, why)]
    assert read.lines == ()


def test_a_file_that_is_none() -> None:
    assert [one.why for one in read_file(b'').objections] == ['no_lease', 'no_day', 'no_sold']
    assert [one.why for one in read_file(HEAD.encode()).objections] == ['empty']
    assert [one.why for one in read_file(b'\x81\xff\xff').objections] == ['encoding']
    long = read_file((HEAD + 'L,2026-11-01,5\n' * (MOST_LINES + 1)).encode())
    assert [one.why for one in long.objections] == ['too_long']


def test_nothing_is_half_imported(world: World) -> None:
    lease = world.signed(date(2026, 1, 1), date(2029, 1, 1))
    bad = (
        f'{HEAD}{lease.number},2026-11-01,100\nL-NONE,2026-11-01,1\n{lease.number},2025-12-31,1\n'
        f'{lease.number},2026-11-30,1\n{lease.number},2026-11-01,7\n'
    )
    answer = perform(import_turnover, actor=world.actor, file=read_file(bad.encode('gbk')), now=NOW)
    assert [(one.line, one.why) for one in answer.objections] == [
        (3, 'lease_unknown'), (4, 'outside_lease'), (5, 'still_to_come'), (6, 'twice'),
    ]  # fmt: skip
    assert answer.days == 0
    assert ask(list_months, actor=world.actor, lease_id=lease.id) == []

    good = f'lease,date,sales,vat\n{lease.number},2026-11-01,113,13\n{lease.number},2026-11-02,106,6%\n'
    answer = perform(import_turnover, actor=world.actor, file=read_file(good.encode()), now=NOW)
    assert (answer.days, answer.leases, answer.gto_fen, answer.objections) == (2, 1, 20_000, ())


def test_a_month_at_a_glance(world: World) -> None:
    lease = world.signed(date(2026, 9, 1), date(2029, 1, 1))
    world.report(lease.id, {date(2026, 10, day): 10_000_00 for day in range(1, 32)})
    world.report(lease.id, {date(2026, 11, day): 10_000_00 for day in range(1, 20)})
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=date(2026, 10, 1)), now=NOW)
    asked = {'actor': world.actor, 'today': date(2026, 11, 22)}

    [row] = [r for r in ask(turnover_overview, month=date(2026, 11, 1), **asked) if r.lease_id == lease.id]
    assert (row.gto_fen, row.due, row.missing, row.is_closed) == (
        19_000_000,
        21,
        (date(2026, 11, 20), date(2026, 11, 21)),
        False,
    )
    [row] = [r for r in ask(turnover_overview, month=date(2026, 10, 1), **asked) if r.lease_id == lease.id]
    assert (row.due, row.missing, row.is_closed) == (31, (), True)

    rows = ask(occupancy_costs, actor=world.actor, from_on=date(2026, 9, 1), until_on=date(2026, 11, 1))
    [cost] = [row for row in rows if row.lease_id == lease.id]
    assert cost.months == 1
    assert cost.ratio.value == pytest.approx(3_000_000 / 31_000_000)
    assert cost.like_for_like is None
