"""What a shop's sales of four weeks are made of, like for like, beside its peers; what a promotion did. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.benchmarks._rules import Funnel, PeerFigure, explained_change, peer_figure
from domain.shared.actor import TenantId
from domain.shared.measure import Ratio

NOTHING = Ratio(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    """A shop's `days` of two windows. `missing` days of turnover, of both together, keep its sales from being compared;
    without counts of passers-by and entries in both, its funnel is not.
    """

    tenant_id: TenantId
    category: str
    days: int
    now: Funnel
    before: Funnel
    missing: int
    is_counted: bool

    @property
    def not_comparable(self) -> str | None:
        if self.missing:
            return 'turnover_missing'
        return None if self.is_counted else 'not_counted'


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTree:
    """Footfall → capture → conversion → average transaction, with the change against the window before and how much of
    it each makes (`parts`, in fen); peers by metric, where they may be told (rule TA-R1).
    """

    tenant_id: TenantId
    days: int
    now: Funnel
    before: Funnel
    missing: int
    not_comparable: str | None
    parts: Mapping[str, float] | None
    peers: Mapping[str, PeerFigure]


def _counted(of: Callable[[ShopFacts], Ratio]) -> Callable[[ShopFacts], Ratio]:
    return lambda shop: of(shop) if shop.is_counted else NOTHING


def _reported(of: Callable[[ShopFacts], Ratio]) -> Callable[[ShopFacts], Ratio]:
    return lambda shop: NOTHING if shop.missing else of(shop)


METRICS: Mapping[str, Callable[[ShopFacts], Ratio]] = {
    'footfall_change': _counted(lambda shop: Ratio(shop.now.passers, shop.before.passers)),
    'capture': _counted(lambda shop: shop.now.capture),
    'conversion': _reported(_counted(lambda shop: shop.now.conversion)),
    'average_transaction': _reported(lambda shop: shop.now.average_transaction),
    'sales_change': _reported(lambda shop: Ratio(shop.now.gto_fen, shop.before.gto_fen)),
}


def grow(shops: Sequence[ShopFacts]) -> list[ShopTree]:
    """Every shop's tree beside the others of its category; only what is whole on both sides is compared."""
    return [_tree(shop, [one for one in shops if one.category == shop.category]) for shop in shops]


def _tree(shop: ShopFacts, trade: Sequence[ShopFacts]) -> ShopTree:
    others = [one for one in trade if one.tenant_id != shop.tenant_id]
    return ShopTree(
        tenant_id=shop.tenant_id, days=shop.days, now=shop.now, before=shop.before, missing=shop.missing,
        not_comparable=shop.not_comparable,
        parts=None if shop.not_comparable else explained_change(shop.before, shop.now),
        peers={name: peer_figure([of(one) for one in others]) for name, of in METRICS.items()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionEffect:
    """A promotion's sales a day beside those of the four weeks before, and how peers went over the same days. `peers`
    is their sales a day during over before, where it may be told (rule TA-R1).
    """

    tenant_id: TenantId
    promotion_id: int
    title: str
    starts_on: date
    until_on: date
    before: Ratio
    during: Ratio
    peers: PeerFigure

    @property
    def change(self) -> float | None:
        """The shop's own sales a day, during over before, less one."""
        before, during = self.before.value, self.during.value
        return during / before - 1 if before and during is not None else None

    @property
    def lift(self) -> float | None:
        """What of the change the peers did not have as well: weekdays, holidays and weather fall out."""
        if self.change is None or not self.peers.value:
            return None
        return (1 + self.change) / self.peers.value - 1
