"""The demo mall's store: suppliers and their orders, lots that expire, goods on the road and on hold, counts.

Told once and in one transaction, through the operations of the domain, each at the time at which it happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.inventory import counts, items, operations
from domain.inventory.catalogue import find_location, list_catalogue
from domain.inventory.commands import (
    CountId,
    ItemId,
    LocationId,
    NewLot,
    OpenCount,
    OpenLocation,
    Ownership,
    Receive,
    RecordCount,
    RegisterItem,
    SaleLine,
    Sell,
    Transfer,
    ValidateCount,
    WriteOff,
)
from domain.inventory.overview import list_locations
from domain.leasing.queries import list_tenants
from domain.mall.queries import get_business_clock
from domain.purchasing import operations as purchasing
from domain.purchasing.commands import (
    CloseOrder,
    Closure,
    OrderId,
    OrderLine,
    PlaceOrder,
    ProposeReplenishment,
    ReceiveOrder,
    RegisterSupplier,
    SetReorderRule,
    SupplierId,
)
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from integrations.demo.articles import GROCERIES, HOUSEHOLD, Article

Say = Callable[[str], None]
STORE, BACK, HOLD, ROAD = 'wh-store', 'wh-back', 'wh-qc', 'wh-road'
PLACES = ((STORE, 'stockroom'), (BACK, 'stockroom'), (HOLD, 'quality'), (ROAD, 'transit'))
# Spring Festival: the end is the first working day again.
HOLIDAYS = (
    Closure(from_on=date(2026, 2, 15), until_on=date(2026, 2, 25)),
    Closure(from_on=date(2027, 2, 4), until_on=date(2027, 2, 15)),
)
SUPPLIERS = (
    ('S01', '云山食品配送', 'Yunshan Foods', 3),
    ('S02', '晨光乳业', 'Morning Dairy', 1),
    ('S03', '居礼家居用品', 'Juli Housewares', 9),
)
MOVED_TO_STORE = 200


@dataclass(frozen=True, slots=True)
class Dated:
    """Goods by lot: pieces and days until expiry of each."""

    sku: str
    zh: str
    en: str
    fen: int
    lots: tuple[tuple[int, int], ...]


DATED = (
    Dated('ck-3001', '低温酸奶 200g', 'Chilled yogurt 200 g', 480, ((36, 2), (120, 9))),
    Dated('ck-3002', '鲜豆浆 1L', 'Fresh soy milk 1 l', 620, ((18, -1), (60, 4))),
    Dated('ck-3003', '巴氏鲜奶油 250ml', 'Pasteurised cream 250 ml', 1_450, ((24, 6), (48, 21))),
    Dated('ck-3004', '真空牛腱 400g', 'Vacuum-packed beef shank 400 g', 3_280, ((40, 28),)),
    Dated('ck-3005', '婴儿辅食泥 113g', 'Baby purée 113 g', 990, ((200, 160), (90, 45))),
    Dated('ck-3006', '冷萃咖啡液 30ml×12', 'Cold brew concentrate 12 × 30 ml', 4_600, ((30, 75),)),
)


def open_stock(mall_id: MallId, now: datetime, say: Say) -> None:
    """What the store's pages show at a first look. Once."""
    actor = system_actor('seeder', mall_id)
    if any(place.code == STORE for place in ask(list_locations, actor=actor)):
        return
    orders = perform(furnish_store, actor=actor, now=now)
    say(f'The store: {len(DATED)} articles by lot, {len(SUPPLIERS)} suppliers, {orders} orders.')


@operation(UPKEEP, name='demo.furnish_store')
def furnish_store(session: Session, *, actor: Actor, now: datetime) -> int:
    """Locations, lots, suppliers, orders, moves and counts. Returns the number of orders."""
    store = _Store(session, actor, now)
    store.stock()
    store.lend_shelves()
    orders = store.order()
    store.move()
    store.count()
    return orders


