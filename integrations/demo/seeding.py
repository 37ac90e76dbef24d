"""Fills an empty database: the malls, their people, their devices, and a history to compare with."""

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
from integrations.demo import people, state
from integrations.demo.furnishing import furnish

ASSETS = Path(__file__).parents[2] / 'assets' / 'demo_mall'
CODES = ('yunji', 'qinghe')
Say = Callable[[str], None]


def seed(*, days: int, say: Say) -> None:
    """Does what is missing; an installation that is complete is left as it is."""
    begun = time.monotonic()
    actor = system_actor('seeder')
    documents = {code: _document(code) for code in CODES}
    now = datetime.now(UTC)
    since = now - timedelta(days=days + 1)
    known = {mall.code for mall in ask(list_malls, actor=actor)}
    malls = {code: import_mall(actor=actor, document=document, now=now)[0].id for code, document in documents.items()}
    if not known:
        people.settle(actor=actor, malls=malls, password=SecretStr(os.environ[state.PASSWORD]))
        say(f'{len(people.PEOPLE) + 1} people may sign in.')
    for code, mall_id in malls.items():
        _equip(code, mall_id, documents[code], since, now, say)
    say(f'Ready after {time.monotonic() - begun:.0f} s.')


def _equip(code: str, mall_id: MallId, document: Mapping[str, Any], since: datetime, now: datetime, say: Say) -> None:
    actor = system_actor('seeder', mall_id)
    perform(ensure_partitions, actor=actor, command=EnsurePartitions())
    if ask(list_devices, actor=actor):
        return
    hung = perform(furnish, actor=actor, document=document, since=since, now=now)
    say(f'{code}: {hung.devices} devices, {hung.lines} counting lines, {hung.zones} zones.')


def _document(code: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ASSETS / f'{code}.json').read_text(encoding='utf-8'))
    return loaded
