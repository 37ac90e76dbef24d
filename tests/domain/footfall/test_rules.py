"""The rules of footfall by their IDs, on pure functions; what needs the database is in `test_rules_in_the_database`."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.footfall._rules.comparison import base_day, judge, shifted, until_now
from domain.footfall._rules.dwell import RATIO, bin_of, quantile
from domain.footfall._rules.flicker import count_crossings, is_confirmed
from domain.footfall._rules.gaps import find_silences, tolerance
from domain.footfall._rules.groups import conversion
from domain.footfall._rules.heat import to_floor_grid
from domain.footfall._rules.imputation import Method, Seen, day_coverage, impute_day, learn_profile
from domain.footfall._rules.occupancy import follow, learnt_scale, out_scale, reconstruct
from domain.footfall._rules.sessions import Stay, sessionise
from domain.footfall._rules.staff import StaffMethodUnknown, mask_by_behaviour, mask_of, methods_of
from domain.footfall._rules.suppression import suppress
from domain.footfall._rules.tokens import day_key, stored_token
from domain.footfall._rules.walking import Place, is_one_person, shortest_walk
from domain.footfall.commands import StaffMethod, Window
from domain.footfall.views import Comparability, Mode
from domain.shared.measure import Measure, Ratio
from tests.domain.footfall.conftest import local

SIDES = st.lists(st.sampled_from(['outer', 'inner']), max_size=60)


def sides(letters: str) -> list[str]:
    return [{'A': 'outer', 'B': 'inner'}[letter] for letter in letters]


# --- FT-R1, FT-R2 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('seen', 'expected'),
    [
        ('AAABAAA', (0, 0)),
        ('AAABAAABAAABAAA', (0, 0)),
        ('AABB', (1, 0)),
        ('BBAA', (0, 1)),
        ('AABABB', (1, 0)),
        ('ABBB', (0, 0)),  # the origin was not held
        ('AABBAABB', (2, 1)),
        ('', (0, 0)),
    ],
)
def test_FT_R1_a_flicker_across_the_line_is_no_crossing(seen: str, expected: tuple[int, int]) -> None:
    """The platform's definition. The Vision issue proves that its line counter agrees with it on real tracks."""
    found = count_crossings(sides(seen), hold=2)

    assert (found.ins, found.outs) == expected


@given(seen=SIDES, hold=st.integers(2, 5))
def test_FT_R1_ins_and_outs_alternate_and_no_short_run_counts(seen: list[str], hold: int) -> None:
    found = count_crossings(seen, hold=hold)

    assert abs(found.ins - found.outs) <= 1
    assert (found.ins + found.outs + 1) * hold <= max(len(seen), hold)


@pytest.mark.parametrize(
    ('track', 'expected'),
    [
        ('a81f', True),
        (None, True),
        ('-1', False),
        ('', False),
        ('  ', False),
        ('none', False),
        ('NaN', False),
        ('-7', False),
    ],
)
def test_FT_R2_an_unconfirmed_track_is_nobody(track: str | None, expected: bool) -> None:
    """The Vision issue keeps boxes with id −1 from crossing at all; this refuses what slips through."""
    assert is_confirmed(track) is expected


# --- FT-R3, FT-R4, FT-R5 ----------------------------------------------------------------------------------------------


def test_FT_R3_a_u_turn_is_a_stay_of_seconds() -> None:
    [visit] = sessionise([Stay(local(2026, 5, 18, 10, 0, 3), local(2026, 5, 18, 10, 0, 9))])

    assert visit.dwell_s == 6


def test_FT_R4_breaks_of_three_hours_belong_to_a_visit_but_not_to_its_dwell() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return local(2026, 5, 18, hour, minute)

    visits = sessionise([Stay(at(16), at(16, 20)), Stay(at(10, 45), at(11)), Stay(at(10), at(10, 30))])

    assert [(visit.dwell_s / 60, visit.stays) for visit in visits] == [(45, 2), (20, 1)]


def test_FT_R4_the_break_may_last_exactly_three_hours() -> None:
    start = local(2026, 5, 18, 10)
    first = Stay(start, start + timedelta(minutes=10))
    second = Stay(first.left_at + timedelta(minutes=180), first.left_at + timedelta(minutes=190))
    third = Stay(second.left_at + timedelta(minutes=180, seconds=1), second.left_at + timedelta(minutes=200))

    assert [visit.stays for visit in sessionise([first, second, third])] == [2, 1]


