"""A running demo for tests, benchmarks and screenshots: started like a person would, looked at with a real Chromium."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
OPEN_WITHIN_S = 400.0
END_WITHIN_S = 40.0
CHROMIUM_FLAGS = (
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
)


@dataclass
class Demo:
    """A demo that runs: where its page is, and the password of its people."""

    address: str
    password: str
    process: subprocess.Popen[str]
    output: Path
    seconds_to_open: float


def find_chromium() -> str:
    """The browser; tests skip without one, but never in CI."""
    path = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
    if path is None:
        if os.environ.get('CI') == 'true':
            pytest.fail('CI needs chromium: .ci/run installs it')
        pytest.skip('no chromium on this machine')
    return path


@contextmanager
def demo(state: Path, *, port: int) -> Iterator[Demo]:
    """Starts `atrium demo`, waits until it says that it is open, and ends it as Ctrl-C in a terminal does."""
    state.mkdir(parents=True, exist_ok=True)
    output = state / 'demo.out'
    begun = time.monotonic()
    with output.open('w') as file:
        process = subprocess.Popen(
            [sys.executable, '-m', 'atrium', 'demo', '--port', str(port)],
            cwd=ROOT,
            env={**os.environ, 'ATRIUM_STATE': str(state), 'ATRIUM_WEB__BARE_PAGES_PER_MINUTE': '6000'},
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        text = _wait_for(output, 'Ctrl-C ends everything', process)
        yield Demo(
            address=_found(r'Atrium is open:\s+(\S+)', text),
            password=_found(r'Password of every demo login:\s+(\S+)', text),
            process=process,
            output=output,
            seconds_to_open=time.monotonic() - begun,
        )
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> int:
    """Sends SIGINT to the whole group, as a terminal does, and waits."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        return process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser that reaches nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def signed_in(
    browser: Browser, running: Demo, login: str, *, width: int = 1280, height: int = 800, locale: str = 'zh-CN'
) -> tuple[BrowserContext, Page]:
    """A page of its own for one person."""
    context = browser.new_context(viewport={'width': width, 'height': height}, locale=locale)
    page = context.new_page()
    page.goto(f'{running.address}/login')
    page.get_by_label('账号').fill(login)
    page.get_by_label('密码').fill(running.password)
    page.get_by_role('button', name='登录', exact=True).click()
    page.wait_for_url(lambda url: '/login' not in url, timeout=60_000)
    return context, page


def _wait_for(output: Path, words: str, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + OPEN_WITHIN_S
    while time.monotonic() < deadline:
        text = output.read_text()
        if words in text:
            return text
        assert process.poll() is None, f'the demo ended by itself:\n{text}'
        time.sleep(0.2)
    raise AssertionError(f'the demo did not open within {OPEN_WITHIN_S:.0f} s:\n{output.read_text()}')


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.group(1)
