"""`make demo` from an empty folder: figures that move, a calm end, and data that stays."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser import stand
from tests.integrations.brokers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TODAY = '.at-metric__value >> nth=0'


@pytest.fixture(scope='module')
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short path: the database's socket lies in it."""
    return tmp_path_factory.mktemp('demo')


@pytest.fixture(scope='module')
def running(state: Path) -> Iterator[stand.Demo]:
    stand.find_chromium()
    with stand.demo(state, port=free_port()) as demo:
        yield demo
        left = _processes_of(state)
        stand.end(demo.process)
        assert demo.process.returncode == 0
        assert left, 'there was something to end'
        assert _processes_of(state) == []


def test_the_managers_figures_move(running: stand.Demo) -> None:
    with stand.chromium() as browser:
        _, page = stand.signed_in(browser, running, 'manager')
        page.goto(f'{running.address}/cockpit')
        page.wait_for_function(
            "document.querySelector('.at-metric__value').innerText.trim().length > 0", timeout=90_000
        )
        first = page.inner_text(TODAY)
        page.wait_for_function(
            "first => document.querySelector('.at-metric__value').innerText !== first", arg=first, timeout=120_000
        )

        assert page.inner_text(TODAY) != first


def test_nothing_is_asked_of_the_world_outside(running: stand.Demo) -> None:
    asked: list[str] = []
    with stand.chromium() as browser:
        context, page = stand.signed_in(browser, running, 'operations')
        context.on('request', lambda request: asked.append(request.url))
        for path in ('/cockpit', '/operations/footfall', '/me'):
            page.goto(f'{running.address}{path}')
            page.wait_for_load_state('load')

    foreign = [url for url in asked if not url.startswith((running.address, 'data:', 'blob:'))]
    assert asked
    assert foreign == []


def test_every_part_becomes_ready_and_readiness_says_so(running: stand.Demo) -> None:
    deadline = time.monotonic() + 120  # the vision service loads its libraries while the mall is open already
    while True:
        with urllib.request.urlopen(f'{running.address}/readyz') as answer:
            found = json.load(answer)['parts']
        if set(found.values()) == {'ok'} or time.monotonic() > deadline:
            break
        time.sleep(1)

    assert found == {'database': 'ok', 'broker': 'ok', 'vision': 'ok'}


def test_the_camera_wall_shows_live_pictures(running: stand.Demo) -> None:
    with stand.chromium() as browser:
        _, page = stand.signed_in(browser, running, 'security')
        page.goto(f'{running.address}/cameras')
        page.wait_for_function(
            "[...document.querySelectorAll('main img')].some(picture => picture.naturalWidth > 0)", timeout=120_000
        )

        assert page.get_by_text('safety.vision_unavailable').count() == 0


def test_metrics_count_the_operations(running: stand.Demo) -> None:
    with urllib.request.urlopen(f'{running.address}/metrics') as answer:
        assert b'atrium_operations_total' in answer.read()


def _processes_of(state: Path) -> list[psutil.Process]:
    """Processes that run in this demo's folder: its parts, and its database."""
    found = []
    for process in psutil.process_iter(['cmdline', 'environ']):
        line = ' '.join(process.info['cmdline'] or [])
        environment = process.info['environ'] or {}
        is_part = environment.get('ATRIUM_STATE') == str(state) and 'atrium' in line
        if (is_part or str(state) in line) and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found