STAYS = st.lists(
    st.tuples(st.integers(0, 1200), st.integers(0, 300)).map(
        lambda pair: Stay(
            local(2026, 5, 18, 4) + timedelta(minutes=pair[0]), local(2026, 5, 18, 4) + timedelta(minutes=sum(pair))
        )
    ),
    max_size=12,
)


@given(stays=STAYS)
def test_FT_R4_dwell_is_the_time_inside_whatever_the_order_and_overlap(stays: list[Stay]) -> None:
    visits = sessionise(stays)
    minutes = {minute for stay in stays for minute in range(_minute(stay.entered_at), _minute(stay.left_at))}

    assert sum(visit.dwell_s for visit in visits) == len(minutes) * 60
    assert sum(visit.stays for visit in visits) == len(stays)
    assert visits == sessionise(list(reversed(stays)))
    gaps = [(b.entered_at - a.left_at) for a, b in pairwise(visits)]
    assert all(gap > timedelta(minutes=180) for gap in gaps)


def _minute(moment: datetime) -> int:
    return round((moment - local(2026, 5, 18, 4)).total_seconds() / 60)


def test_FT_R5_each_method_is_one_bit_and_unknown_methods_are_refused() -> None:
    assert methods_of(mask_of(['uniform', 'area'])) == (StaffMethod.UNIFORM, StaffMethod.AREA)
    with pytest.raises(StaffMethodUnknown):
        mask_of(['horoscope'])


def test_FT_R5_the_platform_recognises_staff_by_two_methods_of_its_own() -> None:
    shift = mask_by_behaviour(dwell=timedelta(minutes=480), entries=1)
    errands = mask_by_behaviour(dwell=timedelta(minutes=90), entries=8)
    shopper = mask_by_behaviour(dwell=timedelta(minutes=170), entries=3)

    assert (methods_of(shift), methods_of(errands), methods_of(shopper)) == (
        (StaffMethod.STAY,),
        (StaffMethod.FREQUENCY,),
        (),
    )


@given(dwells=st.lists(st.integers(1, 40_000), min_size=1, max_size=300), share=st.sampled_from([0.5, 0.9]))
def test_quantiles_from_bins_are_within_five_per_cent(dwells: list[int], share: float) -> None:
    bins: dict[int, int] = {}
    for dwell in dwells:
        bins[bin_of(dwell)] = bins.get(bin_of(dwell), 0) + 1

    true = sorted(dwells)[math.ceil(share * len(dwells)) - 1]
    found = quantile(bins, share)

    assert found is not None
    assert true / RATIO - 1 <= found <= true * RATIO + 1


# --- FT-R6, FT-R7 -----------------------------------------------------------------------------------------------------


def test_FT_R6_conversion_names_both_heads_and_buying_units() -> None:
    found = conversion(receipts=10, heads=60, buying_units=25)

    assert (round(found.per_head.value or 0, 3), found.per_buying_unit.value) == (0.167, 0.4)
    assert conversion(receipts=3, heads=0, buying_units=0).per_head.value is None


@given(receipts=st.integers(0, 1000), heads=st.integers(0, 1000), groups=st.integers(0, 1000))
def test_FT_R6_the_one_number_is_that_of_groups(receipts: int, heads: int, groups: int) -> None:
    found = conversion(receipts=receipts, heads=heads, buying_units=groups)

    assert found.headline == Ratio(receipts, groups)
    assert conversion(receipts=receipts, heads=heads, buying_units=heads).headline == found.per_head


# --- FT-R8 ------------------------------------------------------------------------------------------------------------

FLOW = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=96)


def test_FT_R8_a_closed_day_ends_empty_when_its_outs_are_scaled() -> None:
    assert out_scale(10_000, 9_700) == pytest.approx(10_000 / 9_700)
    day = reconstruct([(6_000, 0), (4_000, 3_700), (0, 6_000)])

    assert day.now == pytest.approx(0, abs=1e-6)
    assert day.peak == pytest.approx(10_000 - 3_700 * 10_000 / 9_700)


