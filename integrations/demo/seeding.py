"""Fills an empty database: the malls, their people, their devices, and a history to compare with.

What a first look needs (today, the days before, the same days a year ago) is there in seconds; the rest of the history
is filled in behind the running mall.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
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
from integrations.demo import malls, people, state
from integrations.demo.furnishing import furnish
from integrations.demo.history import PlatformSink
from integrations.simulator.history import HistorySpan, generate
from integrations.simulator.plan import MallPlan

Say = Callable[[str], None]
RECENT_DAYS = 8
YEAR = timedelta(days=364)
WITHOUT_DETAIL = -1
NUMBERS = 'device-numbers.json'
FILLED = 'history-filled'


def seed(folder: Path, *, days: int, say: Say) -> None:
    """Does what is missing for a first look; an installation that is complete is left as it is."""
    begun = time.monotonic()
    now = datetime.now(UTC)
    documents = malls.documents(malls.chosen_zone(folder, now, say))
    actor = system_actor('seeder')
    is_new = not ask(list_malls, actor=actor)
    ids = {code: import_mall(actor=actor, document=document, now=now)[0].id for code, document in documents.items()}
    if is_new:
        people.settle(actor=actor, malls=ids, password=SecretStr(os.environ[state.PASSWORD]))
    numbers = {}
    for code, mall_id in ids.items():
        if equip(code, mall_id, documents[code], now - timedelta(days=days + 2), now, say):
            numbers[code] = _recent(MallPlan(documents[code]), mall_id, now)
    if numbers:
        (folder / NUMBERS).write_text(json.dumps(numbers), encoding='utf-8')
        say(f'The malls are furnished and have a past, after {time.monotonic() - begun:.0f} s.')


def fill(folder: Path, *, days: int, say: Say) -> None:
    """Fills in the rest of the history, behind the running mall; once, and from the start if it was broken off."""
    if (folder / FILLED).exists():
        return
    now = datetime.now(UTC)
    documents = malls.documents(malls.chosen_zone(folder, now, say))
    for mall in ask(list_malls, actor=system_actor('seeder')):
        plan = MallPlan(documents[mall.code])
        for begin, until in ((RECENT_DAYS + 1, YEAR.days - 2), (YEAR.days + 2, days)):
            span = HistorySpan(
                until=now - timedelta(days=begin), days=until - begin, minute_days=-1, detail_days=WITHOUT_DETAIL
            )
            generate(plan, PlatformSink(mall.id, plan), span)
        say(f'{mall.code}: {days} days of history.')
    (folder / FILLED).touch()


def equip(code: str, mall_id: MallId, document: Mapping[str, Any], since: datetime, now: datetime, say: Say) -> bool:
    """Registers the mall's devices and draws its lines and zones; False where that was done before."""
    actor = system_actor('seeder', mall_id)
    perform(ensure_partitions, actor=actor, command=EnsurePartitions())
    if ask(list_devices, actor=actor):
        return False
    hung = perform(furnish, actor=actor, document=document, since=since, now=now)
    say(f'{code}: {hung.devices} devices, {hung.lines} counting lines, {hung.zones} zones.')
    return True


def _recent(plan: MallPlan, mall_id: MallId, now: datetime) -> dict[str, int]:
    """Today and the days before, and the same days a year ago; returns up to which number each device has spoken."""
    sink = PlatformSink(mall_id, plan)
    a_year_ago = HistorySpan(until=now - YEAR + timedelta(days=1), days=2, minute_days=-1, detail_days=WITHOUT_DETAIL)
    generate(plan, sink, a_year_ago)
    return generate(plan, sink, HistorySpan(until=now, days=RECENT_DAYS, minute_days=-1, detail_days=0)).last_seqs
