"""What most operations begin with: the mall, its clock, the member, the rules in force."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlmodel import Session, SQLModel, col, select

from domain.mall import queries as mall
from domain.members.errors import MemberClosed, MemberUnknown, ProgramMissing
from domain.members.models import LoyaltyProgram, LoyaltyScheme, Member
from domain.members.schemes import EarnScheme, TierScheme
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.business_time import BusinessClock
from domain.shared.errors import Invalid
from domain.shared.journal import AccountKind, LedgerAccountId, find_accounts, open_account

M = TypeVar('M', bound=BaseModel)
UNIT = 'points'
ISSUED, REDEEMED, EXPIRED = 'points:issued', 'points:redeemed', 'points:expired'


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='members belong to a mall; choose one')
    return actor.mall_id


def clock_of(session: Session, mall_id: int) -> BusinessClock:
    """The mall's zone and cut-off."""
    return mall.get_business_clock(session, actor=system_actor('members', MallId(mall_id)))


def load_member(session: Session, member_id: int, *, locked: bool = False) -> Member:
    """The member, or the one they were merged into. Locked: nobody else earns, merges or closes meanwhile.

    :raises MemberUnknown: when the mall has no such member.
    """
    found = select(Member).where(Member.id == member_id)
    if locked:
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    member = session.exec(found).one_or_none()
    if member is None:
        raise MemberUnknown
    return member if member.merged_into_id is None else load_member(session, member.merged_into_id, locked=locked)


def load_open_member(session: Session, member_id: int, *, locked: bool = False) -> Member:
    """As `load_member`.

    :raises MemberClosed: when the member has left.
    """
    member = load_member(session, member_id, locked=locked)
    if member.state == 'closed':
        raise MemberClosed
    return member


@dataclass(frozen=True, slots=True)
class Footing:
    """What every posting on a member's points begins with, read in one statement."""

    member_id: int
    mall_id: int
    available_account_id: int
    held_account_id: int
    issued_account_id: int
    redeemed_account_id: int
    earn: dict[str, object] | None
    is_unsettled: bool


_FOOTING = text("""
SELECT m.id AS member_id, m.mall_id, m.available_account_id, m.held_account_id, p.issued_account_id,
    p.redeemed_account_id, (
        SELECT document FROM loyalty_scheme WHERE mall_id = app_mall() AND kind = 'earn'
        ORDER BY valid_from <= :now DESC, CASE WHEN valid_from <= :now THEN valid_from END DESC NULLS LAST,
            CASE WHEN valid_from <= :now THEN version END DESC NULLS LAST, valid_from LIMIT 1
    ) AS earn, EXISTS (
        SELECT FROM point_lot l WHERE l.mall_id = app_mall() AND l.member_id = m.id AND l.remaining <> 0
            AND ((l.state = 'pending' AND l.available_at <= :now) OR l.source = 'debt')
    ) AS is_unsettled
FROM member m JOIN loyalty_program p ON p.mall_id = m.mall_id
WHERE m.mall_id = app_mall() AND m.id = ANY(:members) AND m.merged_into_id IS NULL AND m.state <> 'closed'
""")


def load_footing(session: Session, member_id: int, *, now: datetime) -> Footing:
    """An open member with the books and the rules of the mall; whoever was merged is the member they became.

    :raises MemberUnknown:
    :raises MemberClosed:
    :raises ProgramMissing:
    """
    found = load_footings(session, [member_id], now=now)
    if not found:  # merged, closed, unknown or without a programme: the slow way tells which
        member = load_open_member(session, member_id)
        load_program(session)
        return load_footing(session, member.id, now=now)
    if found[member_id].earn is None:
        raise ProgramMissing
    return found[member_id]


def load_footings(session: Session, member_ids: Collection[int], *, now: datetime) -> dict[int, Footing]:
    """The same of many; who was merged, has left or is unknown is missing."""
    rows = session.execute(_FOOTING, {'members': list(member_ids), 'now': now})
    return {row.member_id: Footing(**row._mapping) for row in rows}


def earn_scheme(session: Session, at: datetime) -> tuple[int, EarnScheme]:
    """The earn rules in force at an instant of event time, with their version.

    :raises ProgramMissing: when the mall has none.
    """
    version, document = _scheme(session, 'earn', at)
    return version, EarnScheme.model_validate(document)


def tier_scheme(session: Session, at: datetime) -> TierScheme:
    """The tier rules in force at an instant.

    :raises ProgramMissing: when the mall has none.
    """
    return TierScheme.model_validate(_scheme(session, 'tiers', at)[1])


def _scheme(session: Session, kind: str, at: datetime) -> tuple[int, dict[str, object]]:
    rows = select(LoyaltyScheme.version, LoyaltyScheme.document).where(LoyaltyScheme.kind == kind)
    newest = (col(LoyaltyScheme.valid_from).desc(), col(LoyaltyScheme.version).desc())
    found = session.exec(rows.where(LoyaltyScheme.valid_from <= at).order_by(*newest).limit(1)).first()
    # What happened before the first rules were made falls under the first rules.
    found = found or session.exec(rows.order_by(col(LoyaltyScheme.valid_from)).limit(1)).first()
    if found is None:
        raise ProgramMissing
    return found[0], dict(found[1])


def load_program(session: Session) -> LoyaltyProgram:
    """The mall's side of the points' books.

    :raises ProgramMissing: when the mall has no rules yet.
    """
    program = session.exec(select(LoyaltyProgram)).one_or_none()
    if program is None:
        raise ProgramMissing
    return program


def ensure_program(session: Session, mall_id: int) -> LoyaltyProgram:
    """Opens the mall's side of the books where that has not been done."""
    program = session.get(LoyaltyProgram, mall_id)
    if program is None:
        issued, redeemed, expired = (_mall_account(session, code) for code in (ISSUED, REDEEMED, EXPIRED))
        program = LoyaltyProgram(
            mall_id=mall_id, issued_account_id=issued, redeemed_account_id=redeemed, expired_account_id=expired
        )
        session.add(program)
        session.flush()
    return program


def open_member_accounts(session: Session, key: str) -> tuple[LedgerAccountId, LedgerAccountId, LedgerAccountId]:
    """A new member's accounts: available (which a clawback may take below zero, PT-R4), pending and held."""
    return (
        _member_account(session, f'points:available:{key}', floor=None),
        _member_account(session, f'points:pending:{key}', floor=0),
        _member_account(session, f'points:held:{key}', floor=0),
    )


def _member_account(session: Session, code: str, *, floor: int | None) -> LedgerAccountId:
    return open_account(session, code=code, kind=AccountKind.LIABILITY, unit=UNIT, is_running=True, floor=floor)


def _mall_account(session: Session, code: str) -> LedgerAccountId:
    known = find_accounts(session, [code])
    return known.get(code) or open_account(
        session, code=code, kind=AccountKind.EXPENSE, unit=UNIT, is_running=False, floor=None
    )


def save(session: Session, row: SQLModel, facts: Mapping[str, object]) -> None:
    """Writes facts onto a row, be it new or known."""
    for name, value in facts.items():
        setattr(row, name, value)
    session.add(row)


def validated(model: type[M], raw: dict[str, Any]) -> M:
    """A document that people edit.

    :raises Invalid: when it does not hold.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Invalid(field=model.__name__, reason=str(error)) from error