def test_FT_R8_the_correction_is_learnt_from_days_that_say_something() -> None:
    assert learnt_scale([(10_000, 9_700), (10_000, 9_700), (3, 1), (10_000, 10_000)]) == pytest.approx(1.0309, abs=1e-4)
    assert learnt_scale([]) == 1.0
    assert learnt_scale([(1_000, 100)]) == 1.25


@given(flow=FLOW, scale=st.floats(0.8, 1.25))
def test_FT_R8_occupancy_is_never_below_zero(flow: list[tuple[int, int]], scale: float) -> None:
    found = follow(flow, scale=scale)

    assert min(found.path, default=0) >= 0
    assert found.now <= sum(ins for ins, _ in flow)
    assert found.peak == max(found.path, default=0)


# --- FT-R9, FT-R10 ----------------------------------------------------------------------------------------------------


def steady(per_minute: float) -> Callable[[datetime], float]:
    return lambda _: per_minute


def quarter(start: datetime) -> tuple[datetime, datetime]:
    return start, start + timedelta(minutes=1)


def test_FT_R9_fifteen_silent_minutes_are_normal_on_monday_morning_and_an_outage_on_saturday() -> None:
    def silences(start: datetime, per_minute: float) -> int:
        window = Window(started_at=start - timedelta(minutes=5), ended_at=start + timedelta(minutes=20))
        seen = [quarter(start + timedelta(minutes=n)) for n in (-5, -4, -3, -2, -1, 15, 16, 17, 18, 19)]
        return len(find_silences(seen, window=window, rate=steady(per_minute)))

    assert silences(local(2026, 5, 18, 10, 5), 0.3) == 0
    assert silences(local(2026, 5, 16, 15, 0), 12.0) == 1


def test_FT_R9_a_gap_across_midnight_and_one_at_the_edges_are_found() -> None:
    window = Window(started_at=local(2026, 5, 18, 20), ended_at=local(2026, 5, 19, 4))
    seen = [quarter(local(2026, 5, 18, 21)), quarter(local(2026, 5, 18, 23, 30)), quarter(local(2026, 5, 19, 0, 40))]

    found = find_silences(seen, window=window, rate=steady(1.0))

    assert [(s.window.started_at.hour, s.window.ended_at.hour) for s in found] == [(20, 21), (21, 23), (23, 0), (0, 4)]


def test_FT_R9_nothing_is_said_of_a_line_that_usually_sees_nobody() -> None:
    window = Window(started_at=local(2026, 5, 18, 4), ended_at=local(2026, 5, 19, 4))

    assert tolerance(0) is None
    assert find_silences([], window=window, rate=steady(0.0)) == []


@given(rate=st.floats(0.01, 50), more=st.floats(1.01, 10))
def test_FT_R9_the_busier_a_line_the_less_patience_it_gets(rate: float, more: float) -> None:
    calm, busy = tolerance(rate), tolerance(rate * more)

    assert calm is not None
    assert busy is not None
    assert busy <= calm
    assert busy >= timedelta(minutes=5)


def test_FT_R10_the_day_speaks_for_the_hour_that_is_missing() -> None:
    profile = {hour: 0.88 / 11 for hour in range(10, 22) if hour != 14} | {14: 0.12}
    hours = {hour: Seen(800, 1.0) for hour in profile if hour != 14}

    [estimate] = impute_day(hours, profile, typical=None)

    assert (estimate.hour, round(estimate.imputed), estimate.method) == (14, 1_200, Method.PROFILE)
    assert sum(seen.count for seen in hours.values()) + estimate.imputed == pytest.approx(10_000)
    assert day_coverage(hours, profile) == pytest.approx(0.88)


def test_FT_R10_a_day_that_was_hardly_seen_takes_the_typical_volume_and_says_so() -> None:
    estimates = impute_day({}, {10: 0.5, 11: 0.5}, typical=300)

    assert [(estimate.imputed, estimate.method) for estimate in estimates] == [(150, Method.TYPICAL)] * 2
    assert impute_day({}, {}, typical=None) == []
    assert impute_day({}, {10: 1.0}, typical=None) == []


HOURS = st.dictionaries(
    st.integers(8, 22), st.tuples(st.integers(0, 5_000), st.floats(0, 1)).map(lambda pair: Seen(*pair)), max_size=14
)


