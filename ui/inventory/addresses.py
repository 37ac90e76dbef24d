"""Addresses of the stock pages, in the order of their tabs."""

from ui.shell import paths

STOCK = paths.INVENTORY
LOTS = f'{STOCK}/lots'
RANGE = f'{STOCK}/range'
ORDERS = f'{STOCK}/orders'
REPLENISHMENT = f'{STOCK}/replenishment'
COUNTS = f'{STOCK}/counts'
CONCESSION = f'{STOCK}/concession'
ITEM = f'{STOCK}/items/{{item}}'
ORDER = f'{STOCK}/orders/{{order}}'
COUNT = f'{STOCK}/counts/{{count}}'

NAMES = {
    STOCK: 'stock', LOTS: 'lots', RANGE: 'range', ORDERS: 'orders', REPLENISHMENT: 'replenishment', COUNTS: 'counts',
    CONCESSION: 'concession',
}  # fmt: skip


def item(item_id: int) -> str:
    """One item's card."""
    return ITEM.format(item=item_id)


def order(order_id: int) -> str:
    """One purchase order."""
    return ORDER.format(order=order_id)


def count(count_id: int) -> str:
    """One count."""
    return COUNT.format(count=count_id)
