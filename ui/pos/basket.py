"""The basket on the counter (购物篮), before it is rung up: lines, the member, what they want to spend."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import uuid4

from domain.members.views import MemberView
from domain.sales.commands import BasketItem, RingUp
from domain.sales.views import ArticleView, SuspendedView
from ui.kit.i18n import words

MOST_PIECES = 10_000


@dataclass
class Basket:
    """`key` names the sale for ever: it is made here and travels with the basket, online or offline."""

    key: str = field(default_factory=lambda: str(uuid4()))
    items: list[BasketItem] = field(default_factory=list)
    chosen: int = -1
    member: MemberView | None = None
    points: int = 0
    coupons: tuple[int, ...] | None = None
    clock: Callable[[], float] = time.monotonic
    begun: float | None = None

    @property
    def is_empty(self) -> bool:
        return not self.items

    @property
    def selected(self) -> BasketItem | None:
        return self.items[self.chosen] if 0 <= self.chosen < len(self.items) else None

    @property
    def seconds(self) -> int:
        """How long this customer has been served, from the first article on (收银效率)."""
        return 0 if self.begun is None else max(1, round(self.clock() - self.begun))

    def add(self, article: ArticleView, quantity: int = 1) -> None:
        """One more of an article; scanned again, its line counts up."""
        self._begin()
        for number, item in enumerate(self.items):
            if item.sku == article.sku and item.override_fen is None:
                self.chosen = number
                self.count(item.quantity + quantity)
                return
        self.items.append(BasketItem(
            sku=article.sku, name=printed_name(article), category=article.category, quantity=quantity,
            unit_fen=article.unit_fen,
        ))  # fmt: skip
        self.chosen = len(self.items) - 1

    def count(self, quantity: int) -> None:
        """So many of the chosen line; none takes it out."""
        item = self.selected
        if item is None or quantity > MOST_PIECES:
            return
        if quantity <= 0:
            del self.items[self.chosen]
            self.chosen = min(self.chosen, len(self.items) - 1)
        else:
            self.items[self.chosen] = replace(item, quantity=quantity)

    def override(self, fen: int, reason: str) -> None:
        """Another price for the chosen line, for a reason."""
        item = self.selected
        if item is not None:
            self.items[self.chosen] = replace(item, override_fen=fen, override_reason=reason.strip())

    def take_up(self, suspended: SuspendedView) -> None:
        """Goes on with a basket that was put aside."""
        self._begin()
        self.items, self.chosen = list(suspended.items), len(suspended.items) - 1

    def fill(self, items: list[BasketItem]) -> None:
        """Goes on with lines that were typed while the server was away."""
        self._begin()
        self.items, self.chosen = items, len(items) - 1

    def rename(self) -> None:
        """A changed basket is another sale."""
        self.key = str(uuid4())

    def command(self, till: str, occurred_at: 'object', *, is_training: bool) -> RingUp:
        """What rings this basket up."""
        return RingUp(
            key=self.key, till=till, items=tuple(self.items), occurred_at=occurred_at, seconds=self.seconds,  # type: ignore[arg-type]
            member_id=self.member.id if self.member else None, points=self.points if self.member else 0,
            coupons=self.coupons if self.member else (), is_training=is_training,
        )  # fmt: skip

    def _begin(self) -> None:
        if self.begun is None:
            self.begun = self.clock()


def article_name(article: ArticleView) -> str:
    """Name and variant in the cashier's language."""
    return ' '.join(part for part in (words(article.name_zh, article.name_en), article.variant) if part)


def printed_name(article: ArticleView) -> str:
    """Name and variant as they stand on the receipt, whoever sells."""
    return ' '.join(part for part in (article.name_zh or article.name_en, article.variant) if part)
