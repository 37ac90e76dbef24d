"""Price lists (价目): what a till may sell, at which price, and how a cashier finds it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import Session, col, select

from domain.inventory import catalogue
from domain.inventory.views import CatalogueRow
from domain.sales._loading import clock_of, mall_of, ourselves, usable_till
from domain.sales.commands import Price, SetPrices
from domain.sales.errors import BasketInvalid
from domain.sales.models import SalePrice
from domain.sales.permissions import MANAGE_TILLS, SELL, VIEW
from domain.sales.views import ArticleView, PriceRow, PriceVersion
from domain.shared.actor import Actor
from domain.shared.operations import operation, query
from domain.shared.spelling import pinyin_of

MOST_FEN = 10_000_000_00
FEW = 8


@operation(MANAGE_TILLS, name='sales.set_prices')
def set_prices(session: Session, *, actor: Actor, command: SetPrices, now: datetime) -> int:
    """Puts articles on a shop's price list, or changes their price, at once or from a business day on.

    Earlier prices stay on record and receipts keep what was paid (PO-R11); what is priced so already changes nothing.
    Returns how many prices are new.

    :raises BasketInvalid: for a price that is none, an article named twice, or a day that has passed.
    """
    if len({price.sku for price in command.prices}) != len(command.prices):
        raise BasketInvalid(reason='an article is named twice')
    if any(not 0 <= price.unit_fen <= MOST_FEN or not price.sku.strip() for price in command.prices):
        raise BasketInvalid(reason=f'a price lies between 0 and {MOST_FEN} fen')
    from_at = _from_at(session, actor, command, now)
    skus = [price.sku for price in command.prices]
    known = {price.sku: _facts(price) for price in _in_force(session, from_at, shop=command.shop, skus=skus)}
    rows = [
        {'mall_id': mall_of(actor), 'shop': command.shop, 'sku': price.sku, 'category': price.category,
         'unit_fen': price.unit_fen, 'is_active': price.is_active, 'from_at': from_at, 'set_by': actor.name,
         'changed_at': now}
        for price in command.prices if known.get(price.sku) != _facts(price)
    ]  # fmt: skip
    if rows:
        wanted = insert(SalePrice).values(rows)
        changed = ('category', 'unit_fen', 'is_active', 'set_by', 'changed_at')
        session.execute(wanted.on_conflict_do_update(
            index_elements=['mall_id', 'shop', 'sku', 'from_at'],
            set_={name: wanted.excluded[name] for name in changed},
        ))  # fmt: skip
    return len(rows)


@query(SELL)
def list_articles(session: Session, *, actor: Actor, till: str, now: datetime) -> list[ArticleView]:
    """The price list of a till's shop as it is now, with names and barcodes.

    :raises TillUnusable:
    """
    shop = usable_till(session, till).shop
    prices = [price for price in _in_force(session, now, shop=shop) if price.is_active]
    named = _names(session, actor, prices)
    return [_article(price, named.get(price.sku)) for price in prices]


@query(VIEW)
def list_prices(session: Session, *, actor: Actor, now: datetime, shop: str | None = None) -> list[PriceRow]:
    """All articles of all shops' price lists, or of one's: the price in force and the next that is set."""
    present = {(price.shop, price.sku): price for price in _in_force(session, now, shop=shop)}
    later = select(SalePrice).where(SalePrice.from_at > now).order_by(col(SalePrice.from_at).desc())
    later = later if shop is None else later.where(SalePrice.shop == shop)
    following = {(price.shop, price.sku): price for price in session.exec(later)}
    shown = following | present
    named = _names(session, actor, list(shown.values()))
    return [
        _price_row(shown[key], present.get(key), following.get(key), named.get(key[1])) for key in sorted(shown)
    ]  # fmt: skip


@query(VIEW)
def list_price_versions(session: Session, *, actor: Actor, shop: str, sku: str) -> list[PriceVersion]:
    """Every price that an article had, has or is set to have in a shop, the latest first."""
    found = select(SalePrice).where(SalePrice.shop == shop, SalePrice.sku == sku)
    prices = session.exec(found.order_by(col(SalePrice.from_at))).all()
    ends = [*(price.from_at for price in prices[1:]), None]
    return [
        PriceVersion(
            unit_fen=price.unit_fen, is_active=price.is_active, from_at=price.from_at, until_at=until_at,
            set_by=price.set_by,
        ) for price, until_at in zip(prices, ends, strict=False)
    ][::-1]  # fmt: skip


def scanned(articles: Sequence[ArticleView], code: str) -> ArticleView | None:
    """The article of a barcode or a SKU, as a scanner sends it."""
    plain = code.strip()
    return next((one for one in articles if plain in one.barcodes or plain == one.sku), None)


def matching(articles: Sequence[ArticleView], words: str, *, limit: int = FEW) -> list[ArticleView]:
    """Articles by what a cashier typed: a part of the name, pinyin or its initials; the best matches first."""
    wanted = words.strip().lower().replace(' ', '')
    if not wanted:
        return []
    ranked = [(rank, one) for one in articles if (rank := _rank(one, wanted)) is not None]
    ranked.sort(key=lambda pair: (pair[0], len(pair[1].name_zh), pair[1].sku))
    return [one for _, one in ranked[:limit]]


def _rank(article: ArticleView, wanted: str) -> int | None:
    """0 is best: initials or name begin so; 1: something contains it; None: nothing does."""
    names = (article.name_zh, article.name_en.lower().replace(' ', ''), article.pinyin, article.initials,
             article.sku.lower(), *article.barcodes)  # fmt: skip
    if any(name.startswith(wanted) for name in names):
        return 0
    return 1 if any(wanted in name for name in names) else None


def _from_at(session: Session, actor: Actor, command: SetPrices, now: datetime) -> datetime:
    if command.from_on is None:
        return now
    clock = clock_of(session, actor)
    if command.from_on < clock.business_on(now):
        raise BasketInvalid(reason=f'{command.from_on} has passed, and its prices with it')
    return max(now, clock.bounds(command.from_on)[0])


def _in_force(
    session: Session, at: datetime, *, shop: str | None = None, skus: Sequence[str] | None = None
) -> list[SalePrice]:
    found = select(SalePrice).ext(distinct_on(col(SalePrice.shop), col(SalePrice.sku))).where(SalePrice.from_at <= at)
    found = found if shop is None else found.where(SalePrice.shop == shop)
    found = found if skus is None else found.where(col(SalePrice.sku).in_(skus))
    order = (col(SalePrice.shop), col(SalePrice.sku), col(SalePrice.from_at).desc())
    return list(session.exec(found.order_by(*order)))


def _facts(price: Price | SalePrice) -> tuple[str, int, bool]:
    return price.category, price.unit_fen, price.is_active


def _names(session: Session, actor: Actor, prices: Sequence[SalePrice]) -> dict[str, CatalogueRow]:
    skus = {price.sku for price in prices}
    return {row.sku: row for row in catalogue.list_catalogue(session, actor=ourselves(actor), skus=skus)}


def _article(price: SalePrice, row: CatalogueRow | None) -> ArticleView:
    name_zh, name_en = (row.name_zh, row.name_en) if row else (price.sku, price.sku)
    pinyin, initials = pinyin_of(name_zh)
    return ArticleView(
        sku=price.sku, barcodes=row.barcodes if row else (), name_zh=name_zh, name_en=name_en,
        variant=' '.join(part for part in (row.colour, row.size) if part) if row else '', category=price.category,
        unit_fen=price.unit_fen, pinyin=pinyin, initials=initials,
    )  # fmt: skip


def _price_row(
    shown: SalePrice, present: SalePrice | None, following: SalePrice | None, row: CatalogueRow | None
) -> PriceRow:
    return PriceRow(
        shop=shown.shop, article=_article(shown, row), is_active=shown.is_active,
        unit_fen=present.unit_fen if present else None, from_at=present.from_at if present else None,
        next_fen=following.unit_fen if following else None, next_at=following.from_at if following else None,
    )  # fmt: skip
