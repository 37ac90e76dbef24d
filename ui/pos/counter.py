"""The presenter of one till in one browser: what it shows, and the one operation behind every act of a cashier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import SecretStr

from domain.mall.queries import find_unit
from domain.payments.ports import PayChannel
from domain.sales import paycodes, pricing, selling, shifts, suspending, syncing, tendering
from domain.sales.commands import (
    BasketItem,
    Charge,
    CloseShift,
    EndSuspended,
    MoveCash,
    OpenShift,
    SuspendBasket,
    TenderCard,
    TenderCash,
)
from domain.sales.errors import ChannelUnknown
from domain.sales.previewing import Preview, preview_basket
from domain.sales.queries import list_tills, list_unfinished
from domain.sales.tendering import Checkout, get_checkout
from domain.sales.views import ArticleView, Line, SaleRow, SaleView, ShiftReport, SuspendedView, TillView
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_in_thread, run_operation, run_query
from ui.kit.i18n import words
from ui.pos.basket import Basket, article_name
from ui.session import ClientSession

Mode = Literal['signing_on', 'selling', 'paying', 'done']


@dataclass
class Counter:
    """State of a till's page. Screens read it; acts change it and call `show`."""

    session: ClientSession
    clock: BusinessClock
    channels: Mapping[str, PayChannel]
    show: Callable[[], None] = lambda: None
    mode: Mode = 'signing_on'
    till: TillView | None = None
    shop_name: str = ''
    articles: list[ArticleView] = field(default_factory=list)
    basket: Basket = field(default_factory=Basket)
    preview: Preview | None = None
    checkout: Checkout | None = None
    given_fen: int = 0
    change_fen: int = 0
    is_training: bool = False
    waiting: list[SuspendedView] = field(default_factory=list)
    unfinished: list[SaleRow] = field(default_factory=list)
    pace: float | None = None
    last_seconds: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Any:
        return self.session.actor

    @property
    def code(self) -> str:
        return self.till.code if self.till else ''

    def name_of(self, line: BasketItem | Line) -> str:
        """A line's name in the cashier's language; as it was printed where the article is gone."""
        found = next((one for one in self.articles if one.sku == line.sku), None)
        return article_name(found) if found else line.name

    # Signing on and off

    async def tills(self) -> list[TillView]:
        """The tills of the mall, and who stands at them."""
        return await run_query(list_tills, actor=self.actor)

    async def open_shift(self, till: TillView, float_fen: int) -> None:
        await run_operation(shifts.open_shift, actor=self.actor, command=OpenShift(till=till.code, float_fen=float_fen))
        await self.enter(till.code)

    async def enter(self, code: str) -> None:
        """Takes a till whose shift is open: its price list, its key, what waits there."""
        self.till = next(one for one in await self.tills() if one.code == code)
        unit = await run_query(find_unit, actor=self.actor, code=self.till.shop)
        self.shop_name = words(unit.name_zh, unit.name_en) if unit else self.till.shop
        self.articles = await run_query(pricing.list_articles, actor=self.actor, till=code, now=datetime.now(UTC))
        paired = await run_operation(syncing.pair_till, actor=self.actor, till=code)
        self.payload = {'mall': paired.mall_id, 'till': paired.till, 'key': paired.key.get_secret_value()}
        await self.next_basket()

    async def next_basket(self) -> None:
        """An empty basket with the cursor in it."""
        self.basket, self.preview, self.checkout, self.given_fen, self.change_fen = Basket(), None, None, 0, 0
        self.mode = 'selling'
        await self.look_around()
        self.show()

    async def look_around(self) -> None:
        """What waits or is unfinished at this till, and the pace of the shift."""
        self.waiting = await run_query(suspending.list_suspended, actor=self.actor, till=self.code)
        self.unfinished = await run_query(list_unfinished, actor=self.actor, till=self.code)
        report = await self.x_report()
        self.pace = report.seconds_per_basket

    async def x_report(self) -> ShiftReport:
        return await run_query(shifts.get_x_report, actor=self.actor, till=self.code)

    async def close_shift(self, counted_fen: int) -> ShiftReport:
        """The blind count ends the shift; its report says by how much the drawer is off."""
        command = CloseShift(till=self.code, counted_fen=counted_fen)
        report = await run_operation(shifts.close_shift, actor=self.actor, command=command)
        self.till, self.mode, self.payload, self.articles = None, 'signing_on', {}, []
        return report

    async def move_cash(self, fen: int, reason: str) -> None:
        command = MoveCash(till=self.code, key=str(uuid4()), fen=fen, reason=reason)
        await run_operation(shifts.move_cash, actor=self.actor, command=command)

    # The basket

    async def changed(self) -> None:
        """The basket is another: price it anew and show it."""
        self.preview = await run_query(
            preview_basket, actor=self.actor, till=self.code, items=tuple(self.basket.items), now=now(),
            member_id=self.basket.member.id if self.basket.member else None, points=self.basket.points,
            coupons=self.basket.coupons,
        )  # fmt: skip
        self.basket.points = self.preview.points
        self.show()

    async def suspend(self, label: str) -> None:
        basket = self.basket
        await run_operation(suspending.suspend_basket, actor=self.actor, command=SuspendBasket(
            key=basket.key, till=self.code, items=tuple(basket.items), label=label,
            member_id=basket.member.id if basket.member else None,
        ))  # fmt: skip
        await self.next_basket()

    async def resume(self, suspended: SuspendedView) -> None:
        command = EndSuspended(key=suspended.key, till=self.code)
        taken = await run_operation(suspending.resume_basket, actor=self.actor, command=command)
        self.basket = Basket()
        self.basket.take_up(taken)
        await self.look_around()
        await self.changed()

    async def drop(self, suspended: SuspendedView) -> None:
        await run_operation(
            suspending.drop_basket, actor=self.actor, command=EndSuspended(key=suspended.key, till=self.code)
        )
        await self.look_around()
        self.show()

    # Paying

    async def ring_up(self) -> None:
        """From here on the basket is a sale: coupons are locked, points held, nothing is charged yet."""
        command = self.basket.command(self.code, now(), is_training=self.is_training)
        sale = await run_operation(selling.ring_up, actor=self.actor, command=command)
        self.last_seconds = command.seconds
        await self._follow(sale)

    async def _follow(self, sale: SaleView) -> None:
        self.checkout = Checkout(sale=sale, order=None) if sale.state == 'training' else await self._ask(sale.key)
        self.mode = 'done' if self.checkout.sale.state == 'paid' else 'paying'
        self.show()

    async def _ask(self, key: str) -> Checkout:
        return await run_query(get_checkout, actor=self.actor, sale_key=key)

    async def reopen(self, key: str) -> None:
        """Goes back to a sale that is neither paid nor given up."""
        self.basket = Basket()
        await self._follow((await self._ask(key)).sale)

    async def refresh(self) -> None:
        """The worker or a notice may have decided what this till waits for."""
        if self.mode == 'paying' and self.checkout and not self.is_training:
            await self._follow(self.checkout.sale)

    async def confirm_free(self) -> None:
        """Coupons and points pay for everything."""
        assert self.checkout is not None
        await self._follow(await run_operation(selling.confirm_sale, actor=self.actor, sale_key=self.checkout.sale.key))

    async def take_cash(self, fen: int, given_fen: int, change_fen: int) -> None:
        assert self.checkout is not None
        self.given_fen, self.change_fen = given_fen, change_fen
        if self.is_training:
            self._pretend()
            return
        command = TenderCash(sale_key=self.checkout.sale.key, till=self.code, key=str(uuid4()), fen=fen)
        await self._follow(await run_operation(selling.tender_cash, actor=self.actor, command=command))

    async def take_card(self, fen: int, number: str) -> None:
        assert self.checkout is not None
        if self.is_training:
            self._pretend()
            return
        command = TenderCard(
            sale_key=self.checkout.sale.key, till=self.code, key=str(uuid4()), fen=fen, card_number=SecretStr(number)
        )
        await self._follow(await run_operation(tendering.tender_card, actor=self.actor, command=command))

    async def charge(self, fen: int, code: str) -> None:
        """A scanned payment code pays at its own channel."""
        await self._charge(paycodes.channel_of(code), fen, code)

    async def show_code(self, channel: str, fen: int) -> None:
        """Something for the customer to scan."""
        await self._charge(channel, fen, '')

    async def ask_again(self) -> None:
        """What became of the attempt that is still open?"""
        assert self.checkout is not None
        order = self.checkout.order
        open_at = [one.channel for one in order.attempts if one.state in ('pending', 'unknown')] if order else []
        if open_at:
            channel = self._channel(open_at[-1])
            key = self.checkout.sale.key
            found = await run_in_thread(lambda: tendering.ask_again(channel, actor=self.actor, sale_key=key, now=now()))
            await self._follow(found.sale)

    async def abandon(self) -> None:
        """Gives the sale up and goes back to its basket, which is another sale from now on."""
        assert self.checkout is not None
        if not self.is_training:
            await run_operation(selling.abandon_sale, actor=self.actor, sale_key=self.checkout.sale.key)
        self.basket.rename()
        self.checkout, self.mode = None, 'selling'
        await self.changed()

    async def leave_open(self) -> None:
        """The next customer is served; the sale waits among the unfinished ones, and nothing of it is handed over."""
        await self.next_basket()

    async def _charge(self, channel: str, fen: int, code: str) -> None:
        assert self.checkout is not None
        if self.is_training:
            self._pretend()
            return
        adapter, actor = self._channel(channel), self.actor
        command = Charge(sale_key=self.checkout.sale.key, fen=fen, auth_code=code)
        self.checkout = await run_in_thread(lambda: tendering.charge(adapter, actor=actor, command=command, now=now()))
        self.mode = 'done' if self.checkout.sale.state == 'paid' else 'paying'
        self.show()

    def _channel(self, name: str) -> PayChannel:
        """:raises ChannelUnknown: when the mall has no such channel."""
        found = self.channels.get(name)
        if found is None:
            raise ChannelUnknown
        return found

    def _pretend(self) -> None:
        """Training looks the same and posts nothing."""
        self.mode = 'done'
        self.show()


def now() -> datetime:
    """The moment of an act at the counter."""
    return datetime.now(UTC)
