"""The catalogue (商品目录): items as tills want them, by SKU with their barcodes, and places by their code."""

from collections.abc import Collection

from sqlalchemy import text
from sqlmodel import Session, select

from domain.inventory.commands import ItemId, LocationId
from domain.inventory.errors import PlaceUnknown
from domain.inventory.models import StockLocation
from domain.inventory.permissions import VIEW
from domain.inventory.views import CatalogueRow, LocationView
from domain.shared.actor import Actor
from domain.shared.operations import query

_ITEMS = text("""
SELECT i.id, i.sku, i.name_zh, i.name_en, i.size, i.colour,
    coalesce(array_agg(b.barcode ORDER BY b.barcode) FILTER (WHERE b.barcode IS NOT NULL), '{}') AS barcodes
FROM item i LEFT JOIN item_barcode b ON b.mall_id = i.mall_id AND b.item_id = i.id
WHERE i.mall_id = app_mall() AND i.sku = ANY(:skus) GROUP BY i.mall_id, i.id ORDER BY i.sku
""")


@query(VIEW)
def list_catalogue(session: Session, *, actor: Actor, skus: Collection[str]) -> list[CatalogueRow]:
    """The items of these SKUs; unknown ones are left out."""
    rows = session.execute(_ITEMS, {'skus': list(skus)}) if skus else ()
    return [
        CatalogueRow(
            id=ItemId(row.id), sku=row.sku, name_zh=row.name_zh, name_en=row.name_en, size=row.size,
            colour=row.colour, barcodes=tuple(row.barcodes),
        ) for row in rows
    ]  # fmt: skip


@query(VIEW)
def find_location(session: Session, *, actor: Actor, code: str) -> LocationView:
    """The place of a code.

    :raises PlaceUnknown:
    """
    place = session.exec(select(StockLocation).where(StockLocation.code == code)).one_or_none()
    if place is None:
        raise PlaceUnknown
    return LocationView(id=LocationId(place.id), code=place.code, kind=place.kind)
