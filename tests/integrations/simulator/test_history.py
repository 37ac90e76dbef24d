"""History: the same people as the live world, conserved, in the buckets that were asked for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.footfall.commands import AggregateReading, ZoneAggregateReading
from integrations.simulator.counts import count_day
from integrations.simulator.devices import DeviceReadings, day_readings
from integrations.simulator.history import HistorySpan, generate, outages_on
from integrations.simulator.library import TripLibrary
from integrations.simulator.plan import MallPlan
from integrations.simulator.truth import Truth
from integrations.simulator.world import World
from tests.integrations.simulator.conftest import SUNDAY, THURSDAY

UNTIL = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
ZONE = ZoneInfo('Asia/Shanghai')


class Collector:
    """Keeps what history delivers."""

    def __init__(self) -> None:
        self.of_lines: list[AggregateReading] = []
        self.of_zones: list[ZoneAggregateReading] = []
        self.of_devices: list[DeviceReadings] = []

    def lines(self, readings: Sequence[AggregateReading]) -> None:
        self.of_lines += readings

    def zones(self, readings: Sequence[ZoneAggregateReading]) -> None:
        self.of_zones += readings

    def devices(self, readings: DeviceReadings) -> None:
        self.of_devices.append(readings)


@pytest.fixture(scope='module')
def collected(qinghe: MallPlan) -> Collector:
    collector = Collector()
    span = HistorySpan(until=UNTIL, days=30, minute_days=3, quarter_days=10, zone_days=5, detail_days=1)
    generate(qinghe, collector, span, seed=7, scale=0.6)
    return collector


def test_buckets_get_coarser_with_age(collected: Collector) -> None:
    def spans(on: date) -> set[int]:
        return {r.span_min for r in collected.of_lines if r.bucket_at.astimezone(ZONE).date() == on}

    assert spans(SUNDAY - timedelta(days=2)) == {1}
    assert spans(SUNDAY - timedelta(days=8)) == {15}
    assert spans(SUNDAY - timedelta(days=25)) == {60}
    assert spans(SUNDAY) == set()


def test_days_of_history_conserve_people_at_the_outer_doors(small_world: World, qinghe: MallPlan) -> None:
    library = TripLibrary(small_world)
    outer = [library.lines.index(door.code) for door in qinghe.external_doors]

    for number in range(20):
        counts = count_day(library, small_world.day(THURSDAY - timedelta(days=number)), span_min=60)
        sums = counts.by_bucket[outer].sum(axis=(0, 2))
        ins, outs, adults, children, groups, staff_in, staff_out = sums.tolist()
        assert ins == outs == adults + children == counts.people
        assert staff_in == staff_out > 0
        assert 0 < groups <= ins


def test_history_and_the_live_world_tell_of_the_same_mall(small_world: World, qinghe: MallPlan) -> None:
    library = TripLibrary(small_world)
    days = [date(2026, 10, 12) + timedelta(days=n) for n in range(14)]
    told = sum(count_day(library, small_world.day(on), span_min=60, with_stays=False).people for on in days)
    lived = sum(Truth.of(qinghe, small_world.day(on).parties()).people for on in days)

    assert told == pytest.approx(lived, rel=0.06)


def test_hourly_shapes_of_history_follow_the_live_world(small_world: World, qinghe: MallPlan) -> None:
    truth = Truth.of(qinghe, small_world.day(SUNDAY).parties())
    library = TripLibrary(small_world)
    counts = count_day(library, small_world.day(SUNDAY), span_min=60)
    outer = [library.lines.index(door.code) for door in qinghe.external_doors]
    told = counts.by_bucket[outer, 0].sum(axis=0)
    for hour in range(10, 20):
        lived = sum(
            count for door in qinghe.external_doors
            for minute, count in truth.entries_by_minute(door.code, with_staff=False).items() if minute // 60 == hour
        )  # fmt: skip
        assert told[hour] == pytest.approx(lived, rel=0.25, abs=25)


def test_the_detailed_days_are_the_live_world_itself(collected: Collector, qinghe: MallPlan) -> None:
    world = World(qinghe, seed=7, scale=0.6)
    yesterday = collected.of_devices[0]
    truth = Truth.of(qinghe, world.day(yesterday.on).parties())

    assert yesterday.on == SUNDAY - timedelta(days=1)
    assert sorted((s.fact.line, s.fact.at_s) for s in yesterday.crossings) == sorted(
        (c.line, c.at_s) for c in truth.crossings
    )
    assert len(yesterday.visits) == len(truth.visits)


def test_today_ends_at_the_moment_history_ends(collected: Collector) -> None:
    today = collected.of_devices[-1]

    assert today.on == SUNDAY
    assert today.crossings
    assert max(said.at for said in today.crossings) <= UNTIL
    assert max(said.at for said in today.health) == UNTIL - timedelta(minutes=1)


def test_devices_number_their_readings_without_a_hole(collected: Collector) -> None:
    numbers: dict[str, list[int]] = {}
    for day in collected.of_devices:
        for said in (*day.crossings, *day.visits, *day.presence, *day.health):
            numbers.setdefault(said.device, []).append(said.seq)

    assert numbers
    assert all(sorted(seqs) == list(range(1, len(seqs) + 1)) for seqs in numbers.values())


def test_the_same_seed_tells_the_same_history(collected: Collector, qinghe: MallPlan) -> None:
    again = Collector()
    span = HistorySpan(until=UNTIL, days=30, minute_days=3, quarter_days=10, zone_days=5, detail_days=1)
    generate(qinghe, again, span, seed=7, scale=0.6)

    assert again.of_lines == collected.of_lines
    assert again.of_zones == collected.of_zones


def test_a_blind_sensor_counts_nothing_and_says_so(yunji: MallPlan) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(60)]
    outages = [outages_on(7, yunji, on) for on in days]

    assert 10 < sum(map(len, outages)) < 120
    assert all(600 <= begin < end <= 1440 for day in outages for begin, end in day.values())


def test_readings_are_within_their_buckets(collected: Collector) -> None:
    for reading in collected.of_lines:
        assert reading.bucket_at.minute % min(reading.span_min, 60) == 0
        assert 0 <= reading.observed_s <= reading.span_min * 60
        assert reading.ins == reading.adults_in + reading.children_in
        assert min(reading.outs, reading.groups_in, reading.staff_in, reading.staff_out) >= 0


def test_a_day_before_its_opening_is_quiet_but_watched(small_world: World) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=ZONE)
    readings = day_readings(small_world.day(SUNDAY), ZONE, until=midnight + timedelta(hours=6), seqs={})

    assert readings.crossings == []
    assert len(readings.health) == 60 * len({said.device for said in readings.health})
