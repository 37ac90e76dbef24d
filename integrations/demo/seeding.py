"""Fills an empty database: the malls, their people, their devices, and a history to compare with.

What a first look needs (today, the days before, the same days a year ago) is there in seconds; the rest of the history
is filled in behind the running mall.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from domain.devices.queries import list_devices
from domain.footfall.commands import EnsurePartitions
from domain.footfall.operations import ensure_partitions
from domain.mall.operations import import_mall
from domain.mall.queries import list_malls
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.demo import malls, people, state, trade
from integrations.demo.bills import open_bills, tell_past_bills
from integrations.demo.cameras import hang_drawn_cameras
from integrations.demo.furnishing import furnish
from integrations.demo.hazards import seed_hazards
from integrations.demo.history import PlatformSink
from integrations.demo.leases import open_leases
from integrations.demo.membership import enrol_the_rest, open_membership
from integrations.demo.meters import hang_meters, tell_past_hours
from integrations.demo.nights import work_a_night
from integrations.demo.stock import open_stock
from integrations.demo.tenancy import open_tenancy
from integrations.demo.turnover import tell_past_turnover, tell_turnover
from integrations.demo.zreports import hand_in_z_reports
from integrations.simulator.history import HistorySpan, generate
from integrations.simulator.plan import MallPlan
from integrations.simulator.store import hand_over

Say = Callable[[str], None]
COMPARED_WITH = (364, 7, 1)  # days ago: the aligned day of last year, the same weekday, yesterday
WITHOUT_DETAIL = -1
ZONE_DAYS = 63  # nine weeks: a shop's last four whole ones and the four before
WATCHED = 'yunji'  # the mall whose cameras the vision service watches
FILLED = 'history-filled'
NOT_SOLD_IN = frozenset({'services', 'cinema', 'leisure', 'arcade', 'fitness'})


def seed(folder: Path, *, days: int, say: Say, has_past: bool = True) -> None:
    """Does what is missing for a first look; an installation that is complete is left as it is.

    The day so far is told reading by reading and takes as long as everything else together, so the first mall's is
    written by a process beside this one.
    """
    begun = time.monotonic()
    now = datetime.now(UTC)
    documents = malls.documents(malls.chosen_zone(folder, now, say))
    actor = system_actor('seeder')
    is_new = not ask(list_malls, actor=actor)
    ids = {code: import_mall(actor=actor, document=document, now=now)[0].id for code, document in documents.items()}
    if is_new:
        people.settle(actor=actor, malls=ids, password=SecretStr(os.environ[state.PASSWORD]))
    since = now - timedelta(days=days + 2)
    new = {code: ids[code] for code in ids if equip(code, ids[code], documents[code], since, now, say)}
    if not new or not has_past:
        return
    first, *others = new
    with _beside('--today', first):
        for code, mall_id in new.items():
            _days_compared_with(MallPlan(documents[code]), mall_id, now)
        for code in others:
            seed_today(folder, code, say=say)
        if trade.MALL in new:
            open_membership(new[trade.MALL], _shops(documents[trade.MALL]), now, say)
            trade.open_trade(new[trade.MALL], now, say)
            _let(new[trade.MALL], documents[trade.MALL], now, say)
            open_stock(new[trade.MALL], now, say)
            work_a_night(new[trade.MALL], say)
    say(f'The malls have a past to compare with, after {time.monotonic() - begun:.0f} s.')


def _let(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> None:
    """The mall's leases and what its shops reported, with the people of a shop."""
    if open_leases(mall_id, document, now, say):
        tell_turnover(mall_id, document, now, say)
        hand_in_z_reports(mall_id, document, now, say)
        hang_meters(mall_id, document, now, say)
        open_bills(mall_id, now, say)
        open_tenancy(mall_id, now, say)
        people.settle_shops(mall_id=mall_id, password=SecretStr(os.environ[state.PASSWORD]))


def seed_today(folder: Path, code: str, *, say: Say) -> None:
    """The day so far of one mall, from which its live simulation goes on."""
    now = datetime.now(UTC)
    document = malls.documents(malls.chosen_zone(folder, now, say))[code]
    [mall] = [mall for mall in ask(list_malls, actor=system_actor('seeder')) if mall.code == code]
    plan = MallPlan(document)
    told = generate(plan, PlatformSink(mall.id, plan), HistorySpan(until=now, days=0, detail_days=0))
    hand_over(folder / 'simulator', code, told.last_seqs, now)


@contextmanager
def _beside(*options: str) -> Iterator[None]:
    """Runs `atrium db seed` with these options beside the block.

    :raises RuntimeError: when it failed; it has said why.
    """
    process = subprocess.Popen([sys.executable, '-m', 'atrium', 'db', 'seed', *options])  # noqa: S603 - our own command
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.wait() != 0:
        raise RuntimeError(f'atrium db seed {" ".join(options)} ended with {process.returncode}')


def fill(folder: Path, *, days: int, say: Say) -> None:
    """Fills in the rest of the history, behind the running mall; once, and from the start if it was broken off."""
    if (folder / FILLED).exists():
        return
    now = datetime.now(UTC)
    documents = malls.documents(malls.chosen_zone(folder, now, say))
    for mall in ask(list_malls, actor=system_actor('seeder')):
        if mall.code == trade.MALL:
            trade.tell_past_trade(mall.id, now, say)
            enrol_the_rest(mall.id, _shops(documents[mall.code]))
            tell_past_turnover(mall.id, documents[mall.code], now, say)
            tell_past_bills(mall.id, now, say)
            tell_past_hours(mall.id, documents[mall.code], now, say)
        plan = MallPlan(documents[mall.code])
        generate(plan, PlatformSink(mall.id, plan), _days(now - timedelta(days=1), days - 1))
        say(f'{mall.code}: {days} days of history.')
        if mall.code == trade.MALL:
            work_a_night(mall.id, say)
    (folder / FILLED).touch()


def equip(code: str, mall_id: MallId, document: Mapping[str, Any], since: datetime, now: datetime, say: Say) -> bool:
    """Registers the mall's devices and draws its lines and zones; False where that was done before."""
    actor = system_actor('seeder', mall_id)
    perform(ensure_partitions, actor=actor, command=EnsurePartitions())
    if ask(list_devices, actor=actor):
        return False
    hung = perform(furnish, actor=actor, document=document, since=since, now=now)
    say(f'{code}: {hung.devices} devices, {hung.lines} counting lines, {hung.zones} zones.')
    if code == WATCHED:
        perform(hang_drawn_cameras, actor=actor, now=now)
        seed_hazards(mall_id, now)
    return True


def _days_compared_with(plan: MallPlan, mall_id: MallId, now: datetime) -> None:
    for days_ago in COMPARED_WITH:
        generate(plan, PlatformSink(mall_id, plan), _days(now - timedelta(days=days_ago), 0))


def _days(until: datetime, before: int) -> HistorySpan:
    """The day of an instant and some days before it, in quarters and hours. A bucket loads once: they may overlap."""
    return HistorySpan(until=until, days=before, minute_days=-1, zone_days=ZONE_DAYS, detail_days=WITHOUT_DETAIL)


def _shops(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The shops of the plan, in which members buy."""
    units = [unit for building in document['buildings'] for floor in building['floors'] for unit in floor['units']]
    return [unit for unit in units if unit['category'] not in NOT_SOLD_IN]
