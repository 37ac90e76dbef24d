"""The till's part in the browser: shortcuts, the cursor's place, and the screen for when the server is away."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from domain.sales.commands import BasketItem
from domain.sales.views import ArticleView
from ui.kit.i18n import t
from ui.pos.basket import article_name

SHORTCUTS = ('F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10', 'Escape')
WORDS = (
    'title', 'offline', 'online', 'queued', 'resume', 'paying', 'refused', 'scan', 'unknown', 'less', 'more', 'total',
    'given', 'change', 'finish', 'print', 'too_dear', 'too_many', 'not_kept',
)  # fmt: skip
MOST_FEN, MOST_ORDERS = 5_000_00, 200

Handler = Callable[[dict[str, Any]], Awaitable[None] | None]


class BrowserTill(Element, component='till.js'):
    """Silent while the server answers; its own small till when it does not."""

    def __init__(self, *, on_shortcut: Handler, on_queue: Handler, on_synced: Handler, on_resume: Handler) -> None:
        super().__init__()
        self._articles: Sequence[ArticleView] | None = None
        self._props['words'] = {name: t(f'pos.offline.{name}') for name in WORDS}
        self._props['limits'] = {'order_fen': MOST_FEN, 'orders': MOST_ORDERS}
        self._props['shortcuts'] = list(SHORTCUTS)
        for name, handler in (
            ('shortcut', on_shortcut), ('queue', on_queue), ('synced', on_synced), ('resume', on_resume),
        ):  # fmt: skip
            self.on(name, _passing(handler))

    def pair(self, pairing: dict[str, Any], articles: Sequence[ArticleView]) -> None:
        """Hands over the key and the price list; the browser keeps both."""
        if self._articles is articles and self._props.get('pairing') == (pairing or None):
            return
        self._articles = articles
        self._props['pairing'] = pairing or None
        self._props['articles'] = [_article(one) for one in articles]

    def follow(self, items: Sequence[BasketItem], *, is_paying: bool) -> None:
        """What lies in the basket, should the server go away in the next moment. Offline it costs the list price."""
        self._props['basket'] = [
            {'sku': item.sku, 'name': item.name, 'category': item.category, 'quantity': item.quantity,
             'unit_fen': item.unit_fen}
            for item in items
        ]  # fmt: skip
        self._props['isPaying'] = is_paying


def _article(one: ArticleView) -> dict[str, Any]:
    name = article_name(one)
    typed = (name.lower().replace(' ', ''), one.name_en.lower().replace(' ', ''), one.pinyin, one.initials,
             one.sku.lower(), *one.barcodes)  # fmt: skip
    return {
        'sku': one.sku, 'barcodes': list(one.barcodes), 'name': name, 'category': one.category,
        'unit_fen': one.unit_fen, 'search': ' '.join(typed),
    }  # fmt: skip


def _passing(handler: Handler) -> Callable[[GenericEventArguments], Awaitable[None] | None]:
    return lambda event: handler(event.args if isinstance(event.args, dict) else {})
