"""Device event → DOM change in a real Chromium, with 200 connected clients; memory per connected client.

Ours goes MQTT → broker → ingest → PostgreSQL → NOTIFY → web → WebSocket → DOM, with every figure of the cockpit asked
anew. The reference is the least that can be done: one NiceGUI process that hears the same broker and sets a label, no
database, the same number of clients. A client here is a page that was built and a socket that listens, as a browser's
would; one more is a real browser, in which a MutationObserver notes the time of each change.
"""

import ast
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import aiomqtt
import httpx
import orjson
import psutil
import socketio
from playwright.async_api import Page, async_playwright

from integrations.demo import run
from integrations.demo import state as remembered
from integrations.embedded.postgres import EmbeddedPostgres
from tests.browser.stand import CHROMIUM_FLAGS, find_chromium
from tests.integrations.brokers import free_port

CLIENTS = int(os.environ.get('ATRIUM_BENCH_CLIENTS', '200'))
EVENTS = int(os.environ.get('ATRIUM_BENCH_EVENTS', '60'))
GOAL_MS = 1000.0
TOPIC = 'atrium/v1/yunji/cnt-door-f1-main/crossings'
OBSERVE = """selector => {
    const target = document.querySelector(selector);
    window.changes = [];
    new MutationObserver(() => window.changes.push([Date.now(), target.innerText]))
        .observe(target, {childList: true, characterData: true, subtree: true});
}"""


@dataclass
class Site:
    """One web process to be measured."""

    name: str
    address: str
    path: str
    selector: str
    process: psutil.Process
    broker: run.Variables
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    latencies_ms: list[float]
    kb_per_client: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix='atrium-push-', ignore_cleanup_errors=True) as folder:
        asyncio.run(_compare(Path(folder)))


async def _compare(folder: Path) -> None:
    with _platform(folder) as ours:
        await _sign_in(ours)
        measured = await _measure(ours)
        with _bare(ours.broker) as reference:
            bare = await _measure(reference)
    for share, name in ((0.5, 'push_p50'), (0.95, 'push_p95')):
        mine, theirs = (_quantile(each.latencies_ms, share) for each in (measured, bare))
        _say(name, 'ms', mine, theirs, goal=f'< {GOAL_MS:.0f} with {CLIENTS} clients', met=mine < GOAL_MS)
    _say('push_memory_per_client', 'kB', measured.kb_per_client, bare.kb_per_client, goal='reported', met=True)


async def _measure(site: Site) -> Result:
    before = site.process.memory_info().rss
    async with _clients(site):
        kb = (site.process.memory_info().rss - before) / CLIENTS / 1024
        latencies = await _push(site)
    return Result(latencies, kb)


async def _push(site: Site) -> list[float]:
    """Sends events one by one, each after the last was seen, at odd moments, and reads the browser's clock."""
    latencies = []
    async with _browser(site) as page, _gateway(site.broker) as client:
        await page.evaluate(OBSERVE, site.selector)
        for number in range(1, EVENTS + 1):
            seen = await page.evaluate('window.changes.length')
            sent_ms = time.time() * 1000
            await client.publish(TOPIC, _crossing(number), qos=1)
            await page.wait_for_function('n => window.changes.length > n', arg=seen, timeout=30_000)
            changed_ms = await page.evaluate('n => window.changes[n][0]', seen)
            latencies.append(changed_ms - sent_ms)
            await asyncio.sleep(0.7 + 0.61 * (number % 5) / 4)
    return latencies


@asynccontextmanager
async def _clients(site: Site) -> AsyncIterator[None]:
    """Pages with their sockets open."""
    sockets = []
    async with httpx.AsyncClient(base_url=site.address, cookies=site.cookies, timeout=60) as http:
        for _ in range(CLIENTS):
            sockets.append(await _client(site, http))
    await asyncio.sleep(5)
    assert all(socket.connected for socket in sockets), 'a client was dropped'
    yield
    for socket in sockets:
        socket.telling.cancel()
        await socket.disconnect()


async def _client(site: Site, http: httpx.AsyncClient) -> socketio.AsyncClient:
    page = await http.get(site.path)
    page.raise_for_status()
    found = re.search(r'query: (\{.*?\}),\s*extraHeaders', page.text, re.DOTALL)
    assert found is not None, 'the page holds no socket parameters'
    query = ast.literal_eval(found.group(1)) | {
        'document_id': f'd{id(page)}',
        'tab_id': f't{id(page)}',
        'old_tab_id': '',
    }
    parameters = urlencode(query)
    socket = socketio.AsyncClient()
    _acknowledge(socket, query)
    cookie = '; '.join(f'{name}={value}' for name, value in http.cookies.items())
    await socket.connect(
        f'{site.address}?{parameters}',
        headers={'Cookie': cookie, 'Origin': site.address},
        socketio_path='/_nicegui_ws/socket.io',
        transports=['websocket'],
    )
    return socket


