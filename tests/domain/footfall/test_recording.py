"""Recording: each reading once, whatever the order, the duplicates, the cutting into batches and the company."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.footfall.commands import CrossingReading, VisitReading
from domain.footfall.recording import record_crossings, record_health, record_presence, record_visits
from domain.footfall.views import Recorded
from domain.shared.live import notify
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.reading import crossing, health, healthy, line_row, presence, rollups, stay

MORNING = local(2026, 5, 18, 10)


def record(house: House, readings: Sequence[Any]) -> Recorded:
    """Records readings of any one kind in a transaction of their own."""
    kinds = {'CrossingReading': record_crossings, 'VisitReading': record_visits,
             'PresenceReading': record_presence, 'HealthReading': record_health}  # fmt: skip
    with house.transaction() as session:
        return kinds[type(readings[0]).__name__](session, mall_id=house.mall_id, readings=readings)


def test_a_crossing_appears_in_every_grain(house: House) -> None:
    record(house, [crossing(local(2026, 5, 18, 10, 37, 12))])

    buckets = {1: (10, 37), 15: (10, 30), 60: (10, 0), 1440: (4, 0)}
    for grain, (hour, minute) in buckets.items():
        assert line_row(house, 'door-east', grain, local(2026, 5, 18, hour, minute))['ins'] == 1


def test_a_crossing_before_the_cut_off_belongs_to_the_day_before(house: House) -> None:
    record(house, [crossing(local(2026, 5, 19, 3, 59, 59)), crossing(local(2026, 5, 19, 4, 0, 0))])

    assert line_row(house, 'door-east', 1440, local(2026, 5, 18, 4))['ins'] == 1
    assert line_row(house, 'door-east', 1440, local(2026, 5, 19, 4))['ins'] == 1


def test_adults_children_groups_and_staff_are_kept_apart(house: House) -> None:
    record(
        house,
        [
            crossing(MORNING, band='adult', group='g1', track='a'),
            crossing(MORNING, band='child', group='g1', track='b'),
            crossing(MORNING, band='adult', track='c'),
            crossing(MORNING, track='d'),
            crossing(MORNING, band='adult', staff=('uniform', 'badge'), track='e'),
            crossing(MORNING, direction='out', track='f'),
        ],
    )

    day = line_row(house, 'door-east', 1440, local(2026, 5, 18, 4))
    assert (day['ins'], day['outs'], day['adults_in'], day['children_in'], day['groups_in']) == (4, 1, 2, 1, 3)
    assert (day['staff_in'], day['staff_uniform'], day['staff_badge'], day['staff_area']) == (1, 1, 1, 0)


def test_a_resent_reading_is_a_duplicate_even_when_its_clock_correction_differs(house: House) -> None:
    first = replace(crossing(MORNING), reported_at=MORNING - timedelta(seconds=2))

    assert record(house, [first]).inserted == 1
    assert record(house, [replace(first, occurred_at=MORNING + timedelta(milliseconds=3))]) == Recorded(
        inserted=0, duplicates=1
    )


def test_unknown_lines_and_unconfirmed_tracks_come_back_and_do_not_hold_up_the_others(house: House) -> None:
    found = record(house, [crossing(MORNING), crossing(MORNING, 'door-north'), crossing(MORNING, track='-1')])

    assert (found.inserted, [rejected.code for rejected in found.rejected]) == (
        1,
        ['footfall.line_unknown', 'footfall.reading_invalid'],
    )


def test_an_unknown_way_of_knowing_staff_is_rejected_rather_than_counted_as_a_shopper(house: House) -> None:
    assert record(house, [crossing(MORNING, staff=('aura',))]).rejected[0].code == 'footfall.reading_invalid'


def test_a_group_whose_first_member_arrives_late_moves_to_its_minute(house: House) -> None:
    early, late = local(2026, 5, 18, 10, 59), local(2026, 5, 18, 11, 1)
    record(house, [crossing(late, group='g', track='a')])
    record(house, [crossing(early, group='g', track='b')])

    assert line_row(house, 'door-east', 60, local(2026, 5, 18, 10))['groups_in'] == 1
    assert line_row(house, 'door-east', 60, local(2026, 5, 18, 11))['groups_in'] == 0
    assert line_row(house, 'door-east', 1440, local(2026, 5, 18, 4))['groups_in'] == 1


def test_a_rollback_takes_the_roll_ups_with_it(house: House) -> None:
    def break_off() -> None:
        with house.transaction() as session:
            record_crossings(session, mall_id=house.mall_id, readings=[crossing(MORNING)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()

    assert line_row(house, 'door-east', 1440, local(2026, 5, 18, 4)) == {}


def test_screens_are_told_once_a_transaction_and_not_of_duplicates(house: House) -> None:
    readings = [crossing(MORNING)]
    with house.transaction() as session:
        record_crossings(session, mall_id=house.mall_id, readings=readings)
        assert session.info['notices'] == {('footfall', house.mall_id)}
    with house.transaction() as session:
        record_crossings(session, mall_id=house.mall_id, readings=readings)
        assert 'notices' not in session.info
        notify(session, 'other', house.mall_id)


def test_health_makes_coverage_for_every_line_and_zone_of_the_device(house: House) -> None:
    record(house, healthy(house, 'shop', MORNING, 30))

    for line in ('shop-a', 'shop-b'):
        assert line_row(house, line, 60, MORNING)['observed_ms'] == 30 * 60_000
    with house.transaction() as session:
        zones = session.execute(
            text('SELECT count(*), sum(observed_ms) FROM footfall_zone_rollup WHERE mall_id = :m AND grain = 60'),
            {'m': house.mall_id},
        ).one()
    assert tuple(zones) == (5, 5 * 30 * 60_000)


def test_heat_falls_into_metres_whatever_the_grid_of_the_device(house: House) -> None:
    record(
        house, [presence(MORNING, ((4, 6, 1.5), (5, 7, 0.5)), cell_m=0.5), presence(MORNING, ((1, 1, 8.0),), cell_m=2)]
    )

    with house.transaction() as session:
        rows = session.execute(
            text(
                'SELECT ix, iy, person_cs FROM footfall_heat_rollup WHERE mall_id = :m AND grain = 1440 ORDER BY 1, 2'
            ),
            {'m': house.mall_id},
        ).all()
    assert [tuple(row) for row in rows] == [(2, 2, 200), (2, 3, 400), (3, 2, 200), (3, 3, 200)]


@pytest.mark.parametrize(
    ('cells', 'cell_m'),
    [
        (((1, 1, -1.0),), 1.0),
        (((1, 1, float('nan')),), 1.0),
        (((1, 1, float('inf')),), 1.0),
        (((10**9, 1, 1.0),), 1.0),
        (((1, 1, 1.0),), 0.0),
        (((1, 1, 1.0),), 1e9),
    ],
)
def test_presence_off_any_floor_is_rejected_and_does_not_hold_up_the_others(
    house: House, cells: tuple[tuple[int, int, float], ...], cell_m: float
) -> None:
    found = record(house, [presence(MORNING, cells, cell_m=cell_m), presence(MORNING, ((1, 1, 1.0),))])

    assert (found.inserted, [rejected.code for rejected in found.rejected]) == (1, ['footfall.reading_invalid'])


def a_busy_day(house: House, people: int, seed: int) -> dict[str, list[Any]]:
    """Readings of every kind over one business day, with numbers that stay the same when sent again."""
    chance = random.Random(seed)
    start = local(2026, 5, 18, 9)

    def some_time() -> datetime:
        return start + timedelta(seconds=chance.randrange(0, 14 * 3600))

    lines, zones = ['door-east', 'door-west', 'stairs-f2', 'shop-a'], ['zone-a', 'zone-b', 'section', 'far-west']
    staff: list[tuple[str, ...]] = [(), (), (), (), ('uniform',), ('badge', 'uniform')]
    return {
        'crossings': [
            crossing(
                some_time(),
                chance.choice(lines),
                chance.choice(['in', 'in', 'out']),
                seq=n,
                track=f't{chance.randrange(people)}',
                group=chance.choice([None, f'g{n // 3}']),
                band=chance.choice([None, 'adult', 'child']),
                staff=chance.choice(staff),
            )
            for n in range(1, people)
        ],
        'visits': [
            stay(
                some_time(),
                chance.choice([0.2, 3, 20, 200]),
                chance.choice(zones),
                f't{chance.randrange(people // 4)}',
                seq=n,
                staff=chance.choice(staff),
            )
            for n in range(1, people)
        ],
        'presence': [
            replace(presence(some_time().replace(second=0), ((chance.randrange(5), 1, chance.random() * 60),)), seq=n)
            for n in range(1, people // 4)
        ],
        'health': [
            health(start + timedelta(minutes=n), house.devices['east'], observed_s=chance.random() * 60, seq=n)
            for n in range(1, people // 4)
        ],
    }


def sent_badly(readings: Sequence[Any], chance: random.Random) -> list[list[Any]]:
    """The same readings, shuffled, some of them twice or three times, cut anywhere."""
    stream = [*readings, *chance.choices(readings, k=len(readings) // 2)]
    chance.shuffle(stream)
    batches = []
    while stream:
        size = chance.randrange(1, len(stream) + 1)
        batches.append(stream[:size])
        stream = stream[size:]
    return batches


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.integers(8, 80), seed=st.integers(0, 2**32))
def test_order_duplicates_and_cutting_change_no_roll_up(
    make_house: Callable[[], House], people: int, seed: int
) -> None:
    straight, crooked, chance = make_house(), make_house(), random.Random(seed)

    for readings in a_busy_day(straight, people, seed).values():
        record(straight, readings)
    batches = [
        batch for readings in a_busy_day(crooked, people, seed).values() for batch in sent_badly(readings, chance)
    ]
    chance.shuffle(batches)
    for batch in batches:
        record(crooked, batch)

    assert rollups(crooked) == rollups(straight)


def test_concurrent_workers_neither_deadlock_nor_count_twice(make_house: Callable[[], House]) -> None:
    alone, together = make_house(), make_house()
    for readings in a_busy_day(alone, 400, 7).values():
        record(alone, readings)
    chance = random.Random(7)
    work = [batch for readings in a_busy_day(together, 400, 7).values() for _ in range(3) for batch in
            sent_badly(readings, chance)]  # fmt: skip
    chance.shuffle(work)

    with ThreadPoolExecutor(8) as workers:
        found = list(workers.map(lambda batch: record(together, batch), work))

    assert sum(recorded.inserted for recorded in found) == sum(map(len, a_busy_day(alone, 400, 7).values()))
    assert rollups(together) == rollups(alone)


def test_two_kinds_in_one_transaction_in_opposite_orders_do_not_deadlock(house: House) -> None:
    day = a_busy_day(house, 200, 11)

    def work(first: str, second: str) -> None:
        with house.transaction() as session:
            for kind in (first, second):
                recorder: Any = {'crossings': record_crossings, 'health': record_health}[kind]
                recorder(session, mall_id=house.mall_id, readings=day[kind])

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, ['crossings', 'health'] * 8, ['health', 'crossings'] * 8))

    ins = line_row(house, 'door-east', 1440, local(2026, 5, 18, 4))
    assert ins['observed_ms'] == sum(round(reading.observed_s * 1000) for reading in day['health'])


def test_late_data_of_last_week_lands_in_last_week(house: House) -> None:
    record(house, [crossing(MORNING)])
    late: CrossingReading = replace(crossing(MORNING - timedelta(days=6)), received_at=MORNING)
    record(house, [late])

    assert line_row(house, 'door-east', 1440, local(2026, 5, 12, 4))['ins'] == 1
    assert line_row(house, 'door-east', 1440, local(2026, 5, 18, 4))['ins'] == 1


def test_a_stay_that_ends_before_it_begins_is_rejected(house: House) -> None:
    backwards: VisitReading = replace(stay(MORNING, 5), left_at=MORNING - timedelta(minutes=1))

    assert record(house, [backwards]).rejected[0].code == 'footfall.reading_invalid'