@given(hours=HOURS, shares=st.dictionaries(st.integers(8, 22), st.floats(0.001, 1), min_size=1, max_size=14))
def test_FT_R10_only_what_was_missed_is_estimated_and_never_called_observed(
    hours: dict[int, Seen], shares: dict[int, float]
) -> None:
    estimates = impute_day(hours, shares, typical=1_000)

    assert all(estimate.imputed >= 0 and estimate.coverage < 1 for estimate in estimates)
    assert {e.hour for e in estimates} <= {hour for hour in shares if hour not in hours or hours[hour].coverage < 1}
    assert all(estimate.method in (Method.PROFILE, Method.TYPICAL) for estimate in estimates)


def test_FT_R10_the_profile_is_learnt_from_wholly_observed_hours_alone() -> None:
    profile, volume = learn_profile([{10: Seen(100, 1.0), 11: Seen(300, 1.0)}, {10: Seen(2, 0.1), 11: Seen(300, 1.0)}])

    assert (profile, volume) == ({10: 0.25, 11: 0.75}, 400)


# --- FT-R11, FT-R13 ---------------------------------------------------------------------------------------------------


def test_FT_R11_nobody_walks_from_f1_east_to_f5_west_in_ten_seconds() -> None:
    """The platform's side. The Vision issue makes the same physics a hard constraint of its association."""
    east, west = Place(1, (120.0, 20.0), 5.0), Place(5, (10.0, 20.0), 5.0)
    left_at = local(2026, 5, 18, 10)

    assert shortest_walk(east, west) >= timedelta(seconds=45)
    assert not is_one_person(east, left_at, west, left_at + timedelta(seconds=10))
    assert is_one_person(east, left_at, west, left_at + timedelta(minutes=3))
    assert not is_one_person(east, left_at, west, left_at)  # the same instant in two places


@given(token=st.text(min_size=1, max_size=40), days=st.integers(1, 400))
def test_FT_R13_the_same_token_is_another_number_on_another_day_and_in_another_mall(token: str, days: int) -> None:
    """Even where a device fails to destroy its salt (which the Vision issue proves), days do not join."""
    today = date(2026, 5, 18)
    later = today + timedelta(days=days)

    assert stored_token(token, day_key(1, today)) == stored_token(token, day_key(1, today))
    assert stored_token(token, day_key(1, today)) != stored_token(token, day_key(1, later))
    assert stored_token(token, day_key(1, today)) != stored_token(token, day_key(2, today))


# --- FT-R14 -----------------------------------------------------------------------------------------------------------

TABLES = st.integers(2, 6).flatmap(
    lambda size: st.fixed_dictionaries(
        {(row, column): st.integers(0, 40) for row in range(size) for column in range(size) if row != column}
    )
)


def test_FT_R14_a_small_cell_and_what_would_betray_it_are_hidden() -> None:
    counts = {(1, 2): 4, (1, 3): 50, (1, 4): 60, (2, 3): 70, (2, 4): 12, (3, 2): 30, (3, 4): 90, (4, 2): 25}

    found = suppress(counts)

    assert (1, 2) in found.hidden
    assert found.shows_totals
    for index in (0, 1):
        hidden_in_line = [cell for cell in found.hidden if cell[index] == (1, 2)[index]]
        assert len(hidden_in_line) >= 2


def test_FT_R14_nothing_is_hidden_where_nothing_is_small() -> None:
    assert suppress({(1, 2): 10, (2, 1): 11}).hidden == frozenset()
    assert suppress({}).hidden == frozenset()


def test_FT_R14_where_no_second_cell_can_hide_the_first_the_totals_are_withheld() -> None:
    found = suppress({(1, 2): 4})

    assert (found.hidden, found.shows_totals) == (frozenset({(1, 2)}), False)


@given(counts=TABLES)
def test_FT_R14_no_small_cell_can_be_told_from_the_totals(counts: dict[tuple[int, int], int]) -> None:
    """For every small cell there is another table with the same visible cells and totals in which it is not small."""
    found = suppress(counts)
    small = {cell for cell, count in counts.items() if 0 < count < 10}

    assert small <= found.hidden
    if not found.shows_totals:
        return
    for cell in small:
        assert any(_could_be_ten(counts, found.hidden, cell, corner) for corner in found.hidden)


