"""Which member calls: `Me` for every route but signing in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from domain.aftersales import permissions as aftersales
from domain.coupons import permissions as coupons
from domain.members import permissions as members
from domain.members.commands import MemberId
from domain.members.signing_in import SignedOut, authenticate, mall_of_token
from domain.sales import permissions as sales
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import run_query
from integrations.api.access import RateLimit

bearer = HTTPBearer(auto_error=False, description="A member's token: `atm_…`")

# What a member may do, always with the member's own number: no route takes another.
RIGHTS = frozenset(
    permission.code
    for permission in (
        members.VIEW, members.VIEW_PERSONAL, members.VIEW_POINTS, members.ENROL, members.READ_MESSAGES,
        coupons.VIEW, sales.VIEW, aftersales.VIEW, aftersales.REQUEST, aftersales.CLAIM,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """The member behind the token, and as whom the domain sees them."""

    id: MemberId
    actor: Actor
    token: SecretStr


async def signed_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Member:
    """The member behind the token.

    :raises TooManyRequests: when they call too often; counted before the token is looked at.
    :raises SignedOut: without a token that is known and valid.
    """
    limit: RateLimit = request.app.state.rate_limit
    token = credentials.credentials if credentials else ''
    limit.spend(f'member:{token[:20]}' if token else address_of(request))
    mall_id = mall_of_token(token)
    if mall_id is None:
        raise SignedOut
    asking = system_actor('sign-in', mall_id)
    member_id = await run_query(authenticate, actor=asking, token=SecretStr(token), now=datetime.now(UTC))
    actor = Actor(
        name=f'member:{member_id}',
        kind='consumer',
        mall_id=mall_id,
        permissions=RIGHTS,
        request_id=request.scope['request_id'],
    )
    return Member(member_id, actor, SecretStr(token))


def address_of(request: Request) -> str:
    return f'address:{request.client.host if request.client else ""}'


Me = Annotated[Member, Depends(signed_in)]
