"""Coupons for many who come at the same moment (抢券): one of a template each, all in one statement."""

from collections.abc import Hashable, Sequence

from sqlalchemy import text
from sqlmodel import Session

from domain.coupons._offer import drawn, is_claimable, load_template, usable
from domain.coupons.commands import CouponId, GrantCoupons
from domain.coupons.models import CouponTemplate
from domain.coupons.views import CouponView
from domain.shared.together import Call, Shareable

SLOTS = 2  # few enough that others find free ones, enough for a batch that meets the end of one

_GIVE = text("""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:members AS bigint[]), CAST(:values AS bigint[]))
        AS w(key, member_id, value)
), known AS (
    INSERT INTO coupon_grant (mall_id, key, template_id, member_id, wanted, granted_at)
    SELECT app_mall(), key, :template, member_id, 1, :now FROM wanted ORDER BY key
    ON CONFLICT (mall_id, key) DO NOTHING RETURNING key
), capped AS (
    INSERT INTO coupon_cap AS c (mall_id, template_id, counted, used)
    SELECT app_mall(), :template, 'member:' || w.member_id, 1 FROM wanted w JOIN known ON known.key = w.key
    ORDER BY w.member_id
    ON CONFLICT (mall_id, template_id, counted) DO UPDATE SET used = c.used + 1 WHERE c.used < :cap RETURNING 1
), slots AS MATERIALIZED (
    SELECT s.slot, s.left_count FROM coupon_stock s CROSS JOIN (SELECT count(*) AS n FROM capped) AS c
    WHERE c.n > 0 AND s.mall_id = app_mall() AND s.template_id = :template AND s.left_count > 0
    ORDER BY (s.slot + :shift) % :slots LIMIT :few FOR UPDATE OF s SKIP LOCKED
), ranked AS (
    SELECT slot, left_count, CAST(sum(left_count) OVER (ORDER BY slot) AS bigint) - left_count AS before FROM slots
), taken AS (
    SELECT slot, least(left_count, c.n - before) AS number
    FROM ranked CROSS JOIN (SELECT count(*) AS n FROM capped) AS c WHERE before < c.n
), lessened AS (
    UPDATE coupon_stock s SET left_count = s.left_count - taken.number FROM taken
    WHERE s.mall_id = app_mall() AND s.template_id = :template AND s.slot = taken.slot RETURNING 1
), made AS (
    INSERT INTO coupon (mall_id, template_id, member_id, grant_key, state, value_fen, granted_at, valid_from,
        valid_until, used_fen)
    SELECT app_mall(), :template, w.member_id, w.key, 'unused', w.value, :now, :valid_from, :valid_until, 0
    FROM wanted w JOIN known ON known.key = w.key RETURNING id, member_id
), noted AS (
    INSERT INTO coupon_event (mall_id, coupon_id, kind, fen, happened_at)
    SELECT app_mall(), made.id, 'granted', 0, :now FROM made RETURNING 1
)
SELECT (SELECT count(*) FROM known) AS known, (SELECT count(*) FROM capped) AS capped,
    (SELECT coalesce(sum(number), 0) FROM taken) AS taken,
    (SELECT coalesce(jsonb_object_agg(member_id, id), '{}') FROM made) AS made
""")


class NotPlain(Exception):
    """Some of the calls cannot be served with the others: a known key, a cap, too little in the slots at hand."""


def grant_together(session: Session, calls: Sequence[Call]) -> Sequence[list[CouponView] | None]:
    """One coupon of the template for each, or none at all when one of them is not plain.

    :raises NotPlain:
    """
    now = max(call.now for call in calls)
    template = load_template(session, calls[0].command.template)
    if template.cap_per_day is not None or not is_claimable(template, now):
        raise NotPlain
    chosen = sorted(_one_each(calls))
    given = _give(session, template, [calls[place] for place in chosen])
    return [[given[call.command.member_id]] if place in chosen else None for place, call in enumerate(calls)]


def _one_each(calls: Sequence[Call]) -> set[int]:
    """The first call of every member and of every key."""
    members: set[int] = set()
    keys: set[str] = set()
    chosen = set()
    for place, call in enumerate(calls):
        command: GrantCoupons = call.command
        if command.member_id not in members and command.key not in keys:
            members.add(command.member_id)
            keys.add(command.key)
            chosen.add(place)
    return chosen


def _give(session: Session, template: CouponTemplate, calls: Sequence[Call]) -> dict[int, CouponView]:
    now = max(call.now for call in calls)
    valid_from, valid_until = usable(template, now)
    commands: list[GrantCoupons] = [call.command for call in calls]
    values = [drawn(template, command.key) for command in commands]
    row = session.execute(_GIVE, {
        'template': template.id, 'cap': template.cap_per_member, 'now': now, 'slots': template.slots, 'few': SLOTS,
        'shift': commands[0].member_id % template.slots, 'valid_from': valid_from, 'valid_until': valid_until,
        'keys': [command.key for command in commands], 'members': [command.member_id for command in commands],
        'values': values,
    }).one()  # fmt: skip
    if not row.known == row.capped == row.taken == len(commands):
        raise NotPlain
    return {
        command.member_id: CouponView(
            id=CouponId(row.made[str(command.member_id)]), template=template.code, name_zh=template.name_zh,
            name_en=template.name_en, kind=str(template.terms['kind']), member_id=command.member_id, state='unused',
            value_fen=value, valid_from=valid_from, valid_until=valid_until, order_key=None, used_fen=0,
        ) for command, value in zip(commands, values, strict=True)
    }  # fmt: skip


def _group(command: GrantCoupons) -> Hashable | None:
    return command.template if command.number == 1 else None


TOGETHER: Shareable[list[CouponView]] = Shareable(run=grant_together, group=_group)
