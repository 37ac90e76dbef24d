"""Turnover: reported day by day, closed by month, corrected forward."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.leasing.commands import (
    Band,
    CloseMonth,
    Comparison,
    FirstYear,
    LeaseTerms,
    NewItem,
    RentMode,
    RentTerms,
)
from domain.leasing.errors import DayOutsideLease, MonthClosed, MonthIncomplete
from domain.leasing.queries import occupancy_cost_ratio, rent_due, turnover_like_for_like
from domain.leasing.turnover import close_month, list_months, missing_days
from domain.leasing.views import LeaseView
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import NOW, World

YUAN, WAN = 100, 1_000_000
START, END = date(2025, 1, 1), date(2028, 1, 1)


def turnover_lease(
    world: World, mode: RentMode, *, base_fen: int = 0, rate_bp: int = 1_200, **terms: object
) -> LeaseView:
    rent = RentTerms(mode=mode, base_fen=base_fen, bands={'*': (Band(up_to_fen=None, rate_bp=rate_bp),)})
    item = NewItem(starts_on=terms.pop('starts_on', START), ends_on=END, terms=rent)  # type: ignore[arg-type]
    return world.signed(item.starts_on, END, items=[item], terms=LeaseTerms(**terms))  # type: ignore[arg-type]


def sell(world: World, lease: LeaseView, month: date, total_fen: int) -> None:
    """Reports every day of a month: all on the first, nothing on the others."""
    days = {month + timedelta(days=n): 0 for n in range(31) if (month + timedelta(days=n)).month == month.month}
    world.report(lease.id, days | {month: total_fen})


def close(world: World, lease: LeaseView, month: date, **more: bool) -> None:
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=month, **more), now=NOW)


def extra(world: World, lease: LeaseView, until: date = END) -> dict[date, int]:
    due = ask(rent_due, actor=world.actor, from_on=START, until_on=until, lease_ids=[lease.id])
    return {line.starts_on: line.amount_fen for line in due if line.kind == 'turnover_rent'}


def test_LS_R3_the_schedule_compares_by_month_or_to_date(world: World) -> None:
    monthly = turnover_lease(world, RentMode.GREATER, base_fen=10 * WAN)
    cumulative = turnover_lease(world, RentMode.GREATER, base_fen=10 * WAN, comparison=Comparison.CUMULATIVE)
    for lease in (monthly, cumulative):
        for month, total in ((date(2026, 1, 1), 60 * WAN), (date(2026, 2, 1), 120 * WAN)):
            sell(world, lease, month, total)
            close(world, lease, month)

    assert extra(world, monthly) == {date(2026, 1, 1): 0, date(2026, 2, 1): 44_000 * YUAN}
    assert extra(world, cumulative) == {date(2026, 1, 1): 0, date(2026, 2, 1): 16_000 * YUAN}


def test_LS_R7_an_extended_first_year_waits_for_twelve_months(world: World) -> None:
    october = date(2025, 10, 1)
    lease = turnover_lease(
        world, RentMode.BASE_PLUS_OVERAGE, base_fen=5 * WAN, rate_bp=1_000, starts_on=october,
        first_year=FirstYear.EXTENDED,
    )  # fmt: skip
    months = [date(2025, 10 + n, 1) if n < 3 else date(2026, n - 2, 1) for n in range(12)]
    for number, month in enumerate(months):
        sell(world, lease, month, (100 if number < 3 else 40) * WAN)
    for month in months[:11]:
        close(world, lease, month)
    assert october not in extra(world, lease)

    close(world, lease, months[11])

    assert extra(world, lease)[october] == 15_000 * YUAN


def test_LS_R9_a_return_of_a_closed_month_counts_when_it_happens(world: World) -> None:
    lease = turnover_lease(world, RentMode.PERCENTAGE)
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    sell(world, lease, march, 1_000 * YUAN)
    close(world, lease, march)

    world.report(lease.id, {april: -1_000 * YUAN})

    view = {month.month: month for month in ask(list_months, actor=world.actor, lease_id=lease.id)}
    assert (view[march].gto_fen, view[march].is_closed) == (1_000 * YUAN, True)
    assert view[april].gto_fen == -1_000 * YUAN


def test_LS_R9_a_late_correction_goes_forward_by_its_difference_once(world: World) -> None:
    lease = turnover_lease(world, RentMode.PERCENTAGE)
    march, today = date(2026, 3, 1), date(2026, 11, 22)
    sell(world, lease, march, 1_000 * YUAN)
    close(world, lease, march)

    for corrected in (700, 700, 900):
        taken = world.report(lease.id, {march: corrected * YUAN})

    assert taken.carried_forward == 1
    view = {month.month: month for month in ask(list_months, actor=world.actor, lease_id=lease.id)}
    assert view[march].gto_fen == 1_000 * YUAN
    assert view[today.replace(day=1)].gto_fen == -100 * YUAN
    tomorrow = NOW + timedelta(days=1)
    world.report(lease.id, {march: 950 * YUAN}, now=tomorrow)
    view = {month.month: month for month in ask(list_months, actor=world.actor, lease_id=lease.id)}
    assert view[today.replace(day=1)].gto_fen == -50 * YUAN


def test_LS_R15_a_month_closes_when_all_seven_days_of_every_week_are_there(world: World) -> None:
    lease = turnover_lease(world, RentMode.PERCENTAGE)
    april = date(2026, 4, 1)
    weekdays = [april + timedelta(days=n) for n in range(30) if (april + timedelta(days=n)).isoweekday() < 6]
    world.report(lease.id, dict.fromkeys(weekdays, 5_000))

    asked = ask(missing_days, actor=world.actor, lease_id=lease.id, from_on=april, until_on=date(2026, 5, 1))
    with pytest.raises(MonthIncomplete) as refusal:
        close(world, lease, april)

    assert [day.isoweekday() for day in asked[:4]] == [6, 7, 6, 7]
    assert refusal.value.facts['count'] == len(asked) == 8
    command = CloseMonth(lease_id=lease.id, month=april, closures=tuple(asked))
    assert perform(close_month, actor=world.actor, command=command).is_closed
    with pytest.raises(MonthClosed):
        perform(close_month, actor=world.actor, command=command)


def test_LS_R16_occupancy_cost_counts_closed_months_alone(world: World) -> None:
    lease = turnover_lease(world, RentMode.GREATER, base_fen=8 * WAN, rate_bp=1_000)
    for month in (date(2026, 1, 1), date(2026, 2, 1)):
        sell(world, lease, month, 100 * WAN)
    close(world, lease, date(2026, 1, 1))

    ratio = ask(occupancy_cost_ratio, actor=world.actor, lease_id=lease.id, from_on=date(2026, 1, 1), until_on=END)

    assert ratio.value == pytest.approx(0.10)  # 8 base + 2 on top of 100


def test_LS_R14_two_full_years_compare_and_a_flagged_month_does_not(world: World) -> None:
    lease = turnover_lease(world, RentMode.PERCENTAGE, starts_on=date(2024, 11, 1))
    flagged = turnover_lease(world, RentMode.PERCENTAGE, starts_on=date(2024, 11, 1))
    for number in range(24):
        month = date(2024 + (10 + number) // 12, (10 + number) % 12 + 1, 1)
        for one in (lease, flagged):
            sell(world, one, month, (100 if number < 12 else 110) * YUAN)
            close(world, one, month, is_comparable=one is lease or number != 5)
    through = date(2026, 10, 1)

    compared = ask(turnover_like_for_like, actor=world.actor, lease_id=lease.id, through=through)

    assert compared is not None
    assert compared.growth == pytest.approx(0.10)
    assert ask(turnover_like_for_like, actor=world.actor, lease_id=flagged.id, through=through) is None


def test_days_outside_the_lease_or_ahead_are_refused_and_nothing_is_kept(world: World) -> None:
    lease = turnover_lease(world, RentMode.PERCENTAGE)
    for bad in (date(2024, 12, 31), date(2026, 11, 23)):
        with pytest.raises(DayOutsideLease):
            world.report(lease.id, {date(2026, 5, 1): 100, bad: 100})

    assert ask(list_months, actor=world.actor, lease_id=lease.id) == []
    small_hours = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)  # 02:30 on the 23rd: still the 22nd's trade
    with pytest.raises(DayOutsideLease):
        world.report(lease.id, {date(2026, 11, 23): 100}, now=small_hours)
