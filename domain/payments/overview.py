"""Payments at a glance: what each channel took and owes on a day, and the refunds that are on their way."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from domain.payments.permissions import VIEW
from domain.payments.views import ChannelDay, RefundRow
from domain.shared.actor import Actor
from domain.shared.operations import query

_DAYS = text("""
WITH taken AS (
    SELECT paid_on AS day, channel, count(*) AS payments, sum(fen) AS fen FROM pay_attempt
    WHERE mall_id = app_mall() AND state = 'paid' AND paid_on >= :from_on AND paid_on < :until_on GROUP BY 1, 2
), back AS (
    SELECT r.done_on AS day, a.channel, sum(r.fen) AS fen FROM pay_refund r
    JOIN pay_attempt a ON a.mall_id = r.mall_id AND a.id = r.attempt_id
    WHERE r.mall_id = app_mall() AND r.state = 'done' AND r.done_on >= :from_on AND r.done_on < :until_on GROUP BY 1, 2
), bill AS (
    SELECT bill_on AS day, channel, sum(fen) AS fen, sum(fee_fen) AS fee FROM pay_bill_line
    WHERE mall_id = app_mall() AND bill_on >= :from_on AND bill_on < :until_on GROUP BY 1, 2
), bank AS (
    SELECT bill_on AS day, channel, fen FROM pay_settlement
    WHERE mall_id = app_mall() AND bill_on >= :from_on AND bill_on < :until_on
), days AS (SELECT day, channel FROM taken UNION SELECT day, channel FROM back UNION SELECT day, channel FROM bill)
SELECT day, channel, coalesce(payments, 0)::bigint AS payments, coalesce(taken.fen, 0)::bigint AS taken_fen,
    coalesce(back.fen, 0)::bigint AS refunded_fen, bill.fen::bigint AS bill_fen, bill.fee::bigint AS fee_fen,
    bank.fen::bigint AS settled_fen
FROM days LEFT JOIN taken USING (day, channel) LEFT JOIN back USING (day, channel) LEFT JOIN bill USING (day, channel)
LEFT JOIN bank USING (day, channel) ORDER BY day DESC, channel
""")
_REFUNDS = text("""
SELECT r.id, r.out_no, a.channel, r.fen, r.reason, r.state, r.tries, r.requested_at, r.done_at, o.key AS order_key
FROM pay_refund r JOIN pay_attempt a ON a.mall_id = r.mall_id AND a.id = r.attempt_id
JOIN pay_order o ON o.mall_id = a.mall_id AND o.id = a.order_id
WHERE r.mall_id = app_mall() ORDER BY (r.state = 'requested') DESC, r.id DESC LIMIT :limit
""")


@query(VIEW)
def list_channel_days(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[ChannelDay]:
    """Each channel's days in three books: ours, its bill, the bank's settlement; None where nothing has come yet."""
    rows = session.execute(_DAYS, {'from_on': from_on, 'until_on': until_on})
    return [ChannelDay(**row._mapping) for row in rows]


@query(VIEW)
def list_refunds(session: Session, *, actor: Actor, limit: int = 500) -> list[RefundRow]:
    """Refunds: those still open first, then the newest."""
    return [RefundRow(**row._mapping) for row in session.execute(_REFUNDS, {'limit': limit})]
