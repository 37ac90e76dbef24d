"""The demo mall is let: tenants with leases of every kind, turnover to close, and people bound to their shop."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from domain.identity.operations import install_roles
from domain.leasing.hand_reports import get_z_report, list_hand_reports, withdraw_report
from domain.leasing.queries import list_leases, list_lettable_units, list_tenants, portfolio, rent_roll
from domain.leasing.turnover import list_months, missing_days
from domain.mall.operations import import_mall
from domain.shared.actor import Actor, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import ask, perform
from integrations.demo import leases, malls, people, turnover, zreports
from tests.conftest import Database

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
TODAY = date(2026, 11, 27)
OCTOBER = date(2026, 10, 1)


@pytest.fixture(scope='module')
def let(database: Database) -> Actor:
    document = malls.documents(malls.HOME)['yunji']
    mall, _ = import_mall(actor=system_actor('seeder'), document=document, now=NOW)
    assert leases.open_leases(mall.id, document, NOW, say=lambda _: None)
    turnover.tell_turnover(mall.id, document, NOW, say=lambda _: None)
    assert not leases.open_leases(mall.id, document, NOW, say=lambda _: None)
    return system_actor('reader', mall.id)


def test_every_shop_of_the_plan_is_a_unit_and_few_are_empty(let: Actor) -> None:
    units = ask(list_lettable_units, actor=let, on=TODAY)
    mall = ask(portfolio, actor=let, on=TODAY)
    assert len(units) == 119
    assert all(unit.plan_unit_id for unit in units)
    assert len(mall.vacant) == len(leases.EMPTY)
    assert 1 < (mall.walt.value or 0) < 5
    assert len(mall.expiring_fen) >= 4


def test_leases_are_of_every_mode_and_stage(let: Actor) -> None:
    modes = Counter(row.mode for row in ask(rent_roll, actor=let, on=TODAY))
    assert min(modes[mode] for mode in ('fixed', 'percentage', 'greater', 'base_plus_overage')) >= 3
    found = ask(list_leases, actor=let)
    stages = Counter(lease.status for lease in found)
    assert stages['draft'] == 1
    assert [lease.version for lease in found if lease.version > 1] == [2]
    assert any(TODAY < lease.ends_on < TODAY + timedelta(days=30) for lease in found)
    assert any(lease.starts_on > TODAY and lease.status == 'signed' for lease in found)
    assert any(lease.ends_on <= TODAY for lease in found)


def test_the_month_before_is_closed_but_where_days_are_missing(let: Actor) -> None:
    tenants = {tenant.id: tenant.code for tenant in ask(list_tenants, actor=let)}
    owing = {leases.tenant_code(shop) for shop in turnover.FORGOT}
    for lease in ask(list_leases, actor=let):
        if lease.status == 'draft' or not lease.starts_on <= OCTOBER or lease.ends_on <= TODAY:
            continue
        months = {month.month: month for month in ask(list_months, actor=let, lease_id=lease.id)}
        assert months[OCTOBER].is_closed == (tenants[lease.tenant_id] not in owing)
        assert not months[date(2026, 11, 1)].is_closed
        assert months[OCTOBER].gto_fen > 0


def test_some_shops_owe_days(let: Actor) -> None:
    by_tenant = {lease.tenant_id: lease.id for lease in ask(list_leases, actor=let)}
    owing = {}
    for tenant in ask(list_tenants, actor=let):
        late = ask(
            missing_days, actor=let, lease_id=by_tenant[tenant.id], from_on=TODAY - timedelta(days=7), until_on=TODAY
        )
        if late and tenant.code not in {leases.tenant_code(code) for code in leases.EMPTY}:
            owing[tenant.code] = len(late)
    assert owing == {leases.tenant_code(shop): days for shop, days in turnover.LATE.items()}


def test_the_year_before_is_told_once(let: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnover, 'PAST_MONTHS', 1)
    assert let.mall_id is not None
    document = malls.documents(malls.HOME)['yunji']
    for _ in range(2):
        turnover.tell_past_turnover(let.mall_id, document, NOW, say=lambda _: None)
    lease = next(one for one in ask(list_leases, actor=let) if one.starts_on < date(2026, 8, 1) and one.ends_on > TODAY)
    months = ask(list_months, actor=let, lease_id=lease.id)
    assert [month.is_closed for month in months] == [True, True, False]
    assert months[0].days == 30


def test_the_people_of_a_shop_are_bound_to_their_tenant(let: Actor) -> None:
    assert let.mall_id is not None
    perform(install_roles, actor=system_actor('seeder'))
    people.settle_shops(mall_id=let.mall_id, password=SecretStr('a demo password of the tests'))
    with transaction(Scope(mall_id=let.mall_id)) as session:
        rows = session.execute(text(
            'SELECT a.login, m.role_code, t.name_zh FROM membership m JOIN account a ON a.id = m.account_id'
            ' JOIN tenant t ON t.id = m.tenant_id ORDER BY a.login'
        )).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        ('shop', 'tenant_manager', '渝宴火锅'), ('shopstaff', 'tenant_staff', '渝宴火锅'),
    ]  # fmt: skip


def test_some_days_wait_with_a_picture_of_their_z_report_and_one_does_not_match(let: Actor) -> None:
    assert let.mall_id is not None
    document = malls.documents(malls.HOME)['yunji']
    for _ in range(2):
        zreports.hand_in_z_reports(let.mall_id, document, NOW, say=lambda _: None)
    waiting = ask(list_hand_reports, actor=let)
    assert [report.state for report in waiting] == ['waiting'] * len(zreports.SHOPS)
    assert sorted(bool(fen) for fen in zreports.SHOPS.values()) == [False, False, True]
    assert ask(get_z_report, actor=let, report_id=waiting[0].id).content[:3] == b'\xff\xd8\xff'
    # They stop being missing while they wait; other tests count what is missing.
    for report in waiting:
        perform(withdraw_report, actor=system_actor('shop', let.mall_id), report_id=report.id, now=NOW)
