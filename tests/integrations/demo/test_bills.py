"""The demo mall's bills: posted, mostly paid, one run waiting, and a year before that adds no arrears."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from domain.billing.invoicing import list_invoices
from domain.billing.overview import list_costs, list_payments, list_runs
from domain.billing.queries import ageing, list_charges
from domain.mall.operations import import_mall
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import ask
from integrations.demo import bills, leases, malls, turnover
from tests.conftest import Database

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
TODAY = date(2026, 11, 27)


def quiet(_: str) -> None:
    pass


@pytest.fixture(scope='module')
def billed(database: Database) -> Actor:
    document = malls.documents(malls.HOME)['yunji']
    mall, _ = import_mall(actor=system_actor('seeder'), document=document, now=NOW)
    leases.open_leases(mall.id, document, NOW, say=quiet)
    turnover.tell_turnover(mall.id, document, NOW, say=quiet)
    for _ in range(2):  # told twice, it is told once
        bills.open_bills(mall.id, NOW, say=quiet)
    return system_actor('reader', mall.id)


def test_three_months_are_posted_and_the_next_one_waits(billed: Actor) -> None:
    runs = [run for run in ask(list_runs, actor=billed) if run.until_on > date(2026, 9, 1)]
    assert Counter(run.status for run in runs) == {'posted': 3, 'previewed': 1}
    assert all(run.previewed_by == bills.FINANCE and run.lines > 300 for run in runs)
    assert {run.approved_by for run in runs if run.status == 'posted'} == {bills.MANAGER}
    assert [run.until_on for run in runs if run.status == 'previewed'] == [date(2027, 1, 1)]


def test_bills_are_of_every_kind(billed: Actor) -> None:
    kinds = Counter(charge.kind for charge in ask(list_charges, actor=billed))
    assert {'rent', 'turnover_rent', 'service_charge', 'promotion_levy', 'cam', 'fine'} <= kinds.keys()
    for cost in ask(list_costs, actor=billed):
        assert 0.9 < cost.billed_fen / cost.amount_fen < 1  # what is vacant is the landlord's


def test_most_have_paid_and_some_owe(billed: Actor) -> None:
    rows = ask(ageing, actor=billed, on=TODAY)
    overdue = [row for row in rows if any(fen for age, fen in row.by_age.items() if age != 'current')]
    assert 5 < len(overdue) < 40
    assert len(ask(list_payments, actor=billed)) > 90
    assert Counter(one.status for one in ask(list_invoices, actor=billed)).keys() >= {'requested', 'issued', 'failed'}


def test_the_year_before_is_billed_and_paid_once(billed: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert billed.mall_id is not None
    document = malls.documents(malls.HOME)['yunji']
    monkeypatch.setattr(turnover, 'PAST_MONTHS', 1)
    monkeypatch.setattr(bills, 'PAST_MONTHS', 2)
    turnover.tell_past_turnover(billed.mall_id, document, NOW, say=quiet)

    before = sum(row.open_fen - row.unapplied_fen for row in ask(ageing, actor=billed, on=TODAY))
    for _ in range(2):
        bills.tell_past_bills(billed.mall_id, NOW, say=quiet)
    after = sum(row.open_fen - row.unapplied_fen for row in ask(ageing, actor=billed, on=TODAY))
    assert Counter(run.status for run in ask(list_runs, actor=billed)) == {'posted': 4, 'previewed': 1}
    assert after == before
