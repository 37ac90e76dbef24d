"""`make demo`: starts the whole platform in one process group and ends it cleanly on Ctrl-C."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from domain.shared import provisioning
from domain.shared.migration import APP_ROLE
from integrations.demo import malls, people
from integrations.demo import state as remembered
from integrations.demo.cameras import drawn_cameras_file
from integrations.embedded.ports import next_free
from integrations.embedded.postgres import EmbeddedPostgres
from integrations.embedded.supervisor import Child, Supervisor, end_on_signals
from integrations.simulator.paygate.keys import kept_keys
from integrations.simulator.paygate.merchant import Merchant

DATABASE = 'atrium'
READY_WITHIN_S = 90.0
SERVING, PLAYING = ('broker', 'paygate', 'web'), ('worker', 'vision', 'simulate')
Say = Callable[[str], None]
Variables = dict[str, str]


def demo(*, state: Path, web_port: int, reset: bool, say: Say = print) -> int:
    """Runs until Ctrl-C; 0 when it ended as asked, 1 when a part could not be kept alive."""
    postgres = EmbeddedPostgres(state / 'postgres')
    if reset:
        _forget(state, postgres, say)
    say('Starting the database …')
    postgres.start()
    try:
        return _run(state, postgres, web_port, say)
    finally:
        postgres.stop()
        say('Atrium has ended. The data stays; `make demo` goes on with it, `make demo-reset` starts afresh.')


def _run(state: Path, postgres: EmbeddedPostgres, web_port: int, say: Say) -> int:
    variables = prepare(state, postgres, web_port, say)
    serving = Supervisor([part(state, name, variables) for name in SERVING], say=say)
    playing = Supervisor([part(state, name, variables) for name in PLAYING], say=say)
    end_on_signals(serving)
    serving.start()
    seeding = seeder('--recent', variables=variables)
    helpers = [seeding]
    try:
        if not _done(seeding, serving):
            say('The database could not be filled; the lines above say why.')
            return 1
        serving.children += playing.children
        playing.start()
        helpers.append(seeder(variables=variables, output=state / 'logs' / 'history.log'))
        _greet(variables, state, serving, say)
        return 0 if serving.watch() else 1
    finally:
        say('Ending …')
        for helper in helpers:
            helper.terminate()
        serving.stop()


def _done(seeder: subprocess.Popen[bytes], supervisor: Supervisor) -> bool:
    """Waits for the seeder; True when it did its work, or when the person has asked to end meanwhile."""
    while seeder.poll() is None and not supervisor.is_ending:
        time.sleep(0.1)
    return supervisor.is_ending or seeder.returncode == 0


def prepare(state: Path, postgres: EmbeddedPostgres, web_port: int, say: Say) -> Variables:
    """Makes the database ready and decides where everything listens; the same secrets and ports as last time."""
    variables = remembered.with_secrets(state)
    password = variables['ATRIUM_DEMO_DATABASE_PASSWORD']
    provisioning.ensure_database(postgres.owner_url(), DATABASE)
    provisioning.ensure_role(postgres.owner_url(DATABASE), password)
    provisioning.upgrade(postgres.owner_url(DATABASE))
    web = next_free(web_port, purpose='the web pages', say=say)
    broker = next_free(1883, purpose='the MQTT broker', say=say)
    vision = next_free(8090, purpose='the vision service', say=say)
    paygate = next_free(8070, purpose='the simulated payment gateway', say=say)
    merchant = Merchant(kept_keys(state / 'paygate.json'))
    gateway = variables['ATRIUM_VISION_MQTT_PASSWORD']
    variables |= merchant.environment(f'http://127.0.0.1:{paygate}', f'http://127.0.0.1:{web}')
    variables |= {
        'ATRIUM_DATABASE__URL': postgres.url(DATABASE, APP_ROLE, password),
        'ATRIUM_DATABASE__OWNER_URL': postgres.owner_url(DATABASE),
        'ATRIUM_BROKER__PORT': str(broker),
        'ATRIUM_WEB__PORT': str(web),
        'ATRIUM_VISION__URL': f'http://127.0.0.1:{vision}',
        'ATRIUM_VISION_HTTP_PORT': str(vision),
        'ATRIUM_VISION_MQTT_PORT': str(broker),
        'ATRIUM_VISION_STATE_DIR': str(state / 'vision'),
        'ATRIUM_VISION_CAMERAS_FILE': str(_cameras_file(state)),
        'ATRIUM_SIMULATOR__PORT': str(broker),
        'ATRIUM_SIMULATOR__PASSWORD': gateway,
        'ATRIUM_SIMULATOR__PAYGATE_PORT': str(paygate),
        'ATRIUM_SIMULATOR__PAYGATE_KEYS': str(state / 'paygate.json'),
        'ATRIUM_SIMULATOR__ZONE': malls.chosen_zone(state, datetime.now(UTC), say),
        'ATRIUM_SIMULATOR__STATE_DIR': str(state / 'simulator'),
        'ATRIUM_WORKER__ANCHOR_FILE': str(state / 'audit-anchors.jsonl'),
        'ATRIUM_STATE': str(state),
    }
    remembered.save(state, variables)
    return variables


def seeder(*options: str, variables: Mapping[str, str], output: Path | None = None) -> subprocess.Popen[bytes]:
    """`atrium db seed` as a process; with a file for its output it works gently, behind everything else."""
    command = [sys.executable, '-m', 'atrium', 'db', 'seed', *options]
    if output is None:
        return subprocess.Popen(command, env=_environment(variables))  # noqa: S603 - our own command
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open('ab') as file:
        return subprocess.Popen(['nice', '-n', '15', *command], env=_environment(variables), stdout=file, stderr=file)  # noqa: S603, S607


def part(state: Path, name: str, variables: Mapping[str, str]) -> Child:
    arguments = {'vision': ['vision', 'run']}.get(name, [name])
    return Child(
        name=name,
        command=[sys.executable, '-m', 'atrium', *arguments],
        environment=_environment(variables),
        log_file=state / 'logs' / f'{name}.log',
    )


def _cameras_file(state: Path) -> Path:
    """The vision service's cameras: the drawn ones at first, and people add theirs."""
    path = state / 'cameras.toml'
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn_cameras_file(), encoding='utf-8')
    return path


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **variables, 'PYTHONUNBUFFERED': '1', 'TZ': 'Asia/Shanghai'}


def _greet(variables: Mapping[str, str], state: Path, supervisor: Supervisor, say: Say) -> None:
    address = f'http://127.0.0.1:{variables["ATRIUM_WEB__PORT"]}'
    if not _answers(f'{address}/healthz', supervisor):
        say(f'The web pages do not answer yet; see {state / "logs" / "web.log"}.')
        return
    say(f'\n  Atrium is open:  {address}\n')
    say(f'  Password of every demo login:  {variables[remembered.PASSWORD]}')
    for person in (*people.PEOPLE, people.ADMINISTRATOR):
        say(f'    {person.login:<12}{person.name}  {person.first_page}')
    wallet = f'http://127.0.0.1:{variables["ATRIUM_SIMULATOR__PAYGATE_PORT"]}'
    say(f'\n  Codes that a till shows are paid in the wallet: {wallet}')
    say(f'\n  Logs: {state / "logs"}   Ctrl-C ends everything.\n')


def _answers(url: str, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and not supervisor.is_ending:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


def _forget(state: Path, postgres: EmbeddedPostgres, say: Say) -> None:
    if not state.exists():
        return
    say(f'Throwing away {state} …')
    if (state / 'postgres' / 'PG_VERSION').exists():
        postgres.start()
        postgres.stop()
    shutil.rmtree(state)
