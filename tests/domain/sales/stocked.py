"""A shop whose articles lie in stock, with short words for what its tills do."""

from itertools import count

from domain.inventory import items as inventory_items
from domain.inventory import operations as inventory
from domain.inventory.commands import ItemId, LocationId, OpenLocation, Receive, RegisterItem
from domain.inventory.queries import on_hand
from domain.sales import pricing, shifts
from domain.sales.commands import Price, RegisterTill, SetPrices
from domain.shared.actor import MallId
from tests.domain.sales.conftest import NOON, Shop

_numbers = count(1)


class StockedShop(Shop):
    """Its two tills sell from one shelf."""

    def __init__(self, mall: MallId) -> None:
        super().__init__(mall)
        self.shelf = f'shelf-{next(_numbers)}'
        self.place: LocationId = self.do(
            inventory_items.open_location, command=OpenLocation(code=self.shelf, kind='shelf')
        ).id
        for till in self.tills:
            self.do(shifts.register_till, command=RegisterTill(code=till, shop='l1-01', location=self.shelf))

    def stock(self, sku: str, pieces: int, *, name: str = '青岛啤酒', fen: int = 800, **more: object) -> ItemId:
        command = RegisterItem(sku=sku, name_zh=name, name_en='Beer', barcodes=(f'69{sku}',), **more)  # type: ignore[arg-type]
        item: ItemId = self.do(inventory_items.register_item, command=command).id
        self.do(pricing.set_prices, command=SetPrices(
            shop='l1-01', prices=(Price(sku=sku, category='food', unit_fen=fen),)
        ))  # fmt: skip
        if pieces:
            self.do(inventory.receive, command=Receive(
                key=f'in-{sku}', item_id=item, location_id=self.place, quantity=pieces, occurred_at=NOON,
                cost_fen=pieces * 500,
            ))  # fmt: skip
        return item

    def there(self, item: ItemId) -> int:
        return sum(row.quantity for row in self.ask(on_hand, item_id=item, day=NOON.date()))