def _could_be_ten(
    counts: dict[tuple[int, int], int],
    hidden: frozenset[tuple[int, int]],
    cell: tuple[int, int],
    corner: tuple[int, int],
) -> bool:
    """Whether moving people round the rectangle of a cell and a far corner makes the cell ten and nothing negative."""
    (row, column), (far_row, far_column) = cell, corner
    if row == far_row or column == far_column:
        return False
    beside, above = (row, far_column), (far_row, column)
    move = 10 - counts[cell]
    return {beside, above} <= hidden and counts.get(beside, 0) >= move and counts.get(above, 0) >= move


# --- FT-R15, CK-R1, CK-R2, CK-R5, CK-R6, CK-R9 ------------------------------------------------------------------------


def measured(value: float | None) -> Measure:
    return Measure.missing() if value is None else Measure(value=value, coverage=1.0)


def no_holidays(day: date) -> date:
    raise AssertionError('the calendar was not asked for')


def test_CK_R2_last_year_is_the_same_weekday_364_days_before() -> None:
    assert base_day(date(2026, 5, 18), Mode.SAME_WEEKDAY, no_holidays) == date(2025, 5, 19)
    assert base_day(date(2026, 5, 18), Mode.PREVIOUS_WEEK, no_holidays) == date(2026, 5, 11)
    assert base_day(date(2024, 2, 29), Mode.CALENDAR_YEAR, no_holidays) == date(2023, 2, 28)


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_CK_R2_aligned_days_fall_on_the_same_weekday(day: date) -> None:
    for mode in (Mode.PREVIOUS_WEEK, Mode.SAME_WEEKDAY):
        assert base_day(day, mode, no_holidays).weekday() == day.weekday()


def test_CK_R5_a_running_day_is_compared_until_the_same_time() -> None:
    start, base_start = local(2026, 5, 18, 4), local(2026, 5, 11, 4)
    today = until_now(Window(started_at=start, ended_at=local(2026, 5, 19, 4)), local(2026, 5, 18, 15, 20))

    base = shifted(today, day_start=start, base_start=base_start)

    assert base == Window(started_at=base_start, ended_at=local(2026, 5, 11, 15, 20))
    assert judge(measured(520), measured(500), is_redrawn=False).change == pytest.approx(0.04)


@pytest.mark.parametrize(
    ('current', 'base', 'redrawn', 'expected'),
    [
        (104, 100, False, (0.04, Comparability.COMPARABLE)),
        (104, 100, True, (None, Comparability.REDRAWN)),
        (104, 0, False, (None, Comparability.ZERO_BASE)),
        (104, None, False, (None, Comparability.NO_BASE)),
        (None, 100, False, (None, Comparability.INCOMPLETE)),
    ],
)
def test_CK_R9_FT_R15_no_percentage_where_none_is_meant(
    current: float | None, base: float | None, redrawn: bool, expected: tuple[float | None, Comparability]
) -> None:
    found = judge(measured(current), measured(base), is_redrawn=redrawn)

    assert (found.change and round(found.change, 6), found.comparability) == expected


# --- heat ------------------------------------------------------------------------------------------------------------


@given(
    cells=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(0, 60)), max_size=20),
    cell_m=st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0]),
)
def test_heat_loses_nobody_between_grids(cells: list[tuple[int, int, float]], cell_m: float) -> None:
    found = list(to_floor_grid(cells, cell_m))

    assert sum(seconds for _, _, seconds in found) == pytest.approx(sum(seconds for _, _, seconds in cells))


@pytest.mark.parametrize(
    ('current', 'base', 'imputed', 'verdict'),
    [
        (1.0, 0.99, 0.0, Comparability.COMPARABLE),
        (0.9, 0.7, 0.0, Comparability.COMPARABLE),
        (1.0, 0.3, 0.0, Comparability.INCOMPLETE),
        (1.0, 0.7, 0.0, Comparability.INCOMPLETE),
        (0.45, 0.45, 0.0, Comparability.INCOMPLETE),
        (0.0, 0.0, 0.0, Comparability.COMPARABLE),  # counters that report no coverage
        (1.0, 0.7, 120.0, Comparability.COMPARABLE),  # what was missing is estimated, and said so
    ],
)
def test_X_R3_a_change_of_coverage_is_no_change_of_people(
    current: float, base: float, imputed: float, verdict: Comparability
) -> None:
    now, then = Measure(value=520, coverage=current), Measure(value=500, coverage=base, imputed=imputed)

    assert judge(now, then, is_redrawn=False).comparability is verdict
