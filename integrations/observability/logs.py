"""One logging set-up for every process: structlog over the standard library, as JSON or readable in a terminal.

A field whose name sounds like a secret is replaced, whatever logged it, and so is a NiceGUI client id, which is a
bearer capability.
"""

import logging
import re
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET = re.compile(r'passw|secret|token|authorization|cookie|api_?key|client_id|totp', re.IGNORECASE)
CREDENTIALS = re.compile(r'(\w+://[^:/@\s]+):[^@/\s]+@')
CLIENT_IN_URL = re.compile(r'(/_nicegui/client/|client_id=)[0-9a-f-]{36}')
HIDDEN = '•••'


def configure(process: str, *, style: Literal['json', 'console'] = 'json', level: str = 'INFO') -> None:
    """Sends every log line of the process to standard error in one style, marked with the process's name."""
    structlog.contextvars.clear_contextvars()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt='iso', utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _named(process),
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if style == 'json' else structlog.dev.ConsoleRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer], foreign_pre_chain=shared
    )
    handler = _StandardError()
    handler.setFormatter(formatter)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for noisy in ('uvicorn.access', 'httpx', 'transitions', 'amqtt', 'watchfiles', 'alembic', 'procrastinate'):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is at that moment; a handler that keeps the stream outlives a replaced one."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        """The base class assigns one; the current standard error wins."""


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Hides secrets by the name of their field, and credentials and client ids inside any text."""
    return {key: HIDDEN if SECRET.search(str(key)) else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return CLIENT_IN_URL.sub(rf'\1{HIDDEN}', CREDENTIALS.sub(rf'\1:{HIDDEN}@', value))
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET.search(str(key)) else _clean(inner) for key, inner in value.items()}
    return value


def _named(process: str) -> Processor:
    def add(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return event | {'process': process}

    return add
