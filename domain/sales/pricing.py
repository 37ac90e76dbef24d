"""Price lists (价目): what a till may sell, at which price, and how a cashier finds it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.inventory import catalogue
from domain.sales._loading import mall_of, ourselves, usable_till
from domain.sales.commands import SetPrices
from domain.sales.errors import BasketInvalid
from domain.sales.models import SalePrice
from domain.sales.permissions import MANAGE_TILLS, SELL
from domain.sales.views import ArticleView
from domain.shared.actor import Actor
from domain.shared.operations import operation, query
from domain.shared.spelling import pinyin_of

MOST_FEN = 10_000_000_00
FEW = 8


@operation(MANAGE_TILLS, name='sales.set_prices')
def set_prices(session: Session, *, actor: Actor, command: SetPrices, now: datetime) -> int:
    """Puts articles on a shop's price list, or changes their price; receipts keep what was paid (PO-R11).

    :raises BasketInvalid: for a price that is none, or an article named twice.
    """
    if len({price.sku for price in command.prices}) != len(command.prices):
        raise BasketInvalid(reason='an article is named twice')
    if any(not 0 <= price.unit_fen <= MOST_FEN or not price.sku.strip() for price in command.prices):
        raise BasketInvalid(reason=f'a price lies between 0 and {MOST_FEN} fen')
    rows = [
        {'mall_id': mall_of(actor), 'shop': command.shop, 'sku': price.sku, 'category': price.category,
         'unit_fen': price.unit_fen, 'is_active': price.is_active, 'changed_at': now}
        for price in command.prices
    ]  # fmt: skip
    if rows:
        wanted = insert(SalePrice).values(rows)
        session.execute(wanted.on_conflict_do_update(
            index_elements=['mall_id', 'shop', 'sku'],
            set_={name: wanted.excluded[name] for name in ('category', 'unit_fen', 'is_active', 'changed_at')},
        ))  # fmt: skip
    return len(rows)


@query(SELL)
def list_articles(session: Session, *, actor: Actor, till: str) -> list[ArticleView]:
    """The price list of a till's shop, with names and barcodes.

    :raises TillUnusable:
    """
    shop = usable_till(session, till).shop
    found = select(SalePrice).where(SalePrice.shop == shop, col(SalePrice.is_active)).order_by(col(SalePrice.sku))
    prices = session.exec(found).all()
    known = catalogue.list_catalogue(session, actor=ourselves(actor), skus=[price.sku for price in prices])
    by_sku = {row.sku: row for row in known}
    articles = []
    for price in prices:
        row = by_sku.get(price.sku)
        name_zh, name_en = (row.name_zh, row.name_en) if row else (price.sku, price.sku)
        pinyin, initials = pinyin_of(name_zh)
        articles.append(ArticleView(
            sku=price.sku, barcodes=row.barcodes if row else (), name_zh=name_zh, name_en=name_en,
            variant=' '.join(part for part in (row.colour, row.size) if part) if row else '', category=price.category,
            unit_fen=price.unit_fen, pinyin=pinyin, initials=initials,
        ))  # fmt: skip
    return articles


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