def _acknowledge(socket: socketio.AsyncClient, query: dict[str, object]) -> None:
    """Tells the server what has arrived, as a browser does every three seconds, so that it may forget it."""
    arrived = 0

    async def count(_: str, *__: object) -> None:
        nonlocal arrived
        arrived += 1

    async def tell() -> None:
        while True:
            await asyncio.sleep(3)
            if socket.connected:
                await socket.emit('ack', {'client_id': query['client_id'], 'next_message_id': arrived})

    socket.on('*', count)
    socket.telling = asyncio.create_task(tell())


@asynccontextmanager
async def _browser(site: Site) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        context = await browser.new_context(viewport={'width': 1920, 'height': 1080})
        await context.add_cookies([{'name': n, 'value': v, 'url': site.address} for n, v in site.cookies.items()])
        page = await context.new_page()
        await page.goto(f'{site.address}{site.path}')
        await page.wait_for_function(
            's => document.querySelector(s)?.innerText.trim()', arg=site.selector, timeout=60_000
        )
        await page.wait_for_timeout(2000)
        yield page
        await browser.close()


@asynccontextmanager
async def _gateway(variables: run.Variables) -> AsyncIterator[aiomqtt.Client]:
    async with aiomqtt.Client(
        '127.0.0.1',
        int(variables['ATRIUM_BROKER__PORT']),
        username='atrium-gateway',
        password=variables['ATRIUM_VISION_MQTT_PASSWORD'],
    ) as client:
        yield client


@contextmanager
def _platform(folder: Path) -> Iterator[Site]:
    """Database, broker, worker and web of the demo, furnished but without a simulated public."""
    postgres = EmbeddedPostgres(folder / 'postgres')
    postgres.start()
    try:
        variables = run.prepare(folder, postgres, free_port(), print)
        done = run.seeder('--bare', variables=variables).wait()
        assert done == 0, 'the database could not be filled'
        parts = [run.part(folder, name, variables | QUIET) for name in ('broker', 'worker', 'web')]
        for part in parts:
            part.start()
        address = f'http://127.0.0.1:{variables["ATRIUM_WEB__PORT"]}'
        _wait_for(f'{address}/healthz')
        web = parts[-1].process
        assert web is not None
        yield Site('ours', address, '/cockpit', '.at-metric__value', psutil.Process(web.pid), variables)
        for part in reversed(parts):
            assert part.process is not None
            part.process.terminate()
            part.process.wait(20)
    finally:
        postgres.stop()


QUIET = {'ATRIUM_WEB__BARE_PAGES_PER_MINUTE': '100000'}


async def _sign_in(site: Site) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        page = await browser.new_page()
        await page.goto(f'{site.address}/login')
        await page.get_by_label('账号').fill('finance')
        await page.get_by_label('密码').fill(site.broker[remembered.PASSWORD])
        await page.get_by_role('button', name='登录', exact=True).click()
        await page.wait_for_url(lambda url: '/login' not in url, timeout=60_000)
        site.cookies = {cookie['name']: cookie['value'] for cookie in await page.context.cookies()}
        await browser.close()


@contextmanager
def _bare(variables: run.Variables) -> Iterator[Site]:
    """The reference: a NiceGUI page whose label is set by whoever hears the broker."""
    port = free_port()
    command = [sys.executable, '-m', 'tests.benchmarks.push_reference', str(port)]
    with subprocess.Popen(command, env={**os.environ, **variables}) as process:
        address = f'http://127.0.0.1:{port}'
        _wait_for(address)
        yield Site('bare', address, '/', '#figure', psutil.Process(process.pid), variables)
        process.terminate()


def _crossing(number: int) -> bytes:
    now = datetime.now(UTC).isoformat()
    reading = {'seq': number, 'at': now, 'line': 'door-f1-main', 'direction': 'in', 'track': f't{number}'}
    return orjson.dumps({'v': 1, 'epoch': 1, 'sent_at': now, 'readings': [reading]})


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(url, timeout=2)
        except httpx.HTTPError:
            assert time.monotonic() < deadline, f'{url} does not answer'
            time.sleep(0.2)
        else:
            return


def _quantile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method='inclusive')[round(share * 100) - 1]


def _say(name: str, unit: str, ours: float, reference: float, *, goal: str, met: bool) -> None:
    figure = {
        'name': name,
        'unit': unit,
        'ours': round(ours, 1),
        'reference': round(reference, 1),
        'ratio': round(ours / reference, 2) if reference else None,
        'goal': goal,
        'met': met,
    }
    print(json.dumps(figure), flush=True)  # noqa: T201 - the benchmark's answer


if __name__ == '__main__':
    main()
