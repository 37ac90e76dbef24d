"""Auditors' certificates: what may be kept as one, who hands it in, what is settled with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.billing.certificates import (
    get_certificate,
    get_handed_in,
    hand_in_certificate,
    keep_certificate,
    keep_own_certificate,
    list_handed_in,
)
from domain.billing.commands import HandInCertificate, ReconcileTurnover
from domain.billing.costs import reconcile_turnover
from domain.billing.errors import (
    AlreadyReconciled,
    CertificateNeeded,
    CertificateUnknown,
    CertificateYearInvalid,
)
from domain.billing.views import HandedIn
from domain.leasing.commands import Band, CloseMonth, NewItem, RentMode, RentTerms
from domain.leasing.errors import LeaseOutOfReach
from domain.leasing.hand_reports import keep_z_report
from domain.leasing.turnover import close_month
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor
from domain.shared.attachments import AttachmentUnknown
from domain.shared.errors import DomainError
from domain.shared.operations import ask, perform
from domain.shared.pictures import PaperUnknownKind, PictureBroken, PictureTooLarge
from tests.domain.leasing.world import NOW, World
from tests.domain.shared.pictures import PAPER, photograph


@pytest.mark.parametrize(
    ('content', 'refusal'),
    [
        (b'PK\x03\x04 a spreadsheet', PaperUnknownKind),
        (b'%PDF-1.7 cut off', PictureBroken),
        (photograph()[:-40], PictureBroken),
        (PAPER + b' ' * 11_000_000, PictureTooLarge),
    ],
)
def test_a_certificate_is_a_whole_pdf_or_picture(world: World, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        perform(keep_certificate, actor=world.actor, content=content)
    assert perform(keep_certificate, actor=world.actor, content=photograph()).kind == 'image/jpeg'


def test_a_picture_kept_for_something_else_is_no_certificate(world: World) -> None:
    lease = world.signed()
    photo = perform(keep_z_report, actor=world.actor, content=photograph(3), tenant_id=lease.tenant_id).name
    command = ReconcileTurnover(
        lease_id=lease.id, year=2025, audited_gto_fen=1, document='照片', attachment=photo
    )  # fmt: skip
    with pytest.raises(AttachmentUnknown):
        perform(reconcile_turnover, actor=world.actor, command=command)


def december(world: World) -> LeaseView:
    """A lease on turnover whose one month of 2025 is closed."""
    first, end = date(2025, 12, 1), date(2028, 12, 1)
    rent = RentTerms(mode=RentMode.PERCENTAGE, bands={'*': (Band(up_to_fen=None, rate_bp=1_000),)})
    lease = world.signed(first, end, items=[NewItem(starts_on=first, ends_on=end, terms=rent)])
    world.report(lease.id, {first + timedelta(days=n): 10_000 for n in range(31)})
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=first))
    return lease


def people(world: World, lease: LeaseView) -> Actor:
    grants = frozenset({'billing.view', 'billing.certify', 'leasing.view'})
    return replace(world.actor, name='店长', kind='person', tenant_id=lease.tenant_id, permissions=grants)


def handed_in(world: World, lease: LeaseView, content: bytes, fen: int = 320_000, year: int = 2025) -> HandedIn:
    shop = people(world, lease)
    name = perform(keep_own_certificate, actor=shop, content=content).name
    command = HandInCertificate(
        lease_id=lease.id, year=year, audited_gto_fen=fen, document='审字 17', attachment=name
    )  # fmt: skip
    return perform(hand_in_certificate, actor=shop, command=command, now=NOW)


def test_a_shop_hands_its_certificate_in_and_finance_settles_the_year_with_it(world: World) -> None:
    lease = december(world)
    handed_in(world, lease, photograph(9), fen=1)
    later = handed_in(world, lease, PAPER)

    [seen] = [one for one in ask(list_handed_in, actor=world.actor) if one.lease_id == lease.id]
    paper = ask(get_handed_in, actor=world.actor, handed_in_id=seen.id)
    command = ReconcileTurnover(
        lease_id=lease.id, year=2025, audited_gto_fen=seen.audited_gto_fen, document=seen.document,
        attachment=seen.attachment,
    )  # fmt: skip
    settled = perform(reconcile_turnover, actor=world.actor, command=command)

    assert (seen, paper.content, settled.due_fen) == (later, PAPER, 32_000)
    [own] = ask(list_handed_in, actor=people(world, lease))
    assert own.is_settled
    assert ask(get_certificate, actor=people(world, lease), lease_id=lease.id, year=2025).content == PAPER
    with pytest.raises(AlreadyReconciled):
        handed_in(world, lease, PAPER)


def test_another_shops_certificate_is_not_there(world: World) -> None:
    lease, other = world.signed(date(2025, 1, 1), date(2028, 1, 1)), world.signed(date(2025, 1, 1), date(2028, 1, 1))
    theirs = handed_in(world, other, PAPER)
    shop = people(world, lease)

    assert ask(list_handed_in, actor=shop) == []
    with pytest.raises(CertificateUnknown):
        ask(get_handed_in, actor=shop, handed_in_id=theirs.id)
    command = HandInCertificate(
        lease_id=lease.id, year=2025, audited_gto_fen=1, document='17', attachment=theirs.attachment
    )  # fmt: skip
    for actor in (shop, world.actor):
        with pytest.raises(AttachmentUnknown):
            perform(hand_in_certificate, actor=actor, command=command, now=NOW)
    with pytest.raises(LeaseOutOfReach):
        perform(hand_in_certificate, actor=shop, command=replace(command, lease_id=other.id), now=NOW)
    settle = ReconcileTurnover(
        lease_id=lease.id, year=2025, audited_gto_fen=1, document='17', attachment=theirs.attachment
    )  # fmt: skip
    with pytest.raises(AttachmentUnknown):
        perform(reconcile_turnover, actor=world.actor, command=settle)


@pytest.mark.parametrize('year', [2024, 2026])
def test_a_year_that_is_not_over_or_none_of_the_lease_has_no_certificate(world: World, year: int) -> None:
    lease = world.signed(date(2025, 1, 1), date(2028, 1, 1))
    with pytest.raises(CertificateYearInvalid):
        handed_in(world, lease, PAPER, year=year)
    command = HandInCertificate(lease_id=lease.id, year=2025, audited_gto_fen=1, document='17')
    with pytest.raises(CertificateNeeded):
        perform(hand_in_certificate, actor=people(world, lease), command=command, now=NOW)
