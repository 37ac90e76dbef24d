"""Tenants see their own rows alone, whatever they guess: proven as the database's role."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import psycopg
import pytest

from domain.benchmarks.commands import ComputeBenchmarks
from domain.benchmarks.operations import (
    NoBenchmark,
    ShopOutOfReach,
    WholeMallNeeded,
    compute_benchmarks,
    get_benchmarks,
)
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.leasing.commands import CloseMonth
from domain.leasing.turnover import close_month
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import NOW, World

APRIL = date(2026, 4, 1)
TENANT_TABLES = (
    'lease', 'lease_unit', 'lease_item', 'lease_version', 'turnover_day', 'turnover_month', 'meter_holder', 'charge',
    'tenant_payment', 'allocation', 'charge_dispute', 'lease_fee', 'payment_reminder', 'turnover_certificate',
    'bill_run_line', 'approval', 'approval_round', 'approval_decision', 'promotion_filing', 'space_booking', 'permit',
    'peer_benchmark', 'turnover_forecast', 'shop_tree', 'promotion_result', 'attachment',
    'turnover_report', 'certificate_upload',
)  # fmt: skip


def traded(world: World, gto_fen: int, month: date = APRIL) -> LeaseView:
    """A shop with a closed month."""
    lease = world.signed()
    days = {day: 0 for n in range(31) if (day := month + timedelta(days=n)).month == month.month}
    world.report(lease.id, days | {month: gto_fen})
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=month), now=NOW)
    return lease


@pytest.fixture(scope='module')
def shops(world: World) -> list[LeaseView]:
    found = [traded(world, 1_000_000 + 100_000 * n) for n in range(6)]
    perform(compute_benchmarks, actor=world.actor, command=ComputeBenchmarks(month=APRIL))
    return found


def clerk_of(shop: LeaseView, mall: MallId, *permissions: str) -> Actor:
    return Actor(
        name=f'店长 {shop.tenant_id}', kind='person', mall_id=mall, tenant_id=shop.tenant_id,
        permissions=frozenset({VIEW.code, *permissions}),
    )  # fmt: skip


@contextmanager
def as_tenant(database: Database, mall: MallId, tenant: TenantId) -> Iterator[psycopg.Connection]:
    """A transaction of the application's own role, for a tenant: what an attacker with our connection would have."""
    with psycopg.connect(database.app_url) as connection:
        connection.execute(
            "SELECT set_config('app.mall_id', %s, true), set_config('app.tenant_id', %s, true)",
            [str(mall), str(tenant)],
        )
        yield connection


def test_TA_R1_a_shop_sees_its_peers_when_there_are_five(shops: list[LeaseView], mall: MallId) -> None:
    figures = {one.metric: one for one in ask(
        get_benchmarks, actor=clerk_of(shops[0], mall), shop_id=shops[0].tenant_id, month=APRIL
    )}  # fmt: skip

    sales = figures['sales_per_m2']
    assert sales.own == pytest.approx(1_000_000 / 100)
    assert sales.peers == pytest.approx((1_100_000 + 1_200_000 + 1_300_000 + 1_400_000 + 1_500_000) / 500)
    assert figures['average_transaction'].hidden_because == 'too_few_peers'  # nobody reported receipts


def test_TA_R1_with_four_peers_or_a_dominant_one_nothing_is_told(world: World) -> None:
    march = date(2026, 3, 1)
    few = [traded(world, 1_000_000, march) for _ in range(5)]

    def hidden(shop: LeaseView) -> str | None:
        perform(compute_benchmarks, actor=world.actor, command=ComputeBenchmarks(month=march))
        figures = ask(get_benchmarks, actor=world.actor, shop_id=shop.tenant_id, month=march)
        return next(one.hidden_because for one in figures if one.metric == 'sales_per_m2')

    assert hidden(few[0]) == 'too_few_peers'
    traded(world, 900_000_000, march)
    assert hidden(few[0]) == 'dominated'


def test_TA_R2_asking_for_another_shop_is_a_404_and_on_record(
    database: Database, shops: list[LeaseView], mall: MallId
) -> None:
    own, foreign = shops[1], shops[2]

    with pytest.raises(ShopOutOfReach) as refusal:
        ask(get_benchmarks, actor=clerk_of(own, mall), shop_id=foreign.tenant_id, month=APRIL)

    assert refusal.value.status == NoBenchmark.status == 404
    assert refusal.value.sentence('zh') == NoBenchmark().sentence('zh')
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute(
            'SELECT action, outcome FROM audit_entry WHERE actor_name = %s', [f'店长 {own.tenant_id}']
        ).fetchall()
    assert rows == [('benchmarks.get_benchmarks', 'refused:benchmarks.none')]


@pytest.mark.parametrize(
    'table', ['lease', 'lease_unit', 'lease_item', 'turnover_day', 'turnover_month', 'peer_benchmark']
)
def test_TA_R2_the_database_role_of_a_tenant_reads_its_own_rows_alone(
    database: Database, shops: list[LeaseView], mall: MallId, table: str
) -> None:
    own, foreign = shops[1], shops[2]
    with as_tenant(database, mall, own.tenant_id) as connection:
        seen = connection.execute(f'SELECT DISTINCT tenant_id FROM {table}').fetchall()
        guess = f'SELECT count(*) FROM {table} WHERE tenant_id = %s'
        guessed = connection.execute(guess, [foreign.tenant_id]).fetchone()

    assert seen == [(own.tenant_id,)]
    assert guessed == (0,)


def test_TA_R2_the_database_role_of_a_tenant_changes_nothing_of_another(
    database: Database, shops: list[LeaseView], mall: MallId
) -> None:
    own, foreign = shops[1], shops[2]
    with as_tenant(database, mall, own.tenant_id) as connection:
        changed = connection.execute('UPDATE lease SET number = %s WHERE id = %s', ['x', foreign.id]).rowcount
    with as_tenant(database, mall, own.tenant_id) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            'INSERT INTO peer_benchmark (mall_id, tenant_id, month, metric, computed_at)'
            ' VALUES (%s, %s, %s, %s, now())',
            [mall, foreign.tenant_id, date(2026, 1, 1), 'x'],
        )

    assert changed == 0


def test_TA_R2_every_table_of_tenants_has_the_policy(database: Database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute(
            "SELECT tablename, permissive FROM pg_policies WHERE policyname = 'tenant_scope'"
        ).fetchall()
    restrictive = {name for name, kind in rows if kind == 'RESTRICTIVE'}

    assert set(TENANT_TABLES) - restrictive == set()


def test_a_tenant_cannot_work_out_benchmarks(shops: list[LeaseView], mall: MallId) -> None:
    with pytest.raises(WholeMallNeeded):
        perform(
            compute_benchmarks, actor=clerk_of(shops[0], mall, COMPUTE.code), command=ComputeBenchmarks(month=APRIL)
        )
    with pytest.raises(NoBenchmark):
        ask(get_benchmarks, actor=clerk_of(shops[0], mall), shop_id=shops[0].tenant_id, month=date(2020, 1, 1))
