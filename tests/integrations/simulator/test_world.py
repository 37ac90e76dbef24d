"""Laws of the simulated world: people are conserved, walk at human speed, leave by the close; a seed repeats itself."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from math import dist
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.simulator.patterns import PURPOSES, arrivals, people_expected, weather_on
from integrations.simulator.people import Party, bodies_of, crossings_of, visits_of
from integrations.simulator.plan import MallPlan
from integrations.simulator.presence import presence_by_minute
from integrations.simulator.truth import Truth, cars_parked
from integrations.simulator.world import M2_PER_TABLE, Tables, World
from tests.integrations.simulator.conftest import SUNDAY, THURSDAY

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def people_on(world: World, on: date) -> float:
    return world.day(on).people_expected


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), on=DAYS)
def test_everybody_who_comes_in_goes_out_by_the_close(qinghe: MallPlan, seed: int, on: date) -> None:
    day = World(qinghe, seed=seed, scale=0.12).day(on)
    truth = Truth.of(qinghe, day.parties())

    assert truth.inside(2e5) == 0
    assert all(truth.on_floor(floor['code'], 2e5) == 0 for floor in qinghe.floors)
    shoppers_out = [c.at_s for c in truth.crossings if not c.person.is_staff]
    assert max(shoppers_out, default=0) <= day.facts.closes * 60


def test_inside_is_never_negative_and_equals_the_floors_and_those_who_ride(
    big_day: list[Party], yunji: MallPlan
) -> None:
    truth = Truth.of(yunji, big_day)

    for at_s in range(9 * 3600, 23 * 3600, 977):
        floors = sum(truth.on_floor(floor['code'], at_s) for floor in yunji.floors)
        assert 0 <= floors <= truth.inside(at_s) <= floors + truth.people


def test_each_person_alternates_between_in_and_out_at_every_shop(big_day: list[Party]) -> None:
    for party in big_day:
        for line in {c.line for c in crossings_of(party) if c.line.startswith('door-') and c.line[8:9].isdigit()}:
            one = [c.is_in for c in crossings_of(party) if c.line == line and c.person == party.people[0]]
            assert one == [True, False] * (len(one) // 2)


def test_nobody_walks_faster_than_1_8_metres_a_second_or_jumps(big_day: list[Party]) -> None:
    for party in big_day:
        stretches = party.trip.stretches
        for stretch in stretches:
            assert dist(stretch.start, stretch.end) <= 1.8 * (stretch.until_s - stretch.from_s) + 1e-6
        for before, after in pairwise(stretches):
            assert after.from_s >= before.until_s - 1e-6
            if before.floor == after.floor and after.from_s - before.until_s < 1:
                assert dist(before.end, after.start) < 2.5


def test_the_same_seed_gives_the_same_events_and_another_seed_others(qinghe: MallPlan) -> None:
    def events(seed: int) -> list[tuple[float, str, bool, str]]:
        parties = World(qinghe, seed=seed, scale=0.2).day(THURSDAY).parties()
        return [(c.at_s, c.line, c.is_in, c.person.token) for party in parties for c in crossings_of(party)]

    assert events(3) == events(3)
    assert events(3) != events(4)


def test_tokens_do_not_outlive_their_day(small_world: World) -> None:
    def tokens(on: date) -> set[str]:
        return {person.token for party in small_world.day(on).parties() for person in party.people}

    assert not tokens(THURSDAY) & tokens(THURSDAY + timedelta(days=1))


def test_a_stay_ends_after_it_began_and_a_visit_lies_between_its_door_crossings(small_day: list[Party]) -> None:
    for party in small_day:
        for visit in visits_of(party):
            assert visit.until_s > visit.from_s
            if visit.is_shop:
                line = f'door-{visit.zone}'
                times = [c.at_s for c in crossings_of(party) if c.line == line and c.person == visit.person]
                assert min(times) <= visit.from_s + 1e-6
                assert max(times) >= visit.until_s - 1e-6


def test_purchases_happen_in_the_shop_that_sells(small_day: list[Party]) -> None:
    bought = [(party, receipt) for party in small_day for receipt in party.trip.bought]

    assert bought
    for party, receipt in bought:
        stays = [s for s in party.trip.spent if s.is_shop and s.zone == receipt.unit]
        assert any(stay.from_s <= receipt.at_s <= stay.until_s for stay in stays)
        assert receipt.amount_fen > 0


def test_staff_cross_again_and_again_and_most_are_marked(big_day: list[Party]) -> None:
    staff = [party for party in big_day if party.trip.purpose == 'staff']
    marks = Counter(mark for party in staff for mark in party.people[0].staff)

    assert len(staff) > 200
    assert sum(len(party.trip.seen) for party in staff) / len(staff) > 8
    assert 0.8 < marks['uniform'] / len(staff) < 0.97
    assert 0.75 < marks['badge'] / len(staff) < 0.95


def test_families_bring_children_who_never_come_alone(big_day: list[Party]) -> None:
    with_children = [party for party in big_day if any(person.is_child for person in party.people)]

    assert with_children
    assert all(any(not person.is_child for person in party.people) for party in with_children)
    assert all((party.group is None) == (len(party.people) == 1) for party in big_day)


def test_full_restaurants_make_people_wait_within_their_patience(yunji: MallPlan) -> None:
    tables = Tables(yunji, Random(1))
    restaurant = next(shop for shop in yunji.by_category('dining') if shop.kind == 'shop')
    seats = int(restaurant.area_m2 / M2_PER_TABLE)

    seated = [tables.wait_s(restaurant.code, 1000.0, 3600.0) for _ in range(seats)]
    impatient = tables.wait_s(restaurant.code, 1000.0, 3600.0)
    waits = [tables.wait_s(restaurant.code, 4300.0, 3600.0) for _ in range(3)]

    assert seated == [0.0] * seats
    assert impatient is None
    assert waits == [300.0] * 3
    assert tables.wait_s('f2-01', 1000.0, 3600.0) == 0.0


def test_a_party_that_waits_stands_before_its_restaurant_and_then_eats(yunji: MallPlan, big_world: World) -> None:
    class Full:
        def wait_s(self, unit: str, at_s: float, stay_s: float) -> float | None:
            return 600.0 if yunji.shops[unit].category == 'dining' else 0.0

    day = big_world.day(THURSDAY)
    arrival = next(a for a in day.arrivals if a.purpose == 'lunch')

    trip = day.shoppers(arrival, Full()).trip

    waited = trip.waited[0]
    assert waited.until_s - waited.from_s == pytest.approx(600)
    assert any(stay.is_shop and stay.zone == waited.zone and stay.from_s == waited.until_s for stay in trip.spent)


def test_cars_come_and_go(big_day: list[Party]) -> None:
    assert cars_parked(big_day, 15 * 3600) > cars_parked(big_day, 9 * 3600)
    assert cars_parked(big_day, 2e5) == 0


def test_where_people_stand_sums_to_the_people_who_are_there(small_day: list[Party]) -> None:
    minute = 15 * 60 + 30
    cells = presence_by_minute(small_day, minute, minute + 1)
    seconds = sum(s for squares in cells.values() for _, _, s in squares)
    samples = [sum(1 for party in small_day for _ in bodies_of(party, minute * 60 + tick)) for tick in range(0, 60, 10)]

    assert seconds == pytest.approx(10 * sum(samples))
    assert seconds > 0


def test_weekends_holidays_and_festivals_have_their_patterns(small_world: World) -> None:
    def mean(*days: date) -> float:
        return sum(people_on(small_world, day) for day in days) / len(days)

    tuesdays = mean(*(date(2026, 11, 3) + timedelta(days=7 * n) for n in range(4)))
    saturdays = mean(*(date(2026, 11, 7) + timedelta(days=7 * n) for n in range(4)))
    national = mean(*(date(2026, 10, day) for day in (1, 2, 3)))
    makeup_saturday = people_on(small_world, date(2026, 10, 10))
    eve, third = people_on(small_world, date(2026, 2, 16)), people_on(small_world, date(2026, 2, 19))

    assert saturdays > 1.5 * tuesdays
    assert national > 1.7 * tuesdays
    assert makeup_saturday < 0.9 * saturdays
    assert eve < 0.6 * third


def test_lunch_and_evening_are_peaks_of_a_workday(big_world: World) -> None:
    day = big_world.day(THURSDAY)
    rates = sum(arrivals(purpose, day.facts, day.people_expected) for purpose in PURPOSES)

    def hour(at: int) -> float:
        return float(rates[at * 60 : (at + 1) * 60].sum())

    assert hour(12) > 1.3 * hour(14)
    assert hour(18) > 1.5 * hour(15)
    assert hour(9) == hour(22) == 0


def test_rain_keeps_people_away_and_drives_others_to_the_metro(big_world: World) -> None:
    from dataclasses import replace

    from integrations.simulator.patterns import BY_NAME, door_shares

    facts, dry = big_world.days(THURSDAY), replace(weather_on(1, THURSDAY), rain=0.0)
    wet = replace(dry, rain=1.0)

    assert people_expected(facts, wet, 1, 1.0) < people_expected(facts, dry, 1, 1.0)
    assert door_shares(BY_NAME['clothes'], wet)['metro'] > door_shares(BY_NAME['clothes'], dry)['metro']


@given(on=DAYS, seed=st.integers(0, 99))
def test_expected_arrivals_add_up_to_the_people_expected(small_world: World, on: date, seed: int) -> None:
    facts = small_world.days(on)
    total = people_expected(facts, weather_on(seed, on), seed, 1.0)
    shares = sum(float(arrivals(purpose, facts, total).sum()) for purpose in PURPOSES)

    assert shares == pytest.approx(total, rel=0.01)
    assert total > 1_000


def test_a_sunday_brings_a_peak_that_the_demo_can_show(big_day: list[Party], yunji: MallPlan) -> None:
    truth = Truth.of(yunji, big_day)

    assert SUNDAY.isoweekday() == 7
    assert truth.footfall() == truth.people
    assert truth.most_inside() > 0.1 * truth.people
