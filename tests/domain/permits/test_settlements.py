"""Shared costs: previewed, proposed by one, approved by another, and put onto the brand's bill once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.approvals.operations import ApprovalClosed, ContentChanged, OwnSubmission
from domain.billing.commands import ApproveRun, ChargeTenant, PostRun, PreviewRun
from domain.billing.errors import NoLease
from domain.billing.origins import charge_tenant, list_origins
from domain.billing.queries import list_charges
from domain.billing.runs import approve_run, post_run, preview_run
from domain.identity.roles import ROLE_BY_CODE
from domain.leasing.views import LeaseView
from domain.permits.changes import revise_promotion
from domain.permits.commands import (
    DecideSettlement,
    FilePromotion,
    PromotionId,
    RevisePromotion,
    SettlePromotion,
)
from domain.permits.errors import AlreadySettled, NotApproved, NothingProposed, PromotionUnknown
from domain.permits.operations import file_promotion, get_promotion
from domain.permits.permissions import VIEW
from domain.permits.settlements import (
    decide_settlement,
    list_settlements,
    preview_settlement,
    propose_settlement,
)
from domain.permits.views import PromotionView, SettlementView
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from integrations.worker.subscriptions import Delivered, charge_promotion
from tests.conftest import Database
from tests.domain.leasing.world import World
from tests.domain.permits.test_permits import MECHANICS, agree_to_all, filed

SETTLED_AT = datetime(2026, 6, 3, 4, tzinfo=UTC)


def approved(world: World) -> PromotionView:
    filing = filed(world)
    agree_to_all(world, filing.approval)
    return filing


def cost(filing: PromotionView, fen: int = 999_999) -> SettlePromotion:
    return SettlePromotion(promotion_id=filing.id, actual_cost_fen=fen, document='发票 0012')


def proposed(world: World, filing: PromotionView, fen: int = 999_999) -> SettlementView:
    return perform(propose_settlement, actor=replace(world.actor, name='沈静'), command=cost(filing, fen))


def decided(world: World, view: SettlementView, verdict: str = 'agree', by: str = '陈知远') -> SettlementView:
    assert view.approval is not None
    return perform(decide_settlement, actor=replace(world.actor, name=by), command=DecideSettlement(
        promotion_id=view.promotion_id, content_hash=view.approval.content_hash, verdict=verdict,  # type: ignore[arg-type]
    ))  # fmt: skip


def settle(world: World, filing: PromotionView, fen: int) -> SettlementView:
    """Both steps."""
    return decided(world, proposed(world, filing, fen))


def test_a_settlement_is_previewed_proposed_and_approved_by_somebody_else(world: World) -> None:
    filing = approved(world)
    shares = ask(preview_settlement, actor=world.actor, command=cost(filing))
    assert (shares.brand_fen, shares.mall_fen, shares.budget_fen) == (599_999, 400_000, 1_000_000)

    waiting = proposed(world, filing)
    assert (waiting.standing, waiting.brand_fen) == ('pending', None)
    with pytest.raises(OwnSubmission):
        decided(world, waiting, by='沈静')
    settled = decided(world, waiting)

    assert (settled.standing, settled.brand_fen, settled.mall_fen) == ('settled', 599_999, 400_000)
    assert ask(get_promotion, actor=world.actor, promotion_id=filing.id).brand_fen == 599_999
    for function, command in ((preview_settlement, cost(filing)), (propose_settlement, cost(filing))):
        with pytest.raises(AlreadySettled):
            (ask if function is preview_settlement else perform)(function, actor=world.actor, command=command)  # type: ignore[operator]
    with pytest.raises(AlreadySettled):
        decided(world, waiting)


def test_another_amount_opens_another_round_and_the_earlier_look_counts_no_more(world: World) -> None:
    filing = approved(world)
    first = proposed(world, filing, 500_000)
    second = proposed(world, filing, 600_000)
    with pytest.raises(ContentChanged):
        decided(world, first)
    returned = decided(world, second, 'return')
    assert returned.standing == 'returned'
    with pytest.raises(ApprovalClosed):
        decided(world, returned)
    third = proposed(world, filing, 550_000)
    assert third.approval is not None
    assert (third.approval.round, decided(world, third).brand_fen) == (3, 330_000)


def test_what_is_not_approved_or_was_revised_is_not_settled(world: World) -> None:
    filing = filed(world)
    with pytest.raises(NotApproved):
        proposed(world, filing)
    agree_to_all(world, filing.approval)
    with pytest.raises(NothingProposed):
        perform(decide_settlement, actor=world.actor, command=DecideSettlement(
            promotion_id=filing.id, content_hash='x', verdict='agree'
        ))  # fmt: skip
    waiting = proposed(world, filing)
    perform(revise_promotion, actor=world.actor, command=RevisePromotion(
        promotion_id=filing.id, mechanics=replace(MECHANICS, brand_share_bp=1_000)
    ))  # fmt: skip
    with pytest.raises(NotApproved):
        decided(world, waiting)
    with pytest.raises(PromotionUnknown):
        ask(preview_settlement, actor=world.actor, command=SettlePromotion(
            promotion_id=PromotionId(10**9), actual_cost_fen=1
        ))  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(fen=st.integers(0, 10**9), share=st.integers(0, 10_000))
def test_the_approved_parts_sum_to_the_cost(world: World, fen: int, share: int) -> None:
    mechanics = replace(MECHANICS, prices=(), is_loud=False, brand_share_bp=share)
    command = FilePromotion(tenant_id=filed(world).tenant_id, mechanics=mechanics)
    filing = perform(file_promotion, actor=world.actor, command=command)
    agree_to_all(world, filing.approval)
    settled = settle(world, filing, fen)
    assert (settled.brand_fen or 0) + (settled.mall_fen or 0) == fen


def test_finance_proposes_and_the_general_manager_approves_and_neither_does_both(world: World) -> None:
    filing = approved(world)
    finance, manager = (
        replace(world.actor, name=role, permissions=frozenset(ROLE_BY_CODE[role].grants))
        for role in ('finance', 'general_manager')
    )
    with pytest.raises(PermissionDenied):
        perform(propose_settlement, actor=manager, command=cost(filing))
    waiting = perform(propose_settlement, actor=finance, command=cost(filing))
    assert waiting.approval is not None
    command = DecideSettlement(promotion_id=filing.id, content_hash=waiting.approval.content_hash, verdict='agree')
    with pytest.raises(PermissionDenied):
        perform(decide_settlement, actor=finance, command=command)
    assert perform(decide_settlement, actor=manager, command=command).standing == 'settled'


def test_TA_R2_a_shop_sees_its_own_share_alone(world: World) -> None:
    own, foreign = approved(world), approved(world)
    settle(world, own, 100)
    proposed(world, foreign)
    shop = replace(world.actor, name='店长', tenant_id=own.tenant_id, permissions=frozenset({VIEW.code}))
    assert [one.promotion_id for one in ask(list_settlements, actor=shop)] == [own.id]


def shop_with_lease(world: World) -> tuple[PromotionView, LeaseView]:
    lease = world.signed(date(2026, 1, 1), date(2027, 1, 1))
    filing = perform(file_promotion, actor=world.actor, command=FilePromotion(
        tenant_id=lease.tenant_id, mechanics=MECHANICS
    ))  # fmt: skip
    agree_to_all(world, filing.approval)
    return filing, lease


def happened(world: World, filing: PromotionView, fen: int) -> Delivered:
    return Delivered(event_id='1', name='permits.promotion_settled', version=1, facts={
        'mall_id': world.actor.mall_id, 'occurred_at': SETTLED_AT.isoformat(), 'promotion_id': filing.id,
        'tenant_id': filing.tenant_id, 'brand_fen': fen, 'mall_fen': 1, 'title': '五月满减',
    })  # fmt: skip


def test_the_brands_part_comes_onto_its_next_bill_once(world: World) -> None:
    filing, lease = shop_with_lease(world)
    settled = settle(world, filing, 1_000_000)
    origin = f'permits.promotion:{filing.id}'
    assert ask(list_origins, actor=world.actor, origins=[origin]) == []
    for _ in range(2):
        charge_promotion(happened(world, filing, settled.brand_fen or 0))
    [waiting] = ask(list_origins, actor=world.actor, origins=[origin])
    assert (waiting.amount_fen, waiting.charge_id) == (600_000, None)

    run = perform(preview_run, actor=world.actor, command=PreviewRun(
        from_on=date(2026, 6, 1), until_on=date(2026, 7, 1)
    ))  # fmt: skip
    command = ApproveRun(run_id=run.id, content_hash=run.content_hash)
    perform(approve_run, actor=replace(world.actor, name='财务经理'), command=command)
    perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))

    [billed] = ask(list_origins, actor=world.actor, origins=[origin])
    charges = [one for one in ask(list_charges, actor=world.actor) if one.id == billed.charge_id]
    assert [(one.amount_fen, one.tenant_id, one.kind) for one in charges] == [(600_000, lease.tenant_id, 'cost')]
    stranger = replace(world.actor, tenant_id=world.tenant())
    assert ask(list_origins, actor=stranger, origins=[origin]) == []


def test_the_event_of_a_settlement_is_all_that_the_bill_needs(world: World, database: Database) -> None:
    filing, lease = shop_with_lease(world)
    waiting = proposed(world, filing, 1_000_000)
    assert waiting.approval is not None
    perform(decide_settlement, actor=replace(world.actor, name='陈知远'), now=SETTLED_AT, command=DecideSettlement(
        promotion_id=filing.id, content_hash=waiting.approval.content_hash, verdict='agree'
    ))  # fmt: skip
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute("SELECT args FROM procrastinate_jobs WHERE args ->> 'name' = 'permits.promotion_settled'")
        [args] = [row[0] for row in rows if row[0]['facts']['promotion_id'] == filing.id]

    charge_promotion(Delivered(**{name: args[name] for name in ('event_id', 'name', 'version', 'facts')}))

    [charged] = ask(list_origins, actor=world.actor, origins=[f'permits.promotion:{filing.id}'])
    assert charged.amount_fen == 600_000
    assert lease.tenant_id == filing.tenant_id


def test_who_owes_nothing_or_has_no_lease_is_not_billed(world: World) -> None:
    filing, _ = shop_with_lease(world)
    charge_promotion(happened(world, filing, 0))
    assert ask(list_origins, actor=world.actor, origins=[f'permits.promotion:{filing.id}']) == []

    homeless = approved(world)
    charge_promotion(happened(world, homeless, 100))  # logged, and left to people
    with pytest.raises(NoLease):
        perform(charge_tenant, actor=world.actor, command=ChargeTenant(
            tenant_id=homeless.tenant_id, origin='x', on=SETTLED_AT.date() + timedelta(days=1), amount_fen=1,
            reason='x',
        ))  # fmt: skip
