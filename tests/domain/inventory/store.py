"""Short ways to register, receive, sell and count."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count

from domain.inventory.commands import (
    NO_LOT,
    CountId,
    ItemId,
    LocationId,
    LotId,
    NewLot,
    OpenCount,
    OpenLocation,
    Receive,
    RecordCount,
    RegisterItem,
    SaleLine,
    Sell,
    ValidateCount,
)
from domain.inventory.counts import open_count, record_count, validate_count
from domain.inventory.items import open_location, register_item
from domain.inventory.operations import receive, sell
from domain.inventory.queries import balance_at, on_hand
from domain.inventory.views import CountReview, CountSheet, Posted
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World

_numbers = count(1)
DAY = date(2026, 5, 8)
NOW = datetime(2026, 5, 8, 10, tzinfo=UTC)  # 18:00 in Shanghai


def at(hour: int, day: int = 8) -> datetime:
    """An hour of May 2026, by the mall's clocks."""
    return (
        datetime(2026, 5, day, hour - 8, tzinfo=UTC) if hour >= 8 else datetime(2026, 5, day - 1, hour + 16, tzinfo=UTC)
    )


@dataclass(frozen=True)
class Store:
    world: World

    def item(self, **more: object) -> ItemId:
        sku = f'sku-{next(_numbers)}'
        command = RegisterItem(sku=sku, name_zh='商品', name_en='Item', **more)  # type: ignore[arg-type]
        return perform(register_item, actor=self.world.actor, command=command).id

    def shelf(self, kind: str = 'shelf') -> LocationId:
        command = OpenLocation(code=f'bay-{next(_numbers)}', kind=kind)  # type: ignore[arg-type]
        return perform(open_location, actor=self.world.actor, command=command).id

    def receive(
        self, item: ItemId, where: LocationId, pieces: int, *, on: datetime = datetime(2026, 5, 1, tzinfo=UTC),
        now: datetime = NOW, lot: NewLot | None = None, key: str = '', cost_fen: int = 0,
    ) -> Posted:  # fmt: skip
        return perform(receive, actor=self.world.actor, now=now, command=Receive(
            key=key or f'r-{next(_numbers)}', item_id=item, location_id=where, quantity=pieces, occurred_at=on, lot=lot,
            cost_fen=cost_fen,
        ))  # fmt: skip

    def sell(
        self, item: ItemId, where: LocationId, pieces: int, *, on: datetime = NOW, now: datetime | None = None,
        key: str = '', **more: int,
    ) -> Posted:  # fmt: skip
        line = SaleLine(item_id=item, quantity=pieces, **more)
        command = Sell(key=key or f's-{next(_numbers)}', location_id=where, lines=(line,), occurred_at=on)
        return perform(sell, actor=self.world.actor, command=command, now=now or on)

    def there(self, item: ItemId, where: LocationId | None = None, day: date = DAY) -> int:
        rows = ask(on_hand, actor=self.world.actor, item_id=item, day=day)
        return sum(row.quantity for row in rows if where in (None, row.location_id))

    def balance(self, item: ItemId, moment: datetime, where: LocationId | None = None) -> int:
        return ask(balance_at, actor=self.world.actor, item_id=item, moment=moment, location_id=where)

    def open_count(self, *where: LocationId, tolerance: int = 100) -> CountId:
        command = OpenCount(location_ids=where, tolerance=tolerance)
        return perform(open_count, actor=self.world.actor, command=command, now=NOW).id

    def count(
        self, sheet: CountId, where: LocationId, item: ItemId, pieces: int, on: datetime, *, by: str = '甲',
        lot: LotId = NO_LOT,
    ) -> CountSheet:  # fmt: skip
        command = RecordCount(
            count_id=sheet, location_id=where, item_id=item, lot_id=lot, counted=pieces, counted_at=on
        )
        return perform(record_count, actor=replace(self.world.actor, name=by), command=command, now=on)

    def validate(self, sheet: CountId, now: datetime) -> CountReview:
        return perform(validate_count, actor=self.world.actor, command=ValidateCount(count_id=sheet), now=now)
