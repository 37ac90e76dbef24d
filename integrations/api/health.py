"""`/healthz`: this process lives. `/readyz`: what it depends on answers. `/metrics`: its figures.

Plain routes, so that probes and scrapers never build a page. Ready means that people can work: without the broker or
the vision service they can (figures then stand still and say so), without the database they cannot.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.routing import Route

from domain.shared.database import NOWHERE, reading
from domain.shared.errors import DomainError
from domain.shared.operations import run_in_thread

Check = Callable[[], Awaitable[str]]
"""Asks one part how it is: `ok`, or a sentence that says what is wrong and what to do."""

OK = 'ok'
PATIENCE_S = 3.0
FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    check: Check
    is_required: bool


class Readiness:
    """Asks all parts at once, and not more often than every two seconds."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts
        self._answer: dict[str, str] = {}
        self._asked_at = -FRESH_S
        self._lock = asyncio.Lock()

    async def ask(self) -> dict[str, str]:
        async with self._lock:
            if time.monotonic() - self._asked_at >= FRESH_S:
                answers = await asyncio.gather(*(_answer(part.check) for part in self._parts.values()))
                self._answer = dict(zip(self._parts, answers, strict=True))
                self._asked_at = time.monotonic()
            return self._answer

    def verdict(self, answers: Mapping[str, str]) -> str:
        bad = {name for name, answer in answers.items() if answer != OK}
        if any(self._parts[name].is_required for name in bad):
            return 'down'
        return 'degraded' if bad else 'ready'


async def _answer(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await check()
    except TimeoutError:
        return f'no answer within {PATIENCE_S:.0f} s'
    except DomainError as error:
        return error.sentence('en')
    except Exception as error:
        return f'{type(error).__name__}: {error}'


async def database_answers() -> str:
    """Opens a transaction as the application's role."""
    await run_in_thread(_open_transaction)
    return OK


def _open_transaction() -> None:
    with reading(NOWHERE):
        pass


def routes(parts: Mapping[str, Part], *, metrics_from: tuple[str, ...]) -> list[Route]:
    """The three addresses. `parts` are asked besides the database."""
    readiness = Readiness({'database': Part(database_answers, is_required=True), **parts})

    async def alive(_: Request) -> Response:
        return PlainTextResponse(OK)

    async def ready(_: Request) -> Response:
        answers = await readiness.ask()
        verdict = readiness.verdict(answers)
        return JSONResponse({'status': verdict, 'parts': answers}, 503 if verdict == 'down' else 200)

    async def metrics(request: Request) -> Response:
        if '*' not in metrics_from and (request.client is None or request.client.host not in metrics_from):
            return PlainTextResponse('not from here', 403)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route('/healthz', alive), Route('/readyz', ready), Route('/metrics', metrics)]
