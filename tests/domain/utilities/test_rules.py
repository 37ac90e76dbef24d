"""What registers say was used: pure arithmetic."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.business_time import BusinessClock
from domain.utilities._rules import (
    Point,
    RegisterType,
    Tariff,
    Usage,
    complaint_about,
    leak,
    night_load,
    price,
    share_loss,
    to_bill,
    usage,
)
from domain.utilities.commands import LossPolicy, ReadingKind, Slot, TariffSlot

START = datetime(2026, 6, 1, tzinfo=UTC)
FIVE_DIGITS = RegisterType(5, 1)
CLOCK = BusinessClock()
A, E, R, OUT, IN = (
    ReadingKind.ACTUAL, ReadingKind.ESTIMATE, ReadingKind.ROLLOVER, ReadingKind.REMOVED, ReadingKind.INSTALLED,
)  # fmt: skip


def points(*readings: tuple[int, ReadingKind], step: timedelta = timedelta(days=1)) -> list[Point]:
    """Readings in whole units, one step apart; a new device is installed when the old one is removed."""
    found, at = [], START
    for number, (units, kind) in enumerate(readings):
        at = at if kind is IN else START + step * number
        found.append(Point(number, at, units * 1_000, kind))
    return found


def test_UT_R1_a_rollover_counts_past_the_end_of_the_register() -> None:
    found = usage(points((99_950, A), (30, R)), RegisterType(5, 40))

    assert found == Usage(80 * 40 * 1_000)
    assert usage(points((999_000, A), (500, R)), RegisterType(6, 1)) == Usage(1_500 * 1_000)


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_UT_R1_usage_over_a_rollover_is_the_distance_on_the_dial(before: int, used: int) -> None:
    after = (before + used) % 100_000
    kind = R if after < before else A

    assert usage(points((before, A), (after, kind)), FIVE_DIGITS).milli == used * 1_000


def test_UT_R2_a_new_meter_starts_at_its_own_first_register() -> None:
    assert usage(points((12_000, A), (12_345, OUT), (7, IN), (107, A)), FIVE_DIGITS) == Usage(445 * 1_000)
    assert usage(points((500, A), (600, OUT), (9_000, IN), (9_050, A)), FIVE_DIGITS) == Usage(150 * 1_000)


def test_UT_R3_a_register_that_fell_is_held_and_never_wrapped() -> None:
    assert usage(points((12_345, A), (11_900, A), (12_500, A)), FIVE_DIGITS) == Usage(0, held_at=1)
    assert usage(points((100, A), (200, A), (150, A)), FIVE_DIGITS) == Usage(100_000, held_at=2)
    assert usage(points((100, A), (200, R)), FIVE_DIGITS).held_at == 1  # a rollover that did not fall is odd as well


@given(st.lists(st.integers(0, 99_999), min_size=2, max_size=10))
def test_UT_R3_without_events_usage_is_never_more_than_the_register_moved(registers: list[int]) -> None:
    found = usage(points(*((register, A) for register in registers)), FIVE_DIGITS)

    assert 0 <= found.milli <= (max(registers) - registers[0]) * 1_000
    assert (found.held_at is None) == (registers == sorted(registers))


def test_UT_R4_an_actual_reading_bills_what_the_estimate_left() -> None:
    billed = usage(points((1_000, A), (1_500, E)), FIVE_DIGITS).milli
    since_last_actual = usage(points((1_000, A), (1_500, E), (1_900, A)), FIVE_DIGITS).milli

    assert (billed, since_last_actual) == (500_000, 900_000)
    assert to_bill(since_last_actual, billed) == 400_000


def test_UT_R4_an_estimate_too_high_is_credited_and_not_held() -> None:
    found = usage(points((1_000, A), (1_500, E), (1_300, A)), FIVE_DIGITS)

    assert found == Usage(300_000)
    assert to_bill(found.milli, 500_000) == -200_000


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans(), st.integers(-50, 500)), min_size=1, max_size=12))
def test_UT_R4_whatever_was_estimated_the_bills_sum_to_the_actual_usage(steps: list[tuple[int, bool, int]]) -> None:
    truth, readings, billed = 1_000, [(1_000, A)], 0
    for used, is_estimated, guess in steps:
        truth += used
        last_actual = next(units for units, kind in reversed(readings) if kind is A)
        readings.append((max(last_actual, last_actual + guess), E) if is_estimated else (truth, A))
        billed += to_bill(usage(points(*readings), FIVE_DIGITS).milli, billed)
    readings.append((truth, A))
    billed += to_bill(usage(points(*readings), FIVE_DIGITS).milli, billed)

    assert billed == (truth - 1_000) * 1_000


def test_UT_R5_loss_is_shared_pro_rata_or_borne_by_the_landlord() -> None:
    subs = {1: 940, 2: 8_460}

    assert share_loss(10_000, subs, LossPolicy.PRO_RATA) == {1: 60, 2: 540}
    assert share_loss(10_000, subs, LossPolicy.LANDLORD) == {1: 0, 2: 0}
    with pytest.raises(ValueError, match='exceed'):
        share_loss(9_399, subs, LossPolicy.PRO_RATA)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30), st.integers(0, 10**6))
def test_UT_R5_shares_sum_to_the_loss_exactly(used: list[int], loss: int) -> None:
    shares = share_loss(sum(used) + loss, dict(enumerate(used)), LossPolicy.PRO_RATA)

    assert sum(shares.values()) == (loss if any(used) else 0)
    assert all(share == 0 for sub, share in shares.items() if used[sub] == 0)


def plain(valid_from: date, price_e4: int) -> Tariff:
    return Tariff(valid_from, (TariffSlot(slot=Slot.FLAT, starts=time.min, until=time.min, price_e4=price_e4),))


def test_UT_R6_two_readings_are_split_by_days_and_say_so() -> None:
    tariffs = [plain(date(2026, 1, 1), 6_000), plain(date(2026, 6, 11), 9_000)]
    month = [Point(1, START, 0, A), Point(2, START + timedelta(days=30), 3_000_000, A)]

    bill = price(month, FIVE_DIGITS, tariffs, CLOCK, 3_000_000)

    assert [(line.milli, line.price_e4) for line in bill.lines] == [(1_000_000, 6_000), (2_000_000, 9_000)]
    assert bill.amount_fen == 600_00 + 1_800_00
    assert bill.is_estimated_split


def test_UT_R6_hourly_readings_use_their_hours() -> None:
    """The new price begins at midnight; everything was used in the hour before it, and that is what is billed."""
    midnight = datetime(2026, 6, 10, 16, tzinfo=UTC)
    registers = [0, 0, 5, 5, 5]
    hours = [Point(n, midnight + timedelta(hours=n - 2), units * 1_000, A) for n, units in enumerate(registers)]
    tariffs = [plain(date(2026, 1, 1), 6_000), plain(date(2026, 6, 11), 9_000)]

    bill = price(hours, FIVE_DIGITS, tariffs, CLOCK, 5_000)

    assert [(line.milli, line.price_e4) for line in bill.lines] == [(5_000, 6_000)]
    assert not bill.is_estimated_split


def test_UT_R6_time_of_use_prices_every_hour_by_its_slot() -> None:
    tariff = Tariff(date(2026, 1, 1), (
        TariffSlot(slot=Slot.VALLEY, starts=time(0), until=time(8), price_e4=3_000),
        TariffSlot(slot=Slot.PEAK, starts=time(8), until=time(0), price_e4=10_000),
    ))  # fmt: skip
    eight = datetime(2026, 6, 1, tzinfo=UTC)  # 08:00 in Shanghai
    hours = [Point(n, eight + timedelta(hours=n - 2), n * 1_000, A) for n in range(5)]

    exact = price(hours, FIVE_DIGITS, [tariff], CLOCK, 4_000)
    rough = price([hours[0], Point(9, eight + timedelta(days=1), 24_000, A)], FIVE_DIGITS, [tariff], CLOCK, 24_000)

    assert {line.slot: line.milli for line in exact.lines} == {Slot.VALLEY: 2_000, Slot.PEAK: 2_000}
    assert exact.amount_fen == 60 + 200
    assert {line.slot: line.milli for line in rough.lines} == {Slot.VALLEY: 8_000, Slot.PEAK: 16_000}
    assert rough.is_estimated_split


@given(st.integers(-(10**8), 10**9), st.integers(1, 90))
def test_UT_R6_a_split_conserves_usage(milli: int, days: int) -> None:
    tariffs = [plain(date(2026, 1, 1), 6_123), plain(date(2026, 6, 20), 7_001)]
    month = [Point(1, START, 0, A), Point(2, START + timedelta(days=days), 1, A)]

    assert sum(line.milli for line in price(month, FIVE_DIGITS, tariffs, CLOCK, milli).lines) == milli


def test_a_day_without_a_price_is_said() -> None:
    with pytest.raises(LookupError):
        price(points((0, A), (5, A)), FIVE_DIGITS, [plain(date(2026, 7, 1), 1)], CLOCK, 5_000)


@pytest.mark.parametrize(
    ('hours', 'is_sound'),
    [([(0, 0)], True), ([(0, 8), (8, 0)], True), ([(0, 8), (9, 0)], False), ([(0, 8)], False), ([(8, 0)], False),
     ([(0, 8), (7, 0)], False), ([(0, 0), (0, 0)], False)],
)  # fmt: skip
def test_the_slots_of_a_tariff_cover_the_day_once(hours: list[tuple[int, int]], is_sound: bool) -> None:
    slots = [TariffSlot(slot=Slot.FLAT, starts=time(a), until=time(b), price_e4=1) for a, b in hours]

    assert (complaint_about(slots) is None) == is_sound


def test_night_load_and_leaks_are_noticed() -> None:
    day = [(datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=n), 100) for n in range(24)]
    at_night = [(at, 900 if CLOCK.local(at).hour in (1, 2, 3, 4) else milli) for at, milli in day]
    two_days = [(at + timedelta(days=d), 3) for d in range(2) for at, _ in day]

    assert night_load(day, CLOCK) is None
    odd = night_load(at_night, CLOCK)
    assert odd is not None
    assert odd.milli == 3_600
    assert leak(day) is None
    assert leak([*two_days[:-1], (two_days[-1][0], 0)]) is None
    running = leak(two_days)
    assert running is not None
    assert running.milli == 144
