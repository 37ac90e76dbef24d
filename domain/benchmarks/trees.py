"""Trees of sales and effects of promotions are grown by night, by the mall's own process, and asked for by tenants."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.benchmarks._gathering import Counts, Days, Trade, counted, funnel, reader_of
from domain.benchmarks._rules import Funnel, PeerFigure, peer_figure
from domain.benchmarks._tree import PromotionEffect, ShopFacts, ShopTree, grow
from domain.benchmarks.models import PromotionResult, ShopTreeRow
from domain.benchmarks.operations import ShopOutOfReach, WholeMallNeeded
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.permits.operations import list_promotions
from domain.permits.views import PromotionView
from domain.shared.actor import Actor, TenantId
from domain.shared.live import notify
from domain.shared.measure import Ratio
from domain.shared.operations import operation, query

__all__ = ['Base', 'ComputeTrees', 'Funnel', 'GrownTree', 'PeerFigure', 'PromotionEffect', 'ShopTree', 'compute_trees',
           'get_tree', 'list_effects']  # fmt: skip

Base = Literal['weeks', 'year']
# Four whole weeks beside the four before them, and beside the same weeks a year ago: weekdays stay what they are.
WINDOW = timedelta(weeks=4)
BACK: dict[Base, timedelta] = {'weeks': timedelta(weeks=4), 'year': timedelta(weeks=52)}
REMEMBERED = timedelta(days=200)
LEAST_COUNTED = 21
TREE, EFFECT = TypeAdapter(ShopTree), TypeAdapter(PromotionEffect)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeTrees:
    """The four weeks that end before this day, and the promotions until then."""

    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownTree:
    """A tree with its windows; the days end before `until_on`, those compared with lie `back_days` earlier."""

    from_on: date
    until_on: date
    back_days: int
    tree: ShopTree


@operation(COMPUTE, name='benchmarks.compute_trees', is_audited=False)
def compute_trees(session: Session, *, actor: Actor, command: ComputeTrees, now: datetime) -> int:
    """Grows every tenant's trees and weighs the promotions; doing it again replaces them. Answers how many trees.

    :raises WholeMallNeeded: when the actor is confined to a tenant, who sees no peers.
    """
    if actor.tenant_id is not None or actor.mall_id is None:
        raise WholeMallNeeded
    reader, until = reader_of(actor), command.until_on
    span = Days(until - WINDOW - max(BACK.values()), until)
    trade = Trade(session, reader, span)
    window = Days(until - WINDOW, until)
    counts = counted(session, reader, window, now)
    rows: list[dict[str, Any]] = []
    for base, back in BACK.items():
        earlier = counted(session, reader, Days(window.from_on - back, until - back), now)
        trading = [tenant for tenant in trade.category if trade.of(tenant, window)]
        rows += [
            {'mall_id': actor.mall_id, 'tenant_id': tree.tenant_id, 'base': base, 'until_on': until,
             'tree': TREE.dump_python(tree, mode='json')}
            for tree in grow([_facts(trade, tenant, window, back, counts | earlier) for tenant in trading])
        ]  # fmt: skip
    _keep(session, ShopTreeRow, rows, ('mall_id', 'tenant_id', 'base'), ('until_on', 'tree'))
    _weigh(session, actor, reader, trade, span)
    notify(session, 'benchmarks', actor.mall_id)
    return len(rows)


@query(VIEW)
def get_tree(session: Session, *, actor: Actor, shop_id: TenantId, base: Base) -> GrownTree | None:
    """A shop's newest tree against a base; None before the first.

    :raises ShopOutOfReach: when a tenant asks for another's.
    """
    if actor.tenant_id not in (None, shop_id):
        raise ShopOutOfReach
    statement = select(ShopTreeRow).where(ShopTreeRow.tenant_id == shop_id, ShopTreeRow.base == base)
    row = session.exec(statement).one_or_none()
    if row is None:
        return None
    return GrownTree(
        from_on=row.until_on - WINDOW, until_on=row.until_on, back_days=BACK[base].days,
        tree=TREE.validate_python(row.tree),
    )  # fmt: skip


@query(VIEW)
def list_effects(session: Session, *, actor: Actor, shop_id: TenantId) -> list[PromotionEffect]:
    """What a shop's approved promotions did, the newest first.

    :raises ShopOutOfReach: when a tenant asks for another's.
    """
    if actor.tenant_id not in (None, shop_id):
        raise ShopOutOfReach
    statement = select(PromotionResult).where(PromotionResult.tenant_id == shop_id)
    rows = session.exec(statement.order_by(col(PromotionResult.promotion_id).desc()))
    return [EFFECT.validate_python(row.effect) for row in rows]


def _facts(trade: Trade, tenant: TenantId, window: Days, back: timedelta, counts: Counts) -> ShopFacts:
    """The days of the window and those they are compared with. Where most of them were counted on both sides, these
    alone are taken, on both sides, so that counts and sales belong together.
    """
    after = {row.on: row for row in trade.of(tenant, window)}
    before = {row.on + back: row for row in trade.of(tenant, Days(window.from_on - back, window.until_on - back))}
    pairs = sorted(after.keys() & before.keys())
    seen = [day for day in pairs if (tenant, day) in counts and (tenant, day - back) in counts]
    is_counted = len(seen) >= LEAST_COUNTED
    taken = set(seen) if is_counted else set(after) | set(before)
    return ShopFacts(
        tenant_id=tenant, category=trade.category[tenant], days=len(taken),
        now=funnel((row for day, row in after.items() if day in taken), counts if is_counted else {}),
        before=funnel((row for day, row in before.items() if day in taken), counts if is_counted else {}),
        missing=2 * window.number - len(after) - len(before), is_counted=is_counted,
    )  # fmt: skip


def _weigh(session: Session, actor: Actor, reader: Actor, trade: Trade, span: Days) -> None:
    """Weighs the approved promotions that have begun and are not long over."""
    rows = [
        {'mall_id': actor.mall_id, 'tenant_id': effect.tenant_id, 'promotion_id': effect.promotion_id,
         'effect': EFFECT.dump_python(effect, mode='json')}
        for effect in _effects(list_promotions(session, actor=reader), trade, span)
    ]  # fmt: skip
    _keep(session, PromotionResult, rows, ('mall_id', 'promotion_id'), ('tenant_id', 'effect'))


def _effects(promotions: list[PromotionView], trade: Trade, span: Days) -> Iterator[PromotionEffect]:
    for promotion in promotions:
        filed = promotion.mechanics
        during = Days(filed.starts_on, min(filed.ends_on + timedelta(days=1), span.until_on))
        before = Days(filed.starts_on - WINDOW, filed.starts_on)
        if not promotion.approval.is_approved or during.number < 1 or during.from_on < span.until_on - REMEMBERED:
            continue
        own = {tenant: _a_day(trade, tenant, before, during) for tenant in trade.category}
        ours = own.pop(promotion.tenant_id, None)
        if ours is None:
            continue
        mine = trade.category[promotion.tenant_id]
        peers = [pair for tenant, pair in own.items() if pair and trade.category[tenant] == mine]
        yield PromotionEffect(
            tenant_id=promotion.tenant_id, promotion_id=int(promotion.id), title=filed.title,
            starts_on=during.from_on, until_on=during.until_on, before=ours[0], during=ours[1],
            peers=peer_figure([Ratio(later.value or 0, earlier.value or 0) for earlier, later in peers]),
        )  # fmt: skip


def _a_day(trade: Trade, tenant: TenantId, before: Days, during: Days) -> tuple[Ratio, Ratio] | None:
    """Sales a day before and during, or None where a day of either was not reported."""
    parts = []
    for days in (before, during):
        rows = trade.of(tenant, days)
        if len(rows) < days.number:
            return None
        parts.append(Ratio(sum(row.gto_fen for row in rows), days.number))
    return parts[0], parts[1]


def _keep(
    session: Session, model: type[Any], rows: list[dict[str, Any]], keys: tuple[str, ...], values: tuple[str, ...]
) -> None:
    if rows:
        table = insert(model)
        changed = {name: table.excluded[name] for name in values}
        session.execute(table.on_conflict_do_update(index_elements=keys, set_=changed), rows)
