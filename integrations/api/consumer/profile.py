"""Who the member is, what they agreed to, their code, tier and benefits, and closing the account."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, SecretStr

from domain.members.commands import Channel, DecideConsent, Purpose, ReviseMember
from domain.members.enrolment import cancel_closing, decide_consent, request_closing, revise_member
from domain.members.queries import (
    get_member,
    get_personal,
    get_tier_progress,
    list_benefits,
    list_consents,
    list_tier_steps,
    show_member_code,
)
from domain.members.views import (
    BenefitView,
    ClosingWarning,
    ConsentView,
    MemberView,
    TierProgress,
    TierStepView,
)
from domain.shared.operations import run_query
from domain.shared.sealing import CODE_STEP_S
from integrations.api.consumer.access import Me
from integrations.api.idempotency import Key, once
from integrations.api.problems import responses

router = APIRouter(tags=['profile'])


class Profile(BaseModel):
    member: MemberView
    phone: str | None
    name: str | None


class ReviseProfile(BaseModel):
    """What is left out stays as it is."""

    name: Annotated[SecretStr, Field(max_length=60)] | None = None
    born_on: date | None = None


class Decide(BaseModel):
    """What was shown, with its version, and what was decided."""

    is_granted: bool
    wording: Annotated[str, Field(min_length=1, max_length=200, examples=['marketing-2026-11'])]


class MemberCode(BaseModel):
    """For a QR code; show it anew before it ends."""

    code: str
    expires_in_s: int


@router.get('/profile', responses=responses())
async def profile(me: Me) -> Profile:
    """The member, with name and phone in clear; the look is on record."""
    member = await run_query(get_member, actor=me.actor, member_id=me.id, now=datetime.now(UTC))
    personal = await run_query(get_personal, actor=me.actor, member_id=me.id)
    return Profile(member=member, phone=personal.phone, name=personal.name)


@router.patch('/profile', responses=responses(409))
async def revise(me: Me, given: ReviseProfile, response: Response, key: Key = None) -> MemberView:
    """Corrects name or birthday."""
    command = ReviseMember(member_id=me.id, name=given.name, born_on=given.born_on)
    answer: MemberView = await once(revise_member, actor=me.actor, key=key, response=response, command=command)
    return answer


@router.get('/consents', responses=responses())
async def consents(me: Me) -> list[ConsentView]:
    """What the member last decided, purpose by purpose."""
    return await run_query(list_consents, actor=me.actor, member_id=me.id)


@router.put('/consents/{purpose}', status_code=204, responses=responses(409))
async def decide(me: Me, purpose: Purpose, given: Decide, response: Response, key: Key = None) -> None:
    """Agrees to one purpose, or takes it back."""
    command = DecideConsent(
        member_id=me.id,
        purpose=purpose,
        is_granted=given.is_granted,
        wording=given.wording,
        source=Channel.MINI_PROGRAM,
    )
    await once(decide_consent, actor=me.actor, key=key, response=response, command=command)


@router.get('/code', responses=responses(409))
async def code(me: Me) -> MemberCode:
    """The rotating code by which a till knows the member; a picture of it is soon worthless."""
    now = datetime.now(UTC)
    shown = await run_query(show_member_code, actor=me.actor, member_id=me.id, now=now)
    return MemberCode(code=shown, expires_in_s=CODE_STEP_S - int(now.timestamp()) % CODE_STEP_S)


@router.get('/tier', responses=responses(409))
async def tier(me: Me) -> TierProgress:
    """Where the member stands and what is missing to the next tier."""
    return await run_query(get_tier_progress, actor=me.actor, member_id=me.id, now=datetime.now(UTC))


@router.get('/tier/steps', responses=responses())
async def tier_steps(me: Me) -> list[TierStepView]:
    """Ups and downs, oldest first."""
    return await run_query(list_tier_steps, actor=me.actor, member_id=me.id)


@router.get('/benefits', responses=responses())
async def benefits(me: Me) -> list[BenefitView]:
    """What the tier allows, and how often it was used in the running period."""
    return await run_query(list_benefits, actor=me.actor, member_id=me.id, now=datetime.now(UTC))


@router.post('/account/closing', responses=responses(409))
async def close(me: Me, response: Response, key: Key = None) -> ClosingWarning:
    """Starts the cooling period of 15 days, and says what will be lost when it is over."""
    answer: ClosingWarning = await once(request_closing, actor=me.actor, key=key, response=response, member_id=me.id)
    return answer


@router.delete('/account/closing', responses=responses(409))
async def stay(me: Me, response: Response, key: Key = None) -> MemberView:
    """Stays after all."""
    answer: MemberView = await once(cancel_closing, actor=me.actor, key=key, response=response, member_id=me.id)
    return answer
