"""Amendments wait for those who sign; offers and simple changes become sound leases."""

from datetime import date

import pytest

from domain.leasing.commands import (
    Amendment,
    Band,
    FreeTerms,
    LettableUnitId,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
)
from domain.leasing.errors import AmendmentOutdated, LeaseInvalid, LeaseNotOpen, ProposalOpen, ProposalUnknown
from domain.leasing.offers import Offer, draft_of
from domain.leasing.operations import amend_lease, draft_lease
from domain.leasing.overview import list_versions
from domain.leasing.permissions import DRAFT, SIGN, VIEW
from domain.leasing.proposals import (
    extended,
    freed,
    list_proposals,
    propose_amendment,
    relieved,
    sign_proposal,
    withdraw_proposal,
)
from domain.leasing.queries import get_lease, preview_amendment
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World

START, END = date(2026, 1, 1), date(2029, 1, 1)
SUMMER = {'from_on': date(2026, 6, 1), 'until_on': date(2026, 9, 1)}


def rents(items: object) -> list[tuple[date, date, int]]:
    return [(i.starts_on, i.ends_on, i.terms.base_fen) for i in items if i.kind == 'rent']  # type: ignore[attr-defined]


def test_who_lets_proposes_and_who_may_signs(world: World, actor_with) -> None:
    lease = world.signed(START, END)
    leasing, manager = actor_with(VIEW, DRAFT, name='He'), actor_with(VIEW, SIGN, name='Chen')
    amendment = relieved(lease, **SUMMER, percent=80, summary='暑期减免')
    assert ask(preview_amendment, actor=leasing, command=amendment).difference_fen == -3 * 600_000

    perform(propose_amendment, actor=leasing, command=amendment)
    with pytest.raises(ProposalOpen):
        perform(propose_amendment, actor=leasing, command=amendment)
    with pytest.raises(PermissionDenied):
        perform(sign_proposal, actor=leasing, lease_id=lease.id)
    assert ask(get_lease, actor=leasing, lease_id=lease.id).version == 1

    signed = perform(sign_proposal, actor=manager, lease_id=lease.id)
    assert rents(signed.items) == [
        (START, date(2026, 6, 1), 3_000_000), (date(2026, 6, 1), date(2026, 9, 1), 2_400_000),
        (date(2026, 9, 1), END, 3_000_000),
    ]  # fmt: skip
    assert ask(list_proposals, actor=manager, lease_id=lease.id) == []
    newest, first = ask(list_versions, actor=manager, lease_id=lease.id)
    assert (newest.summary, newest.signed_by, len(newest.added), len(newest.closed)) == ('暑期减免', 'Chen', 3, 1)
    assert (first.version, len(first.added)) == (1, 1)


def test_a_proposal_is_withdrawn_and_another_may_follow(world: World) -> None:
    lease = world.signed(START, END)
    amendment = relieved(lease, **SUMMER, percent=50, summary='a')
    perform(propose_amendment, actor=world.actor, command=amendment)
    assert perform(withdraw_proposal, actor=world.actor, lease_id=lease.id).status == 'withdrawn'
    with pytest.raises(ProposalUnknown):
        perform(sign_proposal, actor=world.actor, lease_id=lease.id)
    perform(propose_amendment, actor=world.actor, command=amendment)


def test_a_lease_that_moved_on_is_not_amended_by_an_old_proposal(world: World) -> None:
    lease = world.signed(START, END)
    perform(propose_amendment, actor=world.actor, command=relieved(lease, **SUMMER, percent=50, summary='a'))
    perform(amend_lease, actor=world.actor, command=freed(lease, **SUMMER, kinds=['rent'], summary='b'))
    with pytest.raises(AmendmentOutdated):
        perform(sign_proposal, actor=world.actor, lease_id=lease.id)
    assert len(ask(list_proposals, actor=world.actor, lease_id=lease.id)) == 1


def test_what_is_unsound_or_a_draft_is_not_proposed(world: World) -> None:
    lease = world.signed(START, END)
    hollow = Amendment(lease_id=lease.id, version=1, closes=(lease.items[0].id,), summary='no rent at all')
    with pytest.raises(LeaseInvalid):
        perform(propose_amendment, actor=world.actor, command=hollow)
    draft = world.draft(START, END)
    with pytest.raises(LeaseNotOpen):
        perform(propose_amendment, actor=world.actor, command=relieved(draft, **SUMMER, percent=50, summary='a'))


@pytest.mark.parametrize(
    ('ends_on', 'expected'),
    [
        (date(2030, 1, 1), [(START, END, 3_000_000), (END, date(2030, 1, 1), 4_000_000)]),
        (date(2028, 1, 1), [(START, date(2028, 1, 1), 3_000_000)]),
    ],
)
def test_a_lease_ends_later_or_earlier_with_all_its_items(world: World, ends_on: date, expected: object) -> None:
    lease = world.signed(START, END)
    amendment = extended(lease, ends_on=ends_on, base_fen=4_000_000, summary='续租')
    assert ask(preview_amendment, actor=world.actor, command=amendment).complaints == ()
    signed = perform(amend_lease, actor=world.actor, command=amendment)
    assert rents(signed.items) == expected
    assert signed.ends_on == ends_on


def test_free_days_are_added(world: World) -> None:
    lease = world.signed(START, END)
    signed = perform(amend_lease, actor=world.actor, command=freed(lease, **SUMMER, kinds=['rent'], summary='停业'))
    assert [item.terms for item in signed.items if item.kind == 'rent_free'] == [FreeTerms(frees=('rent',))]


def test_an_offer_becomes_a_sound_draft(world: World) -> None:
    unit = world.unit()
    offer = Offer(
        number='OFFER-1', tenant_id=world.tenant(), unit_ids=(LettableUnitId(unit),), category='fashion',
        starts_on=date(2026, 3, 16), ends_on=date(2029, 3, 16), mode=RentMode.GREATER, base_fen=1_000_000,
        bands=(Band(up_to_fen=None, rate_bp=1_200),), step_bp=500, free_days=30, service_fen_per_m2=4_500,
        levy_fen_per_m2=500, deposit_fen=2_000_000,
    )  # fmt: skip
    lease = perform(draft_lease, actor=world.actor, command=draft_of(offer))
    assert rents(lease.items) == [
        (date(2026, 3, 16), date(2027, 3, 1), 1_000_000), (date(2027, 3, 1), date(2028, 3, 1), 1_050_000),
        (date(2028, 3, 1), date(2029, 3, 1), 1_102_500), (date(2029, 3, 1), date(2029, 3, 16), 1_157_625),
    ]  # fmt: skip
    kinds = [item.kind for item in lease.items]
    assert sorted(set(kinds)) == ['deposit', 'promotion_levy', 'rent', 'rent_free', 'service_charge']
    levy = next(item.terms for item in lease.items if item.kind == 'promotion_levy')
    assert isinstance(levy, ServiceChargeTerms)
    assert levy.amount_fen == 500
    assert all(isinstance(i.terms, RentTerms) and i.terms.bands for i in lease.items if i.kind == 'rent')
