"""Logs carry who and what, never a secret."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from integrations.observability import logs


@pytest.fixture
def configured(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    handlers, level = logging.root.handlers[:], logging.root.level
    logs.configure('web')
    yield capsys
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def _last(captured: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(captured.readouterr().err.splitlines()[-1])


def test_a_line_is_json_with_process_request_and_actor(configured: pytest.CaptureFixture[str]) -> None:
    with structlog.contextvars.bound_contextvars(actor='林悦', request_id='r-1'):
        structlog.get_logger('atrium').info('shift opened', till=4)

    line = _last(configured)
    assert (line['event'], line['process'], line['actor'], line['request_id'], line['till']) == (
        'shift opened',
        'web',
        '林悦',
        'r-1',
        4,
    )


@pytest.mark.parametrize(
    'field', ['password', 'storage_secret', 'Authorization', 'access_token', 'api_key', 'client_id']
)
def test_a_secret_is_hidden_by_its_name(configured: pytest.CaptureFixture[str], field: str) -> None:
    structlog.get_logger('atrium').warning('trouble', **{field: 'hunter2', 'nested': {field: 'hunter2'}})

    assert 'hunter2' not in json.dumps(_last(configured))


def test_credentials_in_a_url_are_hidden_from_the_standard_library_too(configured: pytest.CaptureFixture[str]) -> None:
    logging.getLogger('other').warning('cannot reach %s', 'postgresql://atrium_app:hunter2@db:5432/mall')

    line = _last(configured)
    assert 'hunter2' not in str(line['event'])
    assert 'atrium_app' in str(line['event'])


def test_a_client_id_in_a_path_is_hidden(configured: pytest.CaptureFixture[str]) -> None:
    path = '/_nicegui/client/4f5ad1ae-6a8e-4bb3-9d0b-9a3c1f7a2b11/upload/3'
    logging.getLogger('uvicorn').warning('POST %s', path)

    assert '4f5ad1ae' not in str(_last(configured)['event'])


def test_importing_the_domain_configures_no_logging() -> None:
    code = 'import logging, domain.shared.operations; raise SystemExit(len(logging.root.handlers))'

    assert subprocess.run([sys.executable, '-c', code], check=False).returncode == 0
