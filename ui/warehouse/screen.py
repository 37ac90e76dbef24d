"""What the browser needs to work on its own, and the answers to the moves it hands over."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments
from pydantic import ValidationError

from domain.inventory.overview import StockRow, list_counts, list_locations, list_quants, list_stock
from domain.inventory.permissions import COUNT
from domain.inventory.views import LocationView
from domain.mall.queries import get_business_clock, list_units
from domain.purchasing.operations import get_order
from domain.purchasing.overview import list_orders
from domain.purchasing.permissions import RECEIVE
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import run_query
from domain.shared.spelling import pinyin_of
from ui.kit.i18n import current_locale, t, words
from ui.loading import together
from ui.warehouse.moves import KINDS, carry_out

REASONS = ('damaged', 'expired', 'lost', 'tester', 'gift', 'recalled', 'returned_to_supplier')
WORDS = (
    'title', 'offline', 'online', 'queued', 'home', 'refused', 'drop', 'scan', 'camera', 'stop_camera', 'no_camera',
    'unknown', 'begin', 'none', 'order', 'no_order', 'lacking', 'sheet', 'at', 'from', 'to', 'lot', 'expires', 'reason',
    'pieces', 'less', 'more', 'confirm', 'kept', 'not_kept', *KINDS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Store:
    """What goes to the browser."""

    items: list[StockRow]
    places: list[LocationView]
    shops: dict[str, str]
    quants: list[Any]
    orders: list[Any]
    counts: list[Any]


class Handheld(Element, component='handheld.js'):
    """The browser's own part."""

    def give(self, **props: Any) -> None:
        """Hands over what there is."""
        self._props.update(props)

    def settle(self, key: str, refused: dict[str, str] | None) -> None:
        """The move of this key is done, or refused for good."""
        self.run_method('settled', key, refused)


class WarehouseScreen:
    """Loads the store for the browser and carries out what it noted."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._browser = Handheld()
        needed = {'count': COUNT, 'receive': RECEIVE}
        modes = [one for one in KINDS if one not in needed or actor.may(needed[one])]
        self._browser.give(
            words={name: t(f'warehouse.{name}') for name in WORDS}, modes=modes,
            reasons={one: t(f'inventory.reason.{one}') for one in REASONS}, who=str(actor.account_id or actor.name),
        )  # fmt: skip
        self._browser.on('move', self._moved)

    async def load(self) -> Store:
        """The store as it is now."""
        actor = self._actor
        clock = await run_query(get_business_clock, actor=actor)
        items, places, units, quants, orders, counts = await together(
            run_query(list_stock, actor=actor, day=clock.business_on(datetime.now(UTC))),
            run_query(list_locations, actor=actor), run_query(list_units, actor=actor),
            run_query(list_quants, actor=actor),
            run_query(list_orders, actor=actor, open_only=True), run_query(list_counts, actor=actor),
        )  # fmt: skip
        opened = await together(*(run_query(get_order, actor=actor, order_id=one.id) for one in orders))
        shops = {unit.code: words(unit.name_zh, unit.name_en) for unit in units}
        return Store(items, places, shops, quants, opened, [one for one in counts if one.validated_at is None])

    def show(self, store: Store) -> None:
        """Send it to the browser."""
        codes = {one.code: int(one.id) for one in store.places}
        self._browser.give(
            items=[_item(one) for one in store.items],
            places=[{'id': int(one.id), 'name': _place(one, store.shops)} for one in store.places],
            quants=[
                {'item': one.item, 'place': one.place, 'lot': one.lot, 'lot_code': one.lot_code, 'pieces': one.pieces}
                for one in store.quants
            ],
            orders=[
                {'id': int(one.id), 'number': one.number,
                 'lacking': {str(line.item_id): max(0, line.ordered - line.received) for line in one.lines}}
                for one in store.orders
            ],
            counts=[
                {'id': int(one.id), 'name': f'#{one.id}', 'places': [codes[code] for code in one.location_codes]}
                for one in store.counts
            ],
            clock=datetime.now(UTC).timestamp() * 1000,
        )  # fmt: skip
        self._browser.update()

    async def _moved(self, event: GenericEventArguments) -> None:
        """A move arrives, perhaps again. What is refused is shown to whoever made it, and is never sent again."""
        move = event.args if isinstance(event.args, dict) else {}
        key = str(move.get('key', ''))
        try:
            await carry_out(self._actor, move)
        except DomainError as failure:
            if failure.status >= 500:
                return
            self._browser.settle(key, {'code': failure.code, 'detail': failure.sentence(current_locale())})
        except (ValidationError, ValueError, KeyError, TypeError):
            self._browser.settle(key, {'code': 'warehouse.no_move', 'detail': t('warehouse.no_move')})
        else:
            self._browser.settle(key, None)


def _item(one: StockRow) -> dict[str, Any]:
    typed = (one.name_zh.lower().replace(' ', ''), one.name_en.lower().replace(' ', ''), *pinyin_of(one.name_zh),
             one.sku.lower(), *one.barcodes)  # fmt: skip
    return {
        'id': int(one.id), 'sku': one.sku, 'name': words(one.name_zh, one.name_en), 'barcodes': list(one.barcodes),
        'has_lots': one.has_lots, 'search': ' '.join(typed),
    }  # fmt: skip


def _place(one: LocationView, shops: dict[str, str]) -> str:
    if one.kind == 'shelf':
        code = one.code.removeprefix('shop-')
        return t('inventory.shelf', shop=shops.get(code, code))
    return f'{t(f"inventory.kind.{one.kind}")} {one.code}'
