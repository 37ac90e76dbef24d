"""The demo malls' documents, and the clock they live by.

A demo is looked at when somebody has time for it, which may be at night in Shanghai. A mall that sleeps shows nothing,
so an installation made at such an hour gives its malls a time zone in which it is early afternoon, and says so. The
zone is chosen once: history belongs to it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ASSETS = Path(__file__).parents[2] / 'assets' / 'demo_mall'
CODES = ('yunji', 'qinghe')
HOME = 'Asia/Shanghai'
FIRST_HOUR, LAST_HOUR, BEST_HOUR = 11, 20, 14
FILE = 'zone.json'


def zone_for(now: datetime) -> str:
    """Shanghai while its malls are busy, else the whole-hour zone in which it is about two in the afternoon."""
    if FIRST_HOUR <= now.astimezone(ZoneInfo(HOME)).hour < LAST_HOUR:
        return HOME
    ahead = (BEST_HOUR - now.astimezone(timezone(timedelta(0))).hour + 11) % 24 - 11
    return f'Etc/GMT{-ahead:+d}' if ahead else 'Etc/GMT'


def chosen_zone(state: Path, now: datetime, say: Callable[[str], None]) -> str:
    """The zone of this installation, chosen and remembered the first time."""
    path = state / FILE
    if path.exists():
        return str(json.loads(path.read_text(encoding='utf-8'))['zone'])
    zone = zone_for(now)
    if zone != HOME:
        local = now.astimezone(ZoneInfo(zone))
        say(f'It is night in Shanghai; the demo malls live where it is {local:%H:%M} ({zone}).')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({'zone': zone}), encoding='utf-8')
    return zone


def documents(zone: str) -> dict[str, dict[str, Any]]:
    """Every demo mall's document, in the given zone."""
    return {code: _document(code, zone) for code in CODES}


def _document(code: str, zone: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ASSETS / f'{code}.json').read_text(encoding='utf-8'))
    mall: Mapping[str, Any] = document['mall']
    return {**document, 'mall': {**mall, 'timezone': zone}}
