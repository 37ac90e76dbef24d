"""The till's page: a bare frame, one screen at a time, and the browser's own till in reserve."""

from typing import Any

from nicegui import ui

from domain.mall.queries import get_business_clock
from domain.sales.commands import BasketItem
from domain.sales.permissions import SELL
from domain.sales.pricing import scanned
from domain.shared.operations import run_query
from ui.kit.button import icon_button
from ui.kit.format import clock, number
from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.status_badge import StatusBadge
from ui.kit.text import Text
from ui.live import LiveRegion
from ui.pos.basket import printed_name
from ui.pos.counter import Counter
from ui.pos.dialogs import Dialogs
from ui.pos.done_view import DoneView
from ui.pos.paying_view import PayingView
from ui.pos.selling_view import SellingView
from ui.pos.signing_on import SigningOn
from ui.pos.till import BrowserTill
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.context import shell
from ui.shell.pages import Title, page
from ui.shell.person import switch_locale

AT_MOST_EVERY_S = 2.0


@page(paths.TILL, permission=SELL, title=Title('收银台', 'Till'), frame='till', icon='key', nav='operations', order=15)
async def till_page(session: ClientSession) -> None:
    """A till in this browser; an own shift that is open goes on at once."""
    mall_clock = await run_query(get_business_clock, actor=session.actor)
    channels = shell().channels(session.actor.mall_id) if session.actor.mall_id else {}
    counter = Counter(session=session, clock=mall_clock, channels=channels)
    screen = TillScreen(counter)
    tills = await counter.tills()
    screen.tills = tills
    mine = [till for till in tills if till.cashier == session.actor.name and till.is_active]
    if len(mine) == 1:
        await counter.enter(mine[0].code)
    else:
        counter.show()


class TillScreen:
    """The bar above, the screen of the moment below, and what lives in the browser beside them."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        counter.show = self.draw
        self.tills: list[Any] = []
        self._selling: SellingView | None = None
        self._dialogs = Dialogs(counter)
        self._browser = BrowserTill(
            on_shortcut=self._shortcut, on_queue=self._queued, on_synced=self._synced, on_resume=self._resume
        )
        self._bar = ui.element('header').classes('at-till__bar')
        self._body = ui.element('main').classes('at-till__body')
        self._queue = 0
        LiveRegion(self._news, 'payments', 'sales', at_most_every_s=AT_MOST_EVERY_S)

    def draw(self) -> None:
        """Show the counter as it is now."""
        counter = self._counter
        self._draw_bar()
        self._browser.pair(counter.payload, counter.articles)
        self._browser.follow(counter.basket.items, is_paying=counter.mode == 'paying')
        if counter.mode == 'selling' and self._selling:
            self._selling.draw()
            return
        self._selling = None
        self._body.clear()
        with self._body:
            match counter.mode:
                case 'signing_on':
                    SigningOn(counter, self.tills)
                case 'selling':
                    self._selling = SellingView(counter, self._dialogs)
                case 'paying':
                    PayingView(counter)
                case 'done':
                    DoneView(counter)

    def _draw_bar(self) -> None:
        counter = self._counter
        self._bar.clear()
        with self._bar:
            ui.link(target=paths.HOME).classes('at-till__home').props(f'aria-label="{t("pos.home")}"')
            mall = counter.session.mall
            Text(mall.name(counter.session.locale) if mall else '', classes='at-strong at-truncate')
            if counter.till:
                opened = clock(counter.clock.local(counter.till.opened_at)) if counter.till.opened_at else ''
                Text(t('pos.bar', till=counter.code, shop=counter.shop_name, since=opened), classes='at-muted')
            if counter.is_training:
                Text(t('pos.training'), classes='at-till__training').mark('pos.training_badge')
            ui.element('div').classes('at-toolbar__spacer')
            if counter.pace is not None:
                with ui.element('span').classes('at-row at-muted'):
                    icon('clock')
                    Text(t('pos.bar_pace', seconds=number(counter.pace, digits=0))).mark('pos.pace')
            self._badge = StatusBadge('good')
            self._say_queue()
            Text(counter.session.display_name, classes='at-muted')
            locale = 'en' if counter.session.locale == 'zh-CN' else 'zh-CN'
            icon_button('language', t('pos.language'), lambda: switch_locale(counter.session, locale)).mark(
                'pos.language'
            )
            icon_button('close', t('pos.home'), lambda: ui.navigate.to(paths.HOME))

    def _say_queue(self) -> None:
        waiting = t('pos.queue', orders=self._queue) if self._queue else t('pos.online')
        self._badge.show('watch' if self._queue else 'good', waiting)

    async def _shortcut(self, facts: dict[str, Any]) -> None:
        key = str(facts.get('key', ''))
        counter = self._counter
        if key == 'Escape':
            self._dialogs.close()
        elif counter.mode == 'selling' and self._selling:
            await self._selling.shortcut(key)
        elif counter.mode == 'done' and key == 'F9':
            await counter.next_basket()

    def _queued(self, facts: dict[str, Any]) -> None:
        self._queue = int(facts.get('waiting', 0))
        self._say_queue()

    async def _synced(self, facts: dict[str, Any]) -> None:
        ui.notify(t('pos.synced', orders=int(facts.get('orders', 0))), type='positive')

    async def _resume(self, facts: dict[str, Any]) -> None:
        """What was typed offline and not yet paid goes on here."""
        counter = self._counter
        lines = [(str(one.get('sku')), int(one.get('quantity', 0))) for one in facts.get('lines', ())]
        found = [(scanned(counter.articles, sku), quantity) for sku, quantity in lines]
        items = [
            BasketItem(sku=one.sku, name=printed_name(one), category=one.category, quantity=quantity,
                       unit_fen=one.unit_fen)
            for one, quantity in found if one is not None and quantity > 0
        ]  # fmt: skip
        if counter.mode == 'selling' and items:
            counter.basket.fill(items)
            await counter.changed()

    async def _news(self) -> None:
        """Somebody paid, or a basket was put aside at another till."""
        counter = self._counter
        if counter.mode == 'paying':
            await counter.refresh()
        elif counter.mode == 'selling' and counter.basket.is_empty:
            await counter.look_around()
            counter.show()
