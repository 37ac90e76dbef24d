"""Days typed in with a photograph of the Z report: they wait, count when accepted, and are missing when rejected."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from domain.leasing.commands import (
    CloseMonth,
    DayTurnover,
    DecideReport,
    HandReportId,
    LeaseTerms,
    ReportByHand,
    ReportTurnover,
    SalesFacts,
)
from domain.leasing.errors import (
    DayOutsideLease,
    LeaseOutOfReach,
    MonthIncomplete,
    ReasonNeeded,
    ReportDecided,
    ReportsWaiting,
    ReportUnknown,
    TenantUnknown,
    ZReportNeeded,
)
from domain.leasing.hand_reports import (
    decide_report,
    get_z_report,
    keep_z_report,
    list_hand_reports,
    report_by_hand,
    withdraw_report,
)
from domain.leasing.overview import turnover_overview
from domain.leasing.turnover import close_month, list_months, missing_days, report_turnover
from domain.leasing.views import HandReported, LeaseView
from domain.shared.actor import Actor
from domain.shared.attachments import AttachmentUnknown
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from domain.shared.pictures import PictureBroken, PictureTooLarge, PictureUnknownKind
from domain.tenancy.notices import list_notices
from integrations.worker.subscriptions import Delivered, tell_shop_of_rejection
from tests.domain.leasing.world import NOW, World
from tests.domain.shared.pictures import from_a_phone, photograph

DAY = date(2026, 11, 20)
ASKED = {'from_on': date(2026, 11, 19), 'until_on': date(2026, 11, 22)}
_shades = count(1)


def people(world: World, lease: LeaseView) -> Actor:
    """Somebody of the shop."""
    return replace(world.actor, name='店长', kind='person', tenant_id=lease.tenant_id, permissions=frozenset({
        'leasing.view', 'leasing.report_turnover', 'tenancy.view',
    }))  # fmt: skip


def day(fen: int, on: date = DAY) -> DayTurnover:
    return DayTurnover(on=on, category='fashion', facts=SalesFacts(sold_fen=fen, vat_bp=0))


def typed(world: World, lease: LeaseView, fen: int, *, on: date = DAY, photo: str | None = None) -> HandReported:
    """A day with a photograph of its own."""
    shop = people(world, lease)
    name = perform(keep_z_report, actor=shop, content=photograph(next(_shades))).name if photo is None else photo
    command = ReportByHand(lease_id=lease.id, day=day(fen, on), photo=name)
    return perform(report_by_hand, actor=shop, command=command, now=NOW)


def decide(world: World, report: HandReported, *, is_accepted: bool, reason: str = '') -> None:
    assert report.id is not None
    command = DecideReport(report_id=report.id, is_accepted=is_accepted, reason=reason)
    perform(decide_report, actor=replace(world.actor, name='财务'), command=command, now=NOW)


def missing(world: World, lease: LeaseView) -> list[date]:
    return ask(missing_days, actor=world.actor, lease_id=lease.id, **ASKED)


def gto(world: World, lease: LeaseView) -> int:
    return sum(month.gto_fen for month in ask(list_months, actor=world.actor, lease_id=lease.id))


def states(world: World, lease: LeaseView) -> list[str]:
    return [one.state for one in ask(list_hand_reports, actor=world.actor, lease_id=lease.id)]


def test_a_day_waits_with_its_photograph_and_counts_once_it_is_accepted(world: World) -> None:
    lease = world.signed()

    report = typed(world, lease, 88_00)

    assert (report.is_waiting, report.gto_fen, gto(world, lease)) == (True, 88_00, 0)
    assert missing(world, lease) == [date(2026, 11, 19), date(2026, 11, 21)]
    decide(world, report, is_accepted=True)
    [seen] = ask(list_hand_reports, actor=world.actor, lease_id=lease.id)
    assert gto(world, lease) == 88_00
    assert (seen.state, seen.reported_by, seen.decided_by) == ('accepted', '店长', '财务')
    assert missing(world, lease) == [date(2026, 11, 19), date(2026, 11, 21)]


def test_a_rejected_day_is_missing_again_and_the_shop_reads_why(world: World) -> None:
    lease = world.signed()
    report = typed(world, lease, 88_00)

    decide(world, report, is_accepted=False, reason='照片是前一天的')

    assert DAY in missing(world, lease)
    assert gto(world, lease) == 0
    facts = {
        'mall_id': world.actor.mall_id, 'occurred_at': NOW.isoformat(), 'report_id': report.id, 'number': lease.number,
        'tenant_id': lease.tenant_id, 'day': DAY.isoformat(), 'reason': '照片是前一天的',
    }  # fmt: skip
    event = Delivered(event_id='e-1', name='leasing.turnover_report_rejected', version=1, facts=facts)
    tell_shop_of_rejection(event)
    tell_shop_of_rejection(event)
    notices = ask(list_notices, actor=people(world, lease), on=NOW.date())
    assert [(one.must_read, '照片是前一天的' in one.body) for one in notices] == [(True, True)]
    again = typed(world, lease, 80_00)
    decide(world, again, is_accepted=True)
    assert (states(world, lease), gto(world, lease)) == (['accepted', 'rejected'], 80_00)


def test_a_rejection_says_why(world: World) -> None:
    report = typed(world, world.signed(), 88_00)

    with pytest.raises(ReasonNeeded):
        decide(world, report, is_accepted=False, reason='  ')


def test_a_day_sent_again_replaces_the_one_that_waits(world: World) -> None:
    lease = world.signed()
    first = typed(world, lease, 88_00)

    second = typed(world, lease, 99_00)

    with pytest.raises(ReportDecided):
        decide(world, first, is_accepted=True)
    decide(world, second, is_accepted=True)
    assert (states(world, lease), gto(world, lease)) == (['accepted', 'withdrawn'], 99_00)


def test_a_withdrawn_day_is_missing_and_can_no_longer_be_decided(world: World) -> None:
    lease = world.signed()
    report = typed(world, lease, 88_00)

    perform(withdraw_report, actor=people(world, lease), report_id=report.id)

    assert DAY in missing(world, lease)
    for verdict in (True, False):
        with pytest.raises(ReportDecided):
            decide(world, report, is_accepted=verdict, reason='x')
    with pytest.raises(ReportDecided):
        perform(withdraw_report, actor=people(world, lease), report_id=report.id)
    assert gto(world, lease) == 0


def test_a_lease_may_ask_for_the_photograph(world: World) -> None:
    plain, strict = world.signed(), world.signed(terms=LeaseTerms(needs_z_report=True))

    counted = typed(world, plain, 50_00, photo='')

    assert (counted.is_waiting, counted.id, gto(world, plain)) == (False, None, 50_00)
    with pytest.raises(ZReportNeeded):
        typed(world, strict, 50_00, photo='')
    around = ReportTurnover(lease_id=strict.id, source='upload', days=(day(50_00),))
    with pytest.raises(ZReportNeeded):
        perform(report_turnover, actor=people(world, strict), command=around, now=NOW)
    assert typed(world, strict, 50_00).is_waiting
    perform(report_turnover, actor=world.actor, command=around, now=NOW)  # the mall's own word
    assert gto(world, strict) == 50_00


def test_a_month_does_not_close_over_days_that_wait(world: World) -> None:
    lease = world.signed()
    october = {date(2026, 10, 1) + timedelta(days=n): 100 for n in range(30)}
    world.report(lease.id, october)
    report = typed(world, lease, 100, on=date(2026, 10, 31))
    command = CloseMonth(lease_id=lease.id, month=date(2026, 10, 1))

    with pytest.raises(ReportsWaiting):
        perform(close_month, actor=world.actor, command=command)
    [row] = [
        one for one in ask(turnover_overview, actor=world.actor, month=date(2026, 10, 1), today=date(2026, 11, 22))
        if one.lease_id == lease.id
    ]  # fmt: skip

    assert (row.missing, row.waiting) == ((), (date(2026, 10, 31),))
    decide(world, report, is_accepted=False, reason='不清楚')
    with pytest.raises(MonthIncomplete):
        perform(close_month, actor=world.actor, command=command)


def test_another_tenants_photograph_and_report_are_not_there(world: World) -> None:
    mine, other = world.signed(), world.signed()
    shop, stranger = people(world, mine), people(world, other)
    report = typed(world, other, 88_00)
    theirs = perform(keep_z_report, actor=stranger, content=from_a_phone()).name

    with pytest.raises(AttachmentUnknown):
        typed(world, mine, 1, photo=theirs)
    command = ReportByHand(lease_id=mine.id, day=day(1), photo=theirs)
    with pytest.raises(AttachmentUnknown):  # nor may the mall lay one shop's picture beside another's figure
        perform(report_by_hand, actor=world.actor, command=command, now=NOW)
    its = perform(keep_z_report, actor=world.actor, content=from_a_phone(), tenant_id=mine.tenant_id).name
    perform(report_by_hand, actor=world.actor, command=replace(command, photo=its), now=NOW)
    with pytest.raises(TenantUnknown):
        perform(keep_z_report, actor=world.actor, content=photograph(), tenant_id=10**9)
    refusals: list[tuple[type[DomainError], Callable[[], object]]] = [
        (ReportUnknown, lambda: ask(get_z_report, actor=shop, report_id=report.id)),
        (ReportUnknown, lambda: perform(withdraw_report, actor=shop, report_id=report.id)),
        (LeaseOutOfReach, lambda: perform(
            report_by_hand, actor=shop, command=ReportByHand(lease_id=other.id, day=day(1)), now=NOW
        )),
    ]  # fmt: skip
    for refusal, act in refusals:
        with pytest.raises(refusal) as refused:
            act()
        assert refused.value.status == 404
    [shown] = ask(list_hand_reports, actor=shop)
    assert ask(get_z_report, actor=shop, report_id=shown.id).name == its
    assert ask(get_z_report, actor=stranger, report_id=report.id).kind == 'image/jpeg'
    own = perform(keep_z_report, actor=shop, content=from_a_phone()).name
    assert typed(world, mine, 1, photo=own).is_waiting  # the same picture, kept by each


def test_what_is_no_photograph_is_refused_and_nothing_is_reported(world: World) -> None:
    lease = world.signed()
    for content, refusal in (
        (b'%PDF-1.7 %%EOF', PictureUnknownKind),
        (photograph()[:-30], PictureBroken),
        (photograph() + b'0' * 11_000_000, PictureTooLarge),
    ):
        with pytest.raises(refusal):
            perform(keep_z_report, actor=people(world, lease), content=content)
    with pytest.raises(AttachmentUnknown):
        typed(world, lease, 1, photo='0' * 32)
    with pytest.raises(DayOutsideLease):
        typed(world, lease, 1, on=date(2026, 11, 23))
    assert states(world, lease) == []


def test_the_shop_does_not_accept_its_own_day(world: World) -> None:
    lease = world.signed()
    report = typed(world, lease, 88_00)
    command = DecideReport(report_id=HandReportId(report.id or 0), is_accepted=True)

    with pytest.raises(PermissionDenied):
        perform(decide_report, actor=people(world, lease), command=command)
