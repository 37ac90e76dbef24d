"""What a demo shop trades and pays: invented, but of the size that its trade has.

Rents are yuan per square metre and month on the first floor; sales follow from the share of them that the trade can
bear as rent (租售比).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from domain.leasing.commands import Band, RentMode, RentTerms

FEN = 100
BASIS = 10_000
ANY = '*'
STEPS = (0.7, 1.0, 1.6)  # of usual sales: where the bands of a stepped rate begin


@dataclass(frozen=True, slots=True)
class Trade:
    """`rate_bp` is the usual percentage rent, `ticket` a receipt in yuan, `weekend` a Saturday against a Tuesday."""

    rent: int
    cost_share: float
    rate_bp: int
    ticket: int
    vat_bp: int = 1_300
    weekend: float = 1.7
    modes: tuple[str, ...] = ('greater', 'greater', 'base_plus_overage', 'stepped', 'fixed')


_FIXED, _PURE = ('fixed',), ('percentage',)
TRADES: Mapping[str, Trade] = {
    'fashion': Trade(360, 0.19, 1_500, 420, modes=('greater', 'stepped', 'greater', 'base_plus_overage')),
    'shoes': Trade(340, 0.18, 1_400, 380),
    'lingerie': Trade(380, 0.18, 1_500, 260),
    'bags': Trade(420, 0.18, 1_400, 680),
    'jewellery': Trade(620, 0.12, 900, 2_400, modes=('greater', 'base_plus_overage')),
    'accessories': Trade(420, 0.20, 1_600, 68),
    'cosmetics': Trade(560, 0.14, 1_100, 360, modes=('greater', 'stepped')),
    'digital': Trade(330, 0.08, 500, 1_900, modes=('fixed', 'base_plus_overage')),
    'eyewear': Trade(360, 0.20, 1_500, 620),
    'sports': Trade(300, 0.17, 1_200, 520, modes=('base_plus_overage', 'greater')),
    'kids': Trade(300, 0.18, 1_300, 260, weekend=2.3),
    'family': Trade(190, 0.20, 1_200, 180, 600, 3.1),
    'home': Trade(220, 0.16, 1_100, 310),
    'books': Trade(120, 0.12, 600, 85, 900, modes=_PURE),
    'supermarket': Trade(150, 0.06, 450, 96, 900, 1.4, _PURE),
    'grocery': Trade(260, 0.09, 700, 48, 900, 1.3),
    'convenience': Trade(300, 0.11, 800, 24, weekend=1.1, modes=_FIXED),
    'pharmacy': Trade(280, 0.12, 700, 78, weekend=1.1, modes=_FIXED),
    'bakery': Trade(360, 0.16, 1_200, 36, weekend=1.5),
    'cafe': Trade(330, 0.17, 1_200, 38, 600, 1.5),
    'drinks': Trade(400, 0.18, 1_400, 22, 600, 1.7, ('greater', 'stepped', 'fixed')),
    'dessert': Trade(340, 0.18, 1_300, 42, 600, 1.9),
    'dining': Trade(260, 0.14, 1_000, 165, 600, 1.9, ('greater', 'stepped', 'greater', 'base_plus_overage', 'fixed')),
    'beauty': Trade(300, 0.22, 1_200, 240, 600, 1.4, _FIXED),
    'services': Trade(240, 0.20, 1_000, 66, 600, 1.2, _FIXED),
    'fitness': Trade(110, 0.20, 800, 520, 600, 1.0, _FIXED),
    'cinema': Trade(110, 0.14, 1_200, 92, 300, 2.6, _PURE),
    'leisure': Trade(170, 0.19, 1_100, 260, 600, 2.0),
    'arcade': Trade(220, 0.20, 1_400, 75, 600, 2.4),
}
FLOORS: Mapping[str, float] = {'B1': 0.72, 'F1': 1.0, 'F2': 0.82, 'F3': 0.68, 'F4': 0.62}
KINDS: Mapping[str, float] = {'anchor': 0.55, 'shop': 1.0, 'kiosk': 1.8}


@dataclass(frozen=True, slots=True)
class Shop:
    """A unit of the plan and what can be expected of it: rent and sales in fen a month."""

    unit: Mapping[str, Any]
    floor: str
    trade: Trade
    rent_fen: int
    sales_fen: int
    mode: str

    @property
    def code(self) -> str:
        return str(self.unit['code'])

    @property
    def category(self) -> str:
        return str(self.unit['category'])

    @property
    def net_area_dm2(self) -> int:
        return round(self.unit['area_m2'] * 100)


def shops_of(document: Mapping[str, Any]) -> list[Shop]:
    """Every unit of the plan with its trade, the same each time."""
    return [
        _shop(unit, floor['code'])
        for building in document['buildings'] for floor in building['floors'] for unit in floor['units']
    ]  # fmt: skip


def _shop(unit: Mapping[str, Any], floor: str) -> Shop:
    dice = dice_for(unit['code'])
    trade = TRADES[unit['category']]
    per_m2 = trade.rent * FLOORS[floor] * KINDS[unit['kind']] * dice.uniform(0.9, 1.12)
    rent = round(per_m2 * unit['area_m2'] / 100) * 100 * FEN
    sales = round(rent / trade.cost_share * dice.uniform(0.72, 1.34))
    mode = 'fixed' if unit['kind'] == 'kiosk' else dice.choice(trade.modes)
    return Shop(unit, floor, trade, rent, sales, mode)


def rent_terms(shop: Shop, step: float) -> RentTerms:
    """The rent of a year whose base has risen by `step` since the first."""
    base = round(shop.rent_fen * step / (100 * FEN)) * 100 * FEN
    rate = (Band(up_to_fen=None, rate_bp=shop.trade.rate_bp),)
    if shop.mode == 'fixed':
        return RentTerms(mode=RentMode.FIXED, base_fen=base)
    if shop.mode == 'percentage':
        return RentTerms(mode=RentMode.PERCENTAGE, bands={ANY: rate})
    if shop.mode == 'base_plus_overage':
        return RentTerms(mode=RentMode.BASE_PLUS_OVERAGE, base_fen=base, bands={ANY: rate})
    bands = _stepped(shop) if shop.mode == 'stepped' else rate
    return RentTerms(mode=RentMode.GREATER, base_fen=base * 8 // 10, bands={ANY: bands})


def _stepped(shop: Shop) -> tuple[Band, ...]:
    ends = [round(shop.sales_fen * part / 1_000_000) * 1_000_000 for part in STEPS]
    rates = [shop.trade.rate_bp + more for more in (-200, 0, 150, 300)]
    return tuple(
        Band(up_to_fen=end, rate_bp=rate) for end, rate in zip([*ends, None], rates, strict=True)
    )  # fmt: skip


def sold_on(shop: Shop, day: date) -> int:
    """What a shop sells on a day, VAT included, in fen; the same each time it is asked."""
    dice = Random(f'{shop.code} {day}')  # noqa: S311 - a demo's dice
    weekday = shop.trade.weekend if day.weekday() >= 5 else 1.15 if day.weekday() == 4 else 1.0
    mean = (shop.trade.weekend * 2 + 1.15 + 4) / 7
    season = (1.12, 1.18, 0.92, 0.95, 1.06, 0.98, 1.02, 0.99, 0.96, 1.1, 1.02, 1.14)[day.month - 1]
    daily = shop.sales_fen / 30.4 * weekday / mean * season * dice.gauss(1, 0.11)
    return max(1, round(daily / FEN)) * FEN


def dice_for(code: str) -> Random:
    """A shop's own dice: they fall the same way in every installation."""
    return Random(f'lease of {code}')  # noqa: S311 - a demo's dice
