"""Signing in by phone and one-time code, and out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, SecretStr

from domain.mall.queries import list_malls
from domain.members.commands import MemberId
from domain.members.ports import SmsPort
from domain.members.signing_in import (
    CODE_LASTS,
    LoginCode,
    LoginCodeWrong,
    SignedIn,
    SignInByCode,
    request_login_code,
    sign_in_by_code,
    sign_out_member,
)
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import NotFound
from domain.shared.operations import run_in_thread, run_operation, run_query
from integrations.api.access import RateLimit
from integrations.api.consumer.access import Me, address_of
from integrations.api.problems import responses

router = APIRouter(tags=['sign-in'])
MallCode = Annotated[str, Field(max_length=40, examples=['yunji'], description='The code of the mall.')]
Phone = Annotated[SecretStr, Field(max_length=24, examples=['13900000000'])]


class AskForCode(BaseModel):
    mall: MallCode
    phone: Phone


class GiveCode(BaseModel):
    mall: MallCode
    phone: Phone
    code: Annotated[SecretStr, Field(max_length=12, examples=['123456'])]


class Session(BaseModel):
    """Keep the token on the device; it is shown once."""

    member_id: MemberId
    token: str
    expires_at: datetime


@router.post('/sign-in/code', status_code=204, responses=responses(404, 503))
async def ask_for_code(request: Request, asked: AskForCode) -> None:
    """Sends a six-digit code by text message: one a minute and five an hour to a number.

    The answer is the same whether or not the number is a member's.
    """
    limit: RateLimit = request.app.state.rate_limit
    limit.spend(address_of(request))
    actor = await _at_the_door(asked.mall)
    code: LoginCode = await run_operation(request_login_code, actor=actor, phone=asked.phone)
    sms: SmsPort = request.app.state.sms
    await run_in_thread(_send, sms, code)


@router.post('/sign-in', responses=responses(404, 409))
async def sign_in(request: Request, given: GiveCode) -> Session:
    """Signs in; a number that no member has becomes a member. A code stands five guesses and counts once."""
    limit: RateLimit = request.app.state.rate_limit
    limit.spend(address_of(request))
    actor = await _at_the_door(given.mall)
    command = SignInByCode(phone=given.phone, code=given.code)
    found: SignedIn | None = await run_operation(sign_in_by_code, actor=actor, command=command)
    if found is None:
        raise LoginCodeWrong
    return Session(member_id=found.member_id, token=found.token.get_secret_value(), expires_at=found.expires_at)


@router.post('/sign-out', status_code=204, responses=responses())
async def sign_out(me: Me) -> None:
    """Ends this device's session."""
    await run_operation(sign_out_member, actor=me.actor, token=me.token)


async def _at_the_door(code: str) -> Actor:
    anywhere = system_actor('sign-in')
    for mall in await run_query(list_malls, actor=anywhere):
        if mall.code == code:
            return anywhere.within(MallId(mall.id))
    raise NotFound


def _send(sms: SmsPort, code: LoginCode) -> None:
    minutes = int(CODE_LASTS.total_seconds() // 60)
    sms.send_code(code.phone.get_secret_value(), code.code.get_secret_value(), minutes=minutes)
