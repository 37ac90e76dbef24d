"""Questions to after-sales: the queue of claims with their pointers, requests with their clocks, the shops' record."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.aftersales.permissions import REVIEW, VIEW
from domain.aftersales.views import ClaimRow, RequestRow, ShopRecord
from domain.shared.actor import Actor
from domain.shared.operations import query

_CLAIMS = text("""
SELECT c.id, c.member_id, c.shop, c.bought_at, c.fen, c.receipt_no, c.category, c.state, c.points, c.claimed_at,
    c.decided_by, f.id AS first_id, f.receipt_no AS first_receipt_no, f.bought_at AS first_bought_at,
    f.member_id AS first_member_id, coalesce(f.photo_hash = c.photo_hash, false) AS is_same_photo
FROM receipt_claim c LEFT JOIN receipt_claim f ON f.mall_id = c.mall_id AND f.id = c.duplicate_of_id
WHERE c.mall_id = app_mall() ORDER BY (c.state = 'held') DESC, c.claimed_at DESC LIMIT :limit
""")
_REQUESTS = text("""
SELECT id, key, sale_key, line, member_id, shop, complaint, state, asked_at, due_at, escalated_at, answered_at, answer,
    answered_by
FROM service_request WHERE mall_id = app_mall()
ORDER BY (state = 'answered'), due_at, id LIMIT :limit
""")
_RECORD = text("""
SELECT shop, count(*) AS requests, count(*) FILTER (WHERE state <> 'answered') AS open_requests,
    count(*) FILTER (WHERE escalated_at IS NOT NULL) AS escalated,
    count(*) FILTER (WHERE answered_at <= due_at) AS in_time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - asked_at) / 3600)
        FILTER (WHERE answered_at IS NOT NULL) AS median_hours
FROM service_request WHERE mall_id = app_mall() GROUP BY shop ORDER BY requests DESC, shop
""")


@query(REVIEW)
def list_claims(session: Session, *, actor: Actor, limit: int = 500) -> list[ClaimRow]:
    """Claims, those that wait for a person first, each with the one that said the same before (AF-R1, AF-R2)."""
    rows: list[Any] = list(session.execute(_CLAIMS, {'limit': limit}))
    return [
        ClaimRow(**dict(row._mapping) | {
            'receipt_no': _read(row.receipt_no),
            'first_receipt_no': None if row.first_id is None else _read(row.first_receipt_no),
        }) for row in rows
    ]  # fmt: skip


@query(VIEW)
def list_all_requests(session: Session, *, actor: Actor, limit: int = 500) -> list[RequestRow]:
    """Requests: what is not answered first, by when it is due; then the answered ones."""
    return [RequestRow(**row._mapping) for row in session.execute(_REQUESTS, {'limit': limit})]


@query(VIEW)
def rank_shops(session: Session, *, actor: Actor) -> list[ShopRecord]:
    """How each shop keeps its time (售后时效榜)."""
    return [ShopRecord(**row._mapping) for row in session.execute(_RECORD)]


def _read(number: str) -> str:
    """The receipt's number; empty where it could not be read off the photograph."""
    return '' if number.startswith('?') else number
