"""Who calls, and whether it may: `Caller` for routes of every key, `Requires(PERMISSION)` for the others.

A route without either fails the matrix test. The domain checks the permission again.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from domain.identity.errors import WrongApiKey
from domain.identity.operations import authenticate_api_key
from domain.identity.shop_keys import USE_NOTED_EVERY, note_key_use
from domain.shared.actor import ANONYMOUS, Actor
from domain.shared.errors import DomainError
from domain.shared.operations import run_operation, run_query
from domain.shared.permission import Permission

bearer = HTTPBearer(auto_error=False, description='An API key: `atr_…`')


class TooManyRequests(DomainError):
    code = 'api.too_many_requests'
    status = 429
    zh = '请求过于频繁，请在 {retry_after_s} 秒后重试。'
    en = 'Too many requests. Try again in {retry_after_s} s.'


class RateLimit:
    """A moving window per key, in this process; behind several processes each holds its own."""

    def __init__(self, per_second: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerSecond(per_second)

    def spend(self, who: str) -> None:
        """:raises TooManyRequests: when there is nothing left to spend in this second."""
        if not self._limiter.hit(self._item, who):
            reset = self._limiter.get_window_stats(self._item, who).reset_time
            raise TooManyRequests(retry_after_s=max(1, round(reset - time.time())))


class KeyUses:
    """When keys were last used, noted once a minute and process, so that reading costs no writing."""

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}

    async def note(self, actor: Actor, prefix: str, now: datetime) -> None:
        """Only prefixes of valid keys come here, so there are few."""
        if now - self._noted.get(prefix, datetime.min.replace(tzinfo=UTC)) >= USE_NOTED_EVERY:
            self._noted[prefix] = now
            await run_operation(note_key_use, actor=actor, prefix=prefix, now=now)


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Actor:
    """The machine behind the key.

    :raises TooManyRequests: when it calls too often; counted before the key is looked at.
    :raises WrongApiKey: without a key that is known and valid.
    """
    limit: RateLimit = request.app.state.rate_limit
    address = request.client.host if request.client else ''
    key = credentials.credentials if credentials else ''
    limit.spend(f'key:{key[:14]}' if key else f'address:{address}')
    if not key:
        raise WrongApiKey
    try:
        now = datetime.now(UTC)
        actor = await run_query(authenticate_api_key, actor=ANONYMOUS, key=key, now=now)
    except WrongApiKey:
        limit.spend(f'guess:{address}')
        raise
    uses: KeyUses = request.app.state.key_uses
    await uses.note(actor, key.split('_')[1], now)
    return replace(actor, request_id=request.scope['request_id'])


Caller = Annotated[Actor, Depends(caller)]


class Requires:
    """A dependency that lets through whoever holds the permission, and says so to the matrix test."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, actor: Caller) -> Actor:
        actor.require(self.permission)
        return actor
