"""Selling: the cursor in the scan field, the basket below it, member and sums at the right."""

import re

from nicegui import ui
from nicegui.events import GenericEventArguments

from domain.members.queries import find_by_code
from domain.sales import pricing
from domain.sales.previewing import line_fen
from domain.sales.views import ArticleView
from domain.shared.operations import run_query
from ui.kit.button import button, icon_button
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.status_badge import tag
from ui.kit.text import Text
from ui.pos.basket import article_name
from ui.pos.counter import Counter, now
from ui.pos.dialogs import Dialogs
from ui.pos.sums import Sums

MEMBER_CODE = re.compile(r'^\d{1,18}\.[A-Z2-7]{8}$')
TIMES = re.compile(r'^(\d{1,4})[*x×](.+)$')
# The field is emptied where it stands, so that a scanner that goes on typing loses nothing to the way to the server.
TAKE_ENTERED = "(e) => { emit(e.target.value); e.target.value = ''; e.target.dispatchEvent(new Event('input')); }"


class SellingView:
    """What a cashier looks at all day."""

    def __init__(self, counter: Counter, dialogs: Dialogs) -> None:
        self._counter, self._dialogs = counter, dialogs
        self._hits: list[ArticleView] = []
        with ui.element('div').classes('at-till__left'):
            self._scan = ui.input(placeholder=t('pos.scan')).classes('at-till__scan')
            self._scan.props('autofocus debounce=80').mark('pos.scan')
            self._scan.on('keydown.enter', self._entered, js_handler=TAKE_ENTERED)
            self._scan.on_value_change(lambda event: self._search(event.value or ''))
            self._list = ui.element('div').classes('at-till__hits')
            self._lines = ui.element('div').classes('at-till__lines')
            self._foot = ui.element('div').classes('at-till__actions')
        self._right = ui.element('div').classes('at-till__right')
        self.draw()

    def draw(self) -> None:
        """The basket is another. The scan field stays as it is: the next scan may be on its way."""
        for part in (self._lines, self._foot, self._right):
            part.clear()
        self._draw_lines()
        self._draw_actions()
        with self._right:
            Sums(self._counter, self._dialogs)

    def _draw_lines(self) -> None:
        basket = self._counter.basket
        with self._lines:
            if basket.is_empty:
                empty_state(t('pos.empty'), t('pos.empty_help'), symbol='empty')
            for number_, item in enumerate(basket.items):
                chosen = ' at-till__line--chosen' if number_ == basket.chosen else ''
                with ui.element('div').classes(f'at-till__line{chosen}').mark(f'pos.line.{number_}') as row:
                    row.on('click', lambda _, n=number_: self._choose(n))
                    with ui.element('div').classes('at-grow'):
                        Text(self._counter.name_of(item), tag='div', classes='at-truncate')
                        with ui.element('div').classes('at-row at-small at-muted'):
                            Text(item.sku)
                            if item.override_fen is not None:
                                tag(
                                    t('pos.overridden', was=yuan(item.unit_fen), why=item.override_reason),
                                    tone='accent',
                                )
                    icon_button('minus', t('pos.less'), lambda n=number_, q=item.quantity: self._count(n, q - 1))
                    Text(number(item.quantity), classes='at-figures at-till__count')
                    icon_button('plus', t('pos.more'), lambda n=number_, q=item.quantity: self._count(n, q + 1))
                    unit = item.unit_fen if item.override_fen is None else item.override_fen
                    Text(yuan(unit), classes='at-figures at-muted at-till__unit')
                    Text(yuan(line_fen(item)), classes='at-figures at-strong at-till__fen')

    def _draw_actions(self) -> None:
        dialogs = self._dialogs
        with self._foot:
            for key, word, act in (
                ('F2', 'suspend', dialogs.suspend), ('F3', 'waiting', dialogs.waiting),
                ('F4', 'member', dialogs.member), ('F6', 'override', dialogs.override),
                ('F7', 'returns', dialogs.returns), ('F8', 'remove', self._remove), ('F10', 'drawer', dialogs.drawer),
            ):  # fmt: skip
                with button('', act).classes('at-till__action').mark(f'pos.{word}'):
                    Text(t(f'pos.act.{word}', waiting=len(self._counter.waiting)))
                    Text(key, classes='at-till__key')

    async def shortcut(self, key: str) -> None:
        """A function key was pressed."""
        dialogs = self._dialogs
        acts = {
            'F2': dialogs.suspend, 'F3': dialogs.waiting, 'F4': dialogs.member, 'F6': dialogs.override,
            'F7': dialogs.returns, 'F10': dialogs.drawer,
        }  # fmt: skip
        if key == 'F9' and not self._counter.basket.is_empty:
            await self._counter.ring_up()
        elif key == 'F8':
            await self._remove()
        elif key in acts:
            acts[key]()

    async def _entered(self, event: GenericEventArguments) -> None:
        """Enter, from the keyboard or the scanner: an article, `3*code`, a member's code, or the only hit."""
        typed = str(event.args or '').strip()
        times = TIMES.match(typed)
        quantity, code = (int(times.group(1)), times.group(2)) if times else (1, typed)
        if MEMBER_CODE.match(code.upper()):
            await self._take_member(code.upper())
            return
        found = pricing.scanned(self._counter.articles, code) or next(iter(self._find(code)), None)
        if found is not None:
            await self._add(found, quantity)
        elif code:
            self._show_hits([], is_unknown=True)

    async def _take_member(self, code: str) -> None:
        self._counter.basket.member = await run_query(find_by_code, actor=self._counter.actor, code=code, now=now())
        await self._counter.changed()

    def _search(self, typed: str) -> None:
        self._show_hits(self._find(typed))

    def _find(self, typed: str) -> list[ArticleView]:
        return pricing.matching(self._counter.articles, typed, limit=6)

    def _show_hits(self, hits: list[ArticleView], *, is_unknown: bool = False) -> None:
        if hits == self._hits and not is_unknown:
            return
        self._hits = hits
        self._list.clear()
        with self._list:
            if is_unknown:
                notice(t('pos.unknown'), 'watch')
            for one in hits:
                with ui.element('button').classes('at-till__hit').props('type=button') as row:
                    row.on('click', lambda _, article=one: self._add(article, 1))
                    Text(article_name(one), classes='at-grow at-truncate')
                    Text(one.sku, classes='at-muted at-small')
                    Text(yuan(one.unit_fen), classes='at-figures')

    async def _add(self, article: ArticleView, quantity: int) -> None:
        self._counter.basket.add(article, quantity)
        await self._counter.changed()

    async def _count(self, number_: int, quantity: int) -> None:
        self._counter.basket.chosen = number_
        self._counter.basket.count(quantity)
        await self._counter.changed()

    async def _remove(self) -> None:
        self._counter.basket.count(0)
        await self._counter.changed()

    def _choose(self, number_: int) -> None:
        if self._counter.basket.chosen != number_:
            self._counter.basket.chosen = number_
            self._counter.show()
