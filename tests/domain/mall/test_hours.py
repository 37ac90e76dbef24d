"""Opening hours: the pure rules, and what people do with them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mall import queries
from domain.mall._hours import OpeningHours, Span, overlapping
from domain.mall.calendar import DayKind
from domain.mall.commands import AddClosure, ChangeOpeningHours, SetCalendarDay, SetSpecialHours, WeekdayHours
from domain.mall.operations import (
    HoursInvalid,
    add_closure,
    change_opening_hours,
    import_mall,
    set_calendar_day,
    set_special_hours,
)
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.mall.conftest import read_plan

ZONE = 'Asia/Shanghai'
LATE = Span(time(18), time(2))
MINUTES = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def every_day(*spans: Span) -> OpeningHours:
    return OpeningHours(zone=ZONE, weeks={date(2000, 1, 1): dict.fromkeys(range(1, 8), spans)})


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_day_that_ends_past_midnight_is_open_in_the_small_hours() -> None:
    hours = every_day(LATE)

    assert hours.is_open_at(shanghai(22, 1, 59))
    assert not hours.is_open_at(shanghai(22, 2))
    assert not hours.is_open_at(shanghai(22, 17, 59))
    assert hours.is_open_at(shanghai(22, 18))


def test_an_exception_belongs_to_the_day_it_begins_and_leaves_the_night_before_alone() -> None:
    hours = OpeningHours(zone=ZONE, weeks=every_day(LATE).weeks, exceptions={date(2026, 11, 22): ()})

    assert hours.is_open_at(shanghai(22, 1))  # still Saturday's opening
    assert not hours.is_open_at(shanghai(22, 20))
    assert not hours.is_open_at(shanghai(23, 1))


def test_the_newest_hours_that_have_begun_hold() -> None:
    weeks = {date(2000, 1, 1): {7: (Span(time(10), time(22)),)}, date(2026, 11, 22): {7: (Span(time(9), time(21)),)}}
    hours = OpeningHours(zone=ZONE, weeks=weeks)

    assert hours.spans_on(date(2026, 11, 15)) == (Span(time(10), time(22)),)
    assert hours.spans_on(date(2026, 11, 22)) == (Span(time(9), time(21)),)
    assert hours.spans_on(date(1999, 1, 3)) == ()


@given(opens=MINUTES, closes=MINUTES, instant=INSTANTS)
def test_open_minutes_are_those_of_the_span_whatever_its_end(opens: time, closes: time, instant: datetime) -> None:
    local = instant + timedelta(hours=8)
    now = local.hour * 60 + local.minute
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    inside = first <= now < last if first < last else now >= first or now < last

    assert every_day(Span(opens, closes)).is_open_at(instant) == inside


@given(opens=MINUTES, closes=MINUTES, instant=INSTANTS)
def test_what_opens_next_is_open_then_and_lies_ahead(opens: time, closes: time, instant: datetime) -> None:
    hours = every_day(Span(opens, closes))

    following = hours.next_opening_at(instant)

    assert following is not None
    assert timedelta(0) < following - instant <= timedelta(days=1)
    assert hours.is_open_at(following)


def test_overlapping_spans_are_recognised() -> None:
    assert overlapping([Span(time(10), time(14)), Span(time(13), time(20))])
    assert overlapping([Span(time(18), time(2)), Span(time(23), time(23, 30))])
    assert not overlapping([Span(time(10), time(14)), Span(time(14), time(20))])


@pytest.fixture
def keeper(database: Database, seeder: Actor) -> Actor:
    mall, _ = import_mall(actor=seeder, document=read_plan('yunji'))
    return seeder.within(mall.id)


def is_open(actor: Actor, instant: datetime) -> bool:
    return ask(queries.is_open_at, actor=actor, instant=instant)


def test_the_demo_mall_keeps_its_hours(keeper: Actor) -> None:
    assert is_open(keeper, shanghai(22, 21, 59))
    assert not is_open(keeper, shanghai(22, 22))
    assert is_open(keeper, shanghai(21, 22, 15))  # Saturday
    eve = ask(queries.list_openings, actor=keeper, from_on=date(2026, 2, 16), until_on=date(2026, 2, 18))
    assert [(o.is_exception, o.reason_zh, len(o.intervals)) for o in eve] == [(True, '除夕', 1), (False, '', 1)]


def test_a_closure_closes_and_a_special_day_opens_again(keeper: Actor) -> None:
    closure = AddClosure(from_on=date(2027, 3, 1), until_on=date(2027, 3, 4), reason_zh='消防演练')
    perform(add_closure, actor=keeper, command=closure)
    special = SetSpecialHours(on=date(2027, 3, 2), opens=time(12), closes=time(1), reason_zh='提前开业')
    perform(set_special_hours, actor=keeper, command=special)

    days = ask(queries.list_openings, actor=keeper, from_on=date(2027, 2, 28), until_on=date(2027, 3, 5))

    assert [len(day.intervals) for day in days] == [1, 0, 1, 0, 1]
    assert is_open(keeper, datetime(2027, 3, 2, 16, 30, tzinfo=UTC))  # 00:30 of the 3rd, which is closed itself


def test_new_hours_hold_from_their_day_on(keeper: Actor) -> None:
    week = tuple(WeekdayHours(weekday=day, opens=time(9), closes=time(21)) for day in range(1, 8))
    perform(change_opening_hours, actor=keeper, command=ChangeOpeningHours(valid_from=date(2027, 6, 1), week=week))

    assert not is_open(keeper, datetime(2027, 5, 31, 1, 30, tzinfo=UTC))
    assert is_open(keeper, datetime(2027, 6, 1, 1, 30, tzinfo=UTC))
    assert not is_open(keeper, datetime(2027, 6, 1, 13, 0, tzinfo=UTC))


def test_one_unit_may_keep_hours_of_its_own(keeper: Actor) -> None:
    cinema = ask(queries.search_units, actor=keeper, words='影城')[0]
    week = tuple(WeekdayHours(weekday=day, opens=time(10), closes=time(2)) for day in range(1, 8))
    command = ChangeOpeningHours(valid_from=date(2026, 1, 1), week=week, unit_id=cinema.id)
    perform(change_opening_hours, actor=keeper, command=command)
    midnight = shanghai(22, 0, 30)

    assert ask(queries.is_open_at, actor=keeper, instant=midnight, unit_id=cinema.id)
    assert not is_open(keeper, midnight)


@pytest.mark.parametrize(
    'command',
    [
        ChangeOpeningHours(valid_from=date(2027, 1, 1), week=()),
        ChangeOpeningHours(valid_from=date(2027, 1, 1), week=(WeekdayHours(weekday=8, opens=time(1), closes=time(2)),)),
        ChangeOpeningHours(valid_from=date(2027, 1, 1), week=(
            WeekdayHours(weekday=1, opens=time(8), closes=time(12)),
            WeekdayHours(weekday=1, opens=time(11), closes=time(14)),
        )),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused(keeper: Actor, command: ChangeOpeningHours) -> None:
    with pytest.raises(HoursInvalid):
        perform(change_opening_hours, actor=keeper, command=command)


def test_a_closure_the_wrong_way_round_is_refused(keeper: Actor) -> None:
    backwards = AddClosure(from_on=date(2027, 3, 4), until_on=date(2027, 3, 1), reason_zh='?')

    with pytest.raises(HoursInvalid):
        perform(add_closure, actor=keeper, command=backwards)


def test_CK_R3_a_makeup_day_is_entered_and_taken_back(keeper: Actor) -> None:
    saturday = date(2027, 2, 20)
    perform(set_calendar_day, actor=keeper, command=SetCalendarDay(on=saturday, kind=DayKind.MAKEUP))
    assert ask(queries.describe_day, actor=keeper, on=saturday).kind is DayKind.MAKEUP

    perform(set_calendar_day, actor=keeper, command=SetCalendarDay(on=saturday, kind=None))
    assert ask(queries.describe_day, actor=keeper, on=saturday).kind is DayKind.WEEKEND


def test_a_plan_may_bring_hours_of_single_units(database: Database, seeder: Actor) -> None:
    plan = read_plan('qinghe')
    shop = plan['buildings'][0]['floors'][0]['units'][1]
    shop['hours'] = [{'weekdays': [1, 2, 3, 4, 5, 6, 7], 'opens': '06:30', 'closes': '01:00'}]
    mall, _ = import_mall(actor=seeder, document=plan)
    actor = seeder.within(mall.id)
    unit = ask(queries.find_unit, actor=actor, code=shop['code'])
    assert unit is not None

    early = [ask(queries.is_open_at, actor=actor, instant=shanghai(22, 7), unit_id=u) for u in (unit.id, None)]

    assert early == [True, False]
    assert ask(queries.next_opening_at, actor=actor, instant=shanghai(22, 7)) == shanghai(22, 8)


def test_a_unit_with_hours_of_its_own_is_shut_with_the_mall_but_keeps_them_on_its_special_days(keeper: Actor) -> None:
    gym = ask(queries.search_units, actor=keeper, words='健身')[0]
    week = tuple(WeekdayHours(weekday=day, opens=time(7), closes=time(23)) for day in range(1, 8))
    own = ChangeOpeningHours(valid_from=date(2026, 1, 1), week=week, unit_id=gym.id)
    perform(change_opening_hours, actor=keeper, command=own)
    special = SetSpecialHours(on=date(2027, 4, 5), opens=time(12), closes=time(18), reason_zh='清明')
    perform(set_special_hours, actor=keeper, command=special)
    closure = AddClosure(from_on=date(2027, 4, 6), until_on=date(2027, 4, 7), reason_zh='检修')
    perform(add_closure, actor=keeper, command=closure)

    days = ask(queries.list_openings, actor=keeper, from_on=date(2027, 4, 5), until_on=date(2027, 4, 7), unit_id=gym.id)

    lasting = [[(end - start).total_seconds() / 3600 for start, end in day.intervals] for day in days]
    assert lasting == [[16.0], []]
