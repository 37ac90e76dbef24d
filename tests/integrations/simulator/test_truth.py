"""What the platform says is what the simulator knows: one day, through the same recording as the ingest's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.footfall import queries
from domain.footfall.commands import Window, ZoneKind
from domain.footfall.views import Grain
from domain.mall.operations import import_mall
from domain.mall.queries import list_floors
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import ask, perform
from integrations.demo.furnishing import furnish
from integrations.demo.history import PlatformSink
from integrations.simulator.devices import day_readings
from integrations.simulator.people import Party
from integrations.simulator.plan import MallPlan
from integrations.simulator.truth import Truth
from integrations.simulator.world import World
from tests.conftest import Database
from tests.integrations.simulator.conftest import SUNDAY

ZONE = ZoneInfo('Asia/Shanghai')
MIDNIGHT = datetime(2026, 11, 22, tzinfo=ZONE).astimezone(UTC)
NOW = MIDNIGHT + timedelta(hours=15, minutes=30)
NOW_S = 15.5 * 3600
OPENED = Window(started_at=MIDNIGHT + timedelta(hours=4), ended_at=NOW)


@dataclass(frozen=True)
class Told:
    """A mall that was told of a morning, and what really happened in it."""

    actor: Actor
    truth: Truth
    plan: MallPlan

    def entries(self, line: str, *, is_in: bool = True) -> int:
        """Crossings until now of those whom no device recognises as staff: who bears no mark is a visitor to it."""
        return sum(
            c.line == line and c.is_in == is_in and c.at_s < NOW_S and not c.person.staff for c in self.truth.crossings
        )


@pytest.fixture(scope='module')
def told(database: Database, qinghe: MallPlan, small_world: World, small_day: list[Party]) -> Told:
    mall, _ = import_mall(actor=system_actor('seeder'), document=qinghe.document, now=NOW)
    actor = system_actor('seeder', mall.id)
    since = MIDNIGHT - timedelta(days=3)
    perform(furnish, actor=actor, document=qinghe.document, since=since, now=NOW)
    PlatformSink(mall.id, qinghe).devices(day_readings(small_world.day(SUNDAY), ZONE, until=NOW, seqs={}))
    return Told(actor, Truth.of(qinghe, small_day), qinghe)


def test_FT_R7_footfall_is_what_came_in_by_the_outer_doors(told: Told) -> None:
    summary = ask(queries.cockpit_summary, actor=told.actor, now=NOW)

    assert summary.footfall.value == sum(told.entries(door.code) for door in told.plan.external_doors)
    assert summary.leavings.value == sum(told.entries(door.code, is_in=False) for door in told.plan.external_doors)


def test_every_entrance_counted_its_people(told: Told) -> None:
    ranking = ask(queries.door_ranking, actor=told.actor, now=NOW)

    counted = {rank.code: (rank.ins.value, rank.outs.value) for rank in ranking}
    assert counted == {
        door.code: (told.entries(door.code), told.entries(door.code, is_in=False)) for door in told.plan.external_doors
    }


def test_every_minute_of_a_door_is_right(told: Told) -> None:
    line = next(one for one in ask(queries.list_lines, actor=told.actor) if one.code == 'door-f1-main')
    window = Window(started_at=NOW - timedelta(minutes=90), ended_at=NOW)
    points = ask(queries.series, actor=told.actor, now=NOW, grain=Grain.MINUTE, window=window, line_id=line.id).points
    found = {int((p.bucket_at - MIDNIGHT).total_seconds() // 60): p.ins.value for p in points}

    wanted = dict.fromkeys(found, 0)
    for crossing in told.truth.crossings:
        minute = int(crossing.at_s // 60)
        if crossing.line == 'door-f1-main' and crossing.is_in and not crossing.person.staff and minute in wanted:
            wanted[minute] += 1
    assert len(found) == 90
    assert {minute: count or 0 for minute, count in found.items()} == wanted


def test_people_on_each_floor_are_those_who_are_there(told: Told) -> None:
    floors = {floor.id: floor.code for floor in ask(list_floors, actor=told.actor)}
    occupancy = {
        floors.get(o.floor_id): o.uncorrected for o in ask(queries.occupancy_by_floor, actor=told.actor, now=NOW)
    }

    for code in floors.values():
        lines = [d.code for d in told.plan.doors.values() if d.floor == code and d.kind != 'shop']
        assert occupancy[code] == sum(told.entries(line) - told.entries(line, is_in=False) for line in lines)


def test_dwell_in_each_shop_is_what_visitors_spent_there(told: Told) -> None:
    zones = {zone.id: zone for zone in ask(queries.list_zones, actor=told.actor)}
    dwell = ask(queries.dwell_by_zone, actor=told.actor, now=NOW, window=OPENED)
    shops = {zones[d.zone_id].code: d for d in dwell if zones[d.zone_id].kind is ZoneKind.SHOP}

    for code in ('f1-01', 'f1-02', 'f1-05'):
        visits = [v for v in told.truth.visits if v.zone == code and v.until_s < NOW_S and not v.person.staff]
        stays = [visit.until_s - visit.from_s for visit in visits if visit.until_s - visit.from_s >= 60]
        assert shops[code].mean_s == pytest.approx(sum(stays) / len(stays), rel=0.08)
        assert shops[code].visits.value == pytest.approx(len(stays), rel=0.08)
