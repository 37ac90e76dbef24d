"""The questions: what a screen is told of a small day whose truth is known."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from domain.footfall import operations, queries
from domain.footfall.commands import LiftMask, LineRole, MaskClosedHours, MaskKind, SetMask, Window
from domain.footfall.permissions import VIEW
from domain.footfall.views import Comparability, Grain, Mode
from domain.shared.actor import Actor
from domain.shared.errors import PermissionDenied
from domain.shared.measure import Status
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.reading import crossing, healthy, presence, stay
from tests.domain.footfall.test_recording import record

NOON = local(2026, 5, 18, 12)
DAY = Window(started_at=local(2026, 5, 18, 4), ended_at=local(2026, 5, 19, 4))


def test_an_empty_mall_has_no_figures_rather_than_zeros(house: House) -> None:
    summary = ask(queries.cockpit_summary, actor=house.system, now=NOON)

    assert (summary.footfall.value, summary.footfall.coverage, summary.occupancy) == (None, 0.0, 0)
    assert [comparison.comparability for comparison in summary.comparisons] == [Comparability.NO_BASE] * 3
    assert summary.shops_per_visit.value is None
    assert summary.line_count == 4


def test_an_observed_mall_without_visitors_has_zero(house: House) -> None:
    record(house, healthy(house, 'east', local(2026, 5, 18, 10), 120))

    door = ask(queries.door_ranking, actor=house.system, now=NOON)

    assert {rank.code: rank.ins.value for rank in door} == {'door-east': 0, 'door-west': None}


def test_the_summary_counts_the_mall_at_its_doors(house: House) -> None:
    record(
        house, healthy(house, 'east', local(2026, 5, 18, 10), 120) + healthy(house, 'west', local(2026, 5, 18, 10), 120)
    )
    record(
        house,
        [
            crossing(local(2026, 5, 18, 10, 5), 'door-east', band='adult', group='g', track='a'),
            crossing(local(2026, 5, 18, 10, 5), 'door-east', band='child', group='g', track='b'),
            crossing(local(2026, 5, 18, 11, 59, 30), 'door-west', track='c'),
            crossing(local(2026, 5, 18, 11, 0), 'door-west', 'out', track='a'),
            crossing(local(2026, 5, 18, 10, 20), 'shop-a', track='a'),
            crossing(local(2026, 5, 18, 10, 40), 'shop-b', track='b'),
            crossing(local(2026, 5, 18, 10, 20), 'door-east', staff=('badge',), track='z'),
        ],
    )

    summary = ask(queries.cockpit_summary, actor=house.system, now=NOON)

    assert (summary.footfall.value, summary.leavings.value, summary.children.value, summary.groups.value) == (
        3,
        1,
        1,
        2,
    )
    assert (summary.staff_removed, summary.shop_entries.value, summary.occupancy) == (1, 2, 2)
    assert summary.footfall.coverage == pytest.approx(1.0)
    assert summary.footfall.status is Status.PROVISIONAL
    assert summary.fresh_at == NOON


def test_X_R3_a_day_of_which_nothing_is_known_lowers_the_coverage_of_its_week(house: House) -> None:
    for day in (11, 13, 14, 17):  # of the seven from the 11th on; nobody told of the 12th, 15th and 16th
        record(house, healthy(house, 'east', local(2026, 5, day, 10), 120))
        record(house, healthy(house, 'west', local(2026, 5, day, 10), 120))
        record(house, [crossing(local(2026, 5, day, 11), track=f'd{day}')])
    week = Window(started_at=local(2026, 5, 11, 4), ended_at=local(2026, 5, 18, 4))

    told = ask(queries.compare, actor=house.system, now=NOON, window=week, mode=Mode.PREVIOUS_WEEK)

    assert told.current.value == 4
    assert told.current.coverage == pytest.approx(4 / 7)


def test_a_door_ranking_shows_the_same_time_last_week(house: House) -> None:
    last_week = local(2026, 5, 11, 11)
    record(house, [crossing(last_week + timedelta(minutes=n), 'door-east', track=f'p{n}') for n in range(120)])
    record(house, [crossing(local(2026, 5, 18, 11, 30), 'door-east', track=f'n{n}') for n in range(90)])

    [rank, *_] = ask(queries.door_ranking, actor=house.system, now=NOON)

    assert (rank.code, rank.ins.value, rank.share) == ('door-east', 90, 1.0)
    assert rank.change == pytest.approx(0.5)  # 60 came until noon last week


def test_the_curve_has_every_quarter_of_the_day_and_its_base(house: House) -> None:
    record(house, [crossing(local(2026, 5, 11, 18, 20), track='x')])
    record(house, [crossing(local(2026, 5, 18, 11, 50), track='y')])
    record(house, healthy(house, 'east', local(2026, 5, 18, 10), 120))

    curve = ask(queries.curve_15min, actor=house.system, now=NOON)

    by_time = {point.bucket_at: point for point in curve.points}
    assert len(curve.points) == 96
    assert by_time[local(2026, 5, 18, 11, 45)].current.value == 1
    assert by_time[local(2026, 5, 18, 10, 0)].current.value == 0
    assert by_time[local(2026, 5, 18, 9, 0)].current.value is None
    evening = by_time[local(2026, 5, 18, 18, 15)]
    assert evening.current.value is None
    assert evening.base is not None
    assert evening.base.value == 1


def test_occupancy_follows_entrances_and_passages(house: House) -> None:
    ins = [crossing(local(2026, 5, 18, 10, n), 'door-east', track=f'i{n}') for n in range(30)]
    up = [crossing(local(2026, 5, 18, 10, 30 + n), 'stairs-f2', track=f'i{n}') for n in range(10)]
    out = [crossing(local(2026, 5, 18, 11, n), 'door-west', 'out', track=f'i{n}') for n in range(12)]
    record(house, ins + up + out)

    found = {floor.floor_id: floor for floor in ask(queries.occupancy_by_floor, actor=house.system, now=NOON)}

    assert found[None].people == 18
    assert found[None].peak == 30
    assert found[house.floors['F2']].people == 10


def test_capture_is_entries_over_passers_by(house: House) -> None:
    passing = [
        crossing(local(2026, 5, 18, 10, n), 'pass-a', 'in' if n % 2 else 'out', track=f'p{n}') for n in range(40)
    ]
    record(house, passing + [crossing(local(2026, 5, 18, 10, n), 'shop-a', track=f'p{n}') for n in range(4)])

    [rate] = ask(queries.capture_rates, actor=house.system, now=NOON, window=DAY)

    assert (rate.unit_id, rate.entries.value, rate.pass_by.value, rate.rate.value) == (house.units['f1-01'], 4, 40, 0.1)


def test_dwell_comes_from_bins(house: House) -> None:
    record(house, [stay(local(2026, 5, 18, 10), minutes, track=f't{minutes}') for minutes in range(10, 61, 5)])

    found = {zone.name_en: zone for zone in ask(queries.dwell_by_zone, actor=house.system, now=NOON, window=DAY)}

    zone = found['zone-a']
    assert (zone.visits.value, zone.mean_s) == (11, 35 * 60)
    assert zone.median_s == pytest.approx(35 * 60, rel=0.05)
    assert zone.p90_s == pytest.approx(55 * 60, rel=0.05)
    assert found['zone-b'].visits.value is None


def test_heat_is_in_metres_of_one_floor(house: House) -> None:
    record(house, [presence(local(2026, 5, 18, 10, n), ((3, 4, 30.0), (5, 5, 1.5))) for n in range(10)])

    heat = ask(queries.heat_map, actor=house.system, now=NOON, floor_id=house.floors['F1'], window=DAY)

    assert {(cell.x_m, cell.y_m): cell.person_s for cell in heat.cells} == {(3.0, 4.0): 300.0, (5.0, 5.0): 15.0}
    assert heat.hottest == 300.0


@pytest.mark.parametrize(('grain', 'buckets'), [(Grain.MINUTE, 3), (Grain.QUARTER, 2), (Grain.HOUR, 2), (Grain.DAY, 1)])
def test_a_series_has_the_same_sum_at_every_grain(house: House, grain: Grain, buckets: int) -> None:
    times = [local(2026, 5, 18, 10, 1), local(2026, 5, 18, 10, 2), local(2026, 5, 18, 11, 30)]
    record(house, [crossing(at, track=str(at)) for at in times])

    found = ask(queries.series, actor=house.system, now=NOON, grain=grain, window=DAY)

    assert (found.subject, len(found.points)) == ('mall', buckets)
    assert sum(point.ins.value or 0 for point in found.points) == 3


def test_a_mask_keeps_people_out_of_the_figures_but_not_out_of_the_house(house: House) -> None:
    record(house, [crossing(local(2026, 5, 18, 10, n), track=f't{n}') for n in range(20)])
    command = SetMask(
        kind=MaskKind.EVENT, window=Window(started_at=local(2026, 5, 18, 10, 5), ended_at=local(2026, 5, 18, 10, 15))
    )

    mask = perform(operations.set_mask, actor=house.system, command=command, now=NOON)
    masked = ask(queries.cockpit_summary, actor=house.system, now=NOON)
    curve = ask(queries.curve_15min, actor=house.system, now=NOON)
    record(house, [crossing(local(2026, 5, 18, 10, 7), track='late')])
    late = ask(queries.cockpit_summary, actor=house.system, now=NOON)

    assert (masked.footfall.value, late.footfall.value, masked.occupancy) == (10, 10, 20)
    assert [point.is_masked for point in curve.points].count(True) == 1
    perform(operations.lift_mask, actor=house.system, command=LiftMask(mask_id=mask.id, reason=''), now=NOON)
    assert ask(queries.cockpit_summary, actor=house.system, now=NOON).footfall.value == 21


def test_opening_hours_mask_what_happens_before_and_after_them(house: House, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            'INSERT INTO weekly_hours (mall_id, valid_from, weekday, opens, closes)'
            " VALUES (%s, '2020-01-01', 1, '10:00', '22:00')",
            [house.mall_id],
        )
    times = [local(2026, 5, 18, 8), local(2026, 5, 18, 10), local(2026, 5, 18, 21, 59), local(2026, 5, 18, 22)]
    record(house, [crossing(at, track=str(at)) for at in times])
    command = MaskClosedHours(first_on=date(2026, 5, 18), until_on=date(2026, 5, 20))
    night = local(2026, 5, 19, 3)

    first = perform(operations.mask_closed_hours, actor=house.system, command=command, now=night)
    again = perform(operations.mask_closed_hours, actor=house.system, command=command, now=night)

    assert [mask.window for mask in first] == [
        Window(started_at=local(2026, 5, 18, 4), ended_at=local(2026, 5, 18, 10)),
        Window(started_at=local(2026, 5, 18, 22), ended_at=local(2026, 5, 19, 4)),
    ]
    assert again == ()
    assert ask(queries.cockpit_summary, actor=house.system, now=night).footfall.value == 2


def test_export_holds_aggregates_only(house: House) -> None:
    record(house, [crossing(local(2026, 5, 18, 10, 1), track='secret-token', group='secret-group')])

    rows = list(ask(queries.export_rows, actor=house.system, now=NOON, grain=Grain.HOUR, window=DAY))

    assert [(row.line_code, row.ins, row.role) for row in rows] == [('door-east', 1, LineRole.ENTRANCE)]
    assert 'secret' not in repr(rows)


def test_export_needs_its_own_permission(house: House) -> None:
    viewer: Actor = replace(house.system, kind='person', permissions=frozenset({VIEW.code}))

    with pytest.raises(PermissionDenied):
        ask(queries.export_rows, actor=viewer, now=NOON, grain=Grain.HOUR, window=DAY)


def test_staff_removed_is_told_by_method(house: House) -> None:
    record(
        house,
        [
            crossing(local(2026, 5, 18, 10), staff=('uniform',), track='a'),
            crossing(local(2026, 5, 18, 10), staff=('uniform', 'badge'), track='b'),
        ],
    )

    found = ask(queries.staff_removed, actor=house.system, now=NOON, window=DAY)

    assert (found.crossings, found.by_uniform, found.by_badge) == (2, 2, 1)


def test_month_to_date_is_compared_with_the_same_days_CK_R6(house: House) -> None:
    record(house, [crossing(local(2025, 5, 28, 12), track=f'a{n}') for n in range(10)])
    record(house, [crossing(local(2025, 5, 30, 12), track=f'b{n}') for n in range(90)])
    record(house, [crossing(local(2026, 5, 3, 12), track=f'c{n}') for n in range(12)])
    window = Window(started_at=local(2026, 5, 1, 4), ended_at=local(2026, 5, 29, 4))

    found = ask(queries.compare, actor=house.system, now=local(2026, 5, 29, 5), window=window, mode=Mode.CALENDAR_YEAR)

    assert (found.current.value, found.base.value, found.change) == (12, 10, pytest.approx(0.2))
    assert found.base_window == Window(started_at=local(2025, 5, 1, 4), ended_at=local(2025, 5, 29, 4))
