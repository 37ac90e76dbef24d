"""The list of members (会员名册): searched by number or phone tail, filtered, counted, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members._loading import clock_of, mall_of
from domain.members._reading import member_view
from domain.members.commands import MemberId
from domain.members.enrolment import normal_phone, phone_index, tail_index
from domain.members.errors import PhoneInvalid
from domain.members.models import Member
from domain.members.permissions import VIEW
from domain.members.tagging import segment_sql
from domain.members.views import MemberView
from domain.shared.actor import Actor
from domain.shared.operations import query

TAIL = 4
SORTS = {'id': 'm.id', 'spent': 'spent_fen', 'points': 'points', 'last': 'last_at', 'enrolled': 'm.enrolled_at'}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member with what a list says of them; money of the last 365 days."""

    member: MemberView
    points: int
    spent_fen: int
    visits: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    rows: tuple[MemberRow, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    key: str
    shop: str
    channel: str
    occurred_at: datetime
    state: str
    points: int
    fen: int


_WHERE = """
m.mall_id = app_mall() AND m.state <> 'merged' AND (CAST(:tier AS text) IS NULL OR m.tier = :tier)
    AND (CAST(:state AS text) IS NULL OR m.state = :state)
    AND (NOT :is_search OR m.id = :number OR m.phone_index = :phone OR m.tail_index = :tail)
    AND (CAST(:tag AS text) IS NULL OR EXISTS (SELECT FROM member_tag x WHERE x.mall_id = m.mall_id
        AND x.member_id = m.id AND x.code = :tag AND x.expires_at > :now
        AND (CAST(:value AS text) IS NULL OR x.value = :value)))
"""
# The pieces are constants of this module.
_ROWS = f"""
SELECT m.id, a.balance AS points, coalesce(r.spent_fen, 0) AS spent_fen, coalesce(r.visits, 0) AS visits, r.last_at
FROM member m JOIN ledger_account a ON a.mall_id = m.mall_id AND a.id = m.available_account_id
LEFT JOIN LATERAL (
    SELECT CAST(sum(p.fen - p.refunded_fen) AS bigint) AS spent_fen, count(*) AS visits, max(p.occurred_at) AS last_at
    FROM point_receipt p
    WHERE p.mall_id = m.mall_id AND p.member_id = m.id AND p.state = 'earned'
        AND p.occurred_at >= CAST(:now AS timestamptz) - interval '365 days'
) r ON true
WHERE {_WHERE}
"""  # noqa: S608
_COUNT = f'SELECT count(*) FROM member m WHERE {_WHERE}'  # noqa: S608
MOST_EXPORTED = 100_000


@query(VIEW)
def list_members(
    session: Session, *, actor: Actor, now: datetime, search: str = '', tier: str | None = None,
    state: str | None = None, tag: str | None = None, value: str | None = None, segment: str | None = None,
    sort: str = 'last', is_descending: bool = True, first: int = 0, limit: int = 25,
) -> MemberPage:  # fmt: skip
    """A page of members; `search` is a number, a whole phone number, or its last four digits.

    :raises SegmentUnknown: when there is no segment of that code.
    """
    within, more = segment_sql(session, segment, now)
    facts = {
        'tier': tier, 'state': state, 'tag': tag, 'value': value, 'now': now, 'first': first, 'limit': limit,
        **_wanted(search, mall_of(actor)), **more,
    }  # fmt: skip
    order = f'{SORTS.get(sort, SORTS["last"])} {"DESC" if is_descending else "ASC"} NULLS LAST, m.id'
    found = session.execute(text(f'{_ROWS}{within} ORDER BY {order} LIMIT :limit OFFSET :first'), facts).all()
    members = {
        member.id: member
        for member in session.exec(select(Member).where(col(Member.id).in_([row.id for row in found])))
    }
    rows = tuple(
        MemberRow(
            member=member_view(members[row.id], clock_of(session, members[row.id].mall_id), now), points=row.points,
            spent_fen=row.spent_fen, visits=row.visits, last_at=row.last_at,
        ) for row in found
    )  # fmt: skip
    return MemberPage(rows=rows, total=int(session.execute(text(_COUNT + within), facts).scalar_one()))


@query(VIEW, name='members.export_members', is_audited=True)
def export_members(session: Session, *, actor: Actor, now: datetime, **asked: Any) -> tuple[MemberRow, ...]:
    """What a list shows, all pages of it and phones masked as there; who exported what is on record."""
    return list_members(session, actor=actor, now=now, **asked, first=0, limit=MOST_EXPORTED).rows


@query(VIEW)
def count_members(session: Session, *, actor: Actor) -> int:
    """How many members the mall has, closed ones not counted."""
    found = text("SELECT count(*) FROM member WHERE mall_id = app_mall() AND state IN ('active', 'closing')")
    return int(session.execute(found).scalar_one())


@query(VIEW)
def count_tiers(session: Session, *, actor: Actor) -> dict[str, int]:
    """Members by tier."""
    found = text(
        "SELECT tier, count(*) AS n FROM member WHERE mall_id = app_mall() AND state IN ('active', 'closing')"
        ' GROUP BY tier'
    )
    return {row.tier: int(row.n) for row in session.execute(found)}


@query(VIEW)
def list_recent_receipts(session: Session, *, actor: Actor, member_id: MemberId, limit: int = 50) -> list[ReceiptRow]:
    """A member's receipts that earned points, over all channels, the newest first."""
    found = text(
        'SELECT p.key, p.shop, p.channel, p.occurred_at, p.state, p.points, p.fen - p.refunded_fen AS fen'
        ' FROM point_receipt p WHERE p.mall_id = app_mall() AND p.member_id = :member'
        ' ORDER BY p.occurred_at DESC LIMIT :limit'
    )
    return [ReceiptRow(**row._mapping) for row in session.execute(found, {'member': member_id, 'limit': limit})]


def _wanted(search: str, mall_id: int) -> dict[str, object]:
    """The search as what can be compared: nobody reads phone numbers here."""
    words = search.strip()
    plain = words.removeprefix('#')
    number = int(plain) if plain.isdecimal() and len(plain) < 19 and not plain.startswith('0') else 0
    try:
        phone = phone_index(normal_phone(SecretStr(words)), mall_id=mall_id)
    except PhoneInvalid:
        phone = b''
    tail = tail_index(words, mall_id=mall_id) if len(words) == TAIL and words.isdecimal() else b''
    return {'is_search': bool(words), 'number': number, 'phone': phone, 'tail': tail}