class _Store:
    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self._session, self._actor, self._now = session, actor, now
        self._clock = get_business_clock(session, actor=actor)
        self._today = self._clock.business_on(now)
        self._places: dict[str, LocationId] = {}
        self._items: dict[str, ItemId] = {}
        self._suppliers: dict[str, SupplierId] = {}

    def stock(self) -> None:
        """The store's places, what lies there by lot, and what the shops' shelves sent to the back."""
        for code, kind in PLACES:
            command = OpenLocation(code=code, kind=kind)  # type: ignore[arg-type]
            self._places[code] = items.open_location(
                self._session, actor=self._actor, command=command, now=self._now
            ).id  # fmt: skip
        for one in DATED:
            self._register(one)
            for number, (pieces, days) in enumerate(one.lots, 1):
                lot = NewLot(code=f'L{self._today:%y%m}{number:02d}', expires_on=self._today + timedelta(days=days))
                self._receive(f'lot-{one.sku}-{number}', one.sku, pieces, pieces * one.fen * 6 // 10, lot)
        for shop, articles in (('b1-01', GROCERIES[:10]), ('b1-11', HOUSEHOLD[:8])):
            shelf = find_location(self._session, actor=self._actor, code=f'shop-{shop}').id
            known = list_catalogue(self._session, actor=self._actor, skus=[one.sku for one in articles])
            self._items |= {row.sku: row.id for row in known}
            for row in known:
                self._transfer(f'back-{row.sku}', row.sku, shelf, self._places[STORE], MOVED_TO_STORE, days=6)

    def lend_shelves(self) -> None:
        """Goods of a tenant on the mall's shelf (联营): sold for a commission."""
        tenants = list_tenants(self._session, actor=self._actor)
        if not tenants:
            return
        command = RegisterItem(
            sku='ly-4001', barcodes=(_barcode('ly-4001'),), name_zh='联营香氛礼盒', name_en='Fragrance gift box',
            ownership=Ownership.CONCESSION, owner_id=tenants[0].id, commission_bp=2_500,
        )  # fmt: skip
        self._items[command.sku] = items.register_item(
            self._session, actor=self._actor, command=command, now=self._now
        ).id  # fmt: skip
        self._receive('concession', command.sku, 60, 0, None)
        for number in range(1, 6):
            operations.sell(self._session, actor=self._actor, now=self._now, command=Sell(
                key=f'demo-concession-{number}', location_id=self._places[STORE],
                occurred_at=self._ago(hours=20 * number),
                lines=(SaleLine(
                    item_id=self._items[command.sku], quantity=number, list_fen=number * 29_900,
                    brand_funded_fen=number * 1_800, mall_funded_fen=number * 1_200,
                ),),
            ))  # fmt: skip

    def order(self) -> int:
        """Orders in every state: done, partly here, on hold, late, on the way."""
        for code, zh, en, lead in SUPPLIERS:
            self._suppliers[code] = purchasing.register_supplier(
                self._session, actor=self._actor, now=self._now,
                command=RegisterSupplier(code=code, name_zh=zh, name_en=en, lead_days=lead, closures=HOLIDAYS),
            ).id  # fmt: skip
        done = self._place('S01', 12, GROCERIES[:3], 240)
        self._take(done, GROCERIES[:3], 240, STORE, days=9)
        purchasing.close_order(self._session, actor=self._actor, command=CloseOrder(order_id=done), now=self._now)
        self._take(self._place('S01', 4, GROCERIES[3:6], 180), GROCERIES[3:5], 120, STORE, days=1)
        self._take(self._place('S03', 14, HOUSEHOLD[:2], 60), HOUSEHOLD[:1], 60, HOLD, days=1)
        self._place('S03', 20, HOUSEHOLD[2:6], 48)
        self._place('S01', 1, GROCERIES[6:10], 300)
        for one in DATED:
            self._rule(one.sku, 'S02' if one.sku < 'ck-3004' else 'S01', 90, 240)
        for article in (*GROCERIES[:4], *HOUSEHOLD[4:6]):
            self._rule(article.sku, 'S01' if article in GROCERIES else 'S03', 700, 960)
        command = ProposeReplenishment(on=self._today)
        purchasing.propose_replenishment(self._session, actor=self._actor, command=command, now=self._now)
        return 5

    def move(self) -> None:
        """A transfer that has left and not arrived, one that has, and a write-off."""
        store, back, road = self._places[STORE], self._places[BACK], self._places[ROAD]
        self._transfer('road', GROCERIES[0].sku, store, road, 96, days=0)
        self._transfer('shelved', GROCERIES[1].sku, store, back, 60, days=2)
        for key, article, pieces, reason in (
            ('cracked', HOUSEHOLD[0], 3, 'damaged'),
            ('tried', HOUSEHOLD[6], 1, 'tester'),
        ):
            operations.write_off(self._session, actor=self._actor, now=self._now, command=WriteOff(
                key=f'demo-{key}', item_id=self._items[article.sku], location_id=store, quantity=pieces,
                occurred_at=self._ago(hours=30), reason=reason,  # type: ignore[arg-type]
            ))  # fmt: skip

    def count(self) -> None:
        """A count that was agreed and posted, and one in which two people do not agree yet."""
        store = self._places[STORE]
        done = counts.open_count(
            self._session, actor=self._named('梁仓生'), now=self._ago(hours=50),
            command=OpenCount(location_ids=(store,), tolerance=2),
        ).id  # fmt: skip
        self._note(done, '梁仓生', HOUSEHOLD[1], MOVED_TO_STORE - 2, hours=48)
        self._note(done, '梁仓生', HOUSEHOLD[2], MOVED_TO_STORE, hours=47)
        counts.validate_count(
            self._session, actor=self._named('林悦'), command=ValidateCount(count_id=done), now=self._ago(hours=40)
        )
        running = counts.open_count(
            self._session, actor=self._named('林悦'), now=self._ago(hours=3),
            command=OpenCount(location_ids=(store, self._places[BACK]), tolerance=5),
        ).id  # fmt: skip
        self._note(running, '梁仓生', HOUSEHOLD[3], MOVED_TO_STORE - 12, hours=2)
        self._note(running, '梁仓生', HOUSEHOLD[4], MOVED_TO_STORE, hours=2)

    def _note(self, count: CountId, name: str, article: Article, pieces: int, *, hours: int) -> None:
        counts.record_count(self._session, actor=self._named(name), now=self._ago(hours=hours), command=RecordCount(
            count_id=count, location_id=self._places[STORE], item_id=self._items[article.sku], counted=pieces,
            counted_at=self._ago(hours=hours),
        ))  # fmt: skip

    def _named(self, name: str) -> Actor:
        return replace(self._actor, name=name)

    def _ago(self, *, days: int = 0, hours: int = 0) -> datetime:
        return self._now.astimezone(UTC) - timedelta(days=days, hours=hours, minutes=5)

    def _register(self, one: Dated) -> None:
        command = RegisterItem(
            sku=one.sku, barcodes=(_barcode(one.sku),), name_zh=one.zh, name_en=one.en, has_lots=True
        )
        self._items[one.sku] = items.register_item(
            self._session, actor=self._actor, command=command, now=self._now
        ).id  # fmt: skip

    def _receive(self, key: str, sku: str, pieces: int, cost_fen: int, lot: NewLot | None) -> None:
        operations.receive(self._session, actor=self._actor, now=self._now, command=Receive(
            key=f'demo-{key}', item_id=self._items[sku], location_id=self._places[STORE], quantity=pieces,
            occurred_at=self._ago(days=7), cost_fen=cost_fen, lot=lot, reference='期初入库',
        ))  # fmt: skip

    def _transfer(self, key: str, sku: str, source: LocationId, target: LocationId, pieces: int, *, days: int) -> None:
        operations.transfer(self._session, actor=self._actor, now=self._now, command=Transfer(
            key=f'demo-{key}', item_id=self._items[sku], from_id=source, to_id=target, quantity=pieces,
            occurred_at=self._ago(days=days),
        ))  # fmt: skip

    def _place(self, supplier: str, days: int, articles: tuple[Article, ...], pieces: int) -> OrderId:
        ordered_on = self._today - timedelta(days=days)
        return purchasing.place_order(self._session, actor=self._named('林悦'), now=self._now, command=PlaceOrder(
            number=f'PO-{ordered_on:%y%m%d}-{supplier}', supplier_id=self._suppliers[supplier], ordered_on=ordered_on,
            over_tolerance_bp=500, lines=tuple(
                OrderLine(item_id=self._items[one.sku], quantity=pieces, unit_cost_fen=one.fen * 7 // 10)
                for one in articles
            ),
        )).id  # fmt: skip

    def _take(self, order: OrderId, articles: tuple[Article, ...], pieces: int, place: str, *, days: int) -> None:
        for one in articles:
            purchasing.receive_order(self._session, actor=self._actor, now=self._now, command=ReceiveOrder(
                key=f'demo-po-{order}-{one.sku}', order_id=order, item_id=self._items[one.sku], quantity=pieces,
                location_id=self._places[place], occurred_at=self._ago(days=days),
            ))  # fmt: skip

    def _rule(self, sku: str, supplier: str, point: int, up_to: int) -> None:
        purchasing.set_reorder_rule(self._session, actor=self._actor, now=self._now, command=SetReorderRule(
            item_id=self._items[sku], supplier_id=self._suppliers[supplier], reorder_point=point, order_up_to=up_to
        ))  # fmt: skip


def _barcode(sku: str) -> str:
    return Article(sku, '', '', '', 0).barcode
