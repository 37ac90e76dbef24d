"""At the right of the basket: the member, the coupons with their reasons, points, and what is to be paid."""

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from domain.sales.previewing import CouponUse, Preview
from ui.kit.button import button, icon_button
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.icons import icon
from ui.kit.money import yuan
from ui.kit.status_badge import tag
from ui.kit.text import Text
from ui.pos.counter import Counter
from ui.pos.dialogs import Dialogs


class Sums:
    """Drawn anew with the basket."""

    def __init__(self, counter: Counter, dialogs: Dialogs) -> None:
        self._counter = counter
        preview = counter.preview
        self._member(dialogs)
        if counter.basket.member and preview:
            self._coupons(preview)
            self._points(preview)
        ui.element('div').classes('at-toolbar__spacer')
        if preview:
            _line(t('pos.subtotal'), yuan(preview.price_fen))
            if preview.discount_fen:
                _line(t('pos.discount'), yuan(-preview.discount_fen))
            if preview.points_fen:
                _line(t('pos.points_off', points=number(preview.points)), yuan(-preview.points_fen))
        with ui.element('div').classes('at-till__due'):
            Text(t('pos.due'))
            Text(yuan(preview.money_fen if preview else 0), classes='at-till__total').mark('pos.total')
        pay = button('', counter.ring_up, rank='primary').classes('at-till__pay').mark('pos.pay')
        with pay:
            Text(t('pos.pay'))
            Text('F9', classes='at-till__key')
        pay.set_enabled(not counter.basket.is_empty)

    def _member(self, dialogs: Dialogs) -> None:
        member = self._counter.basket.member
        with ui.element('div').classes('at-till__member'):
            icon('user')
            if member is None:
                Text(t('pos.no_member'), classes='at-muted at-grow')
                button(t('pos.find_member'), dialogs.member, rank='quiet').mark('pos.find_member')
            else:
                with ui.element('div').classes('at-grow'):
                    Text(member.name or member.phone_masked or f'#{member.id}', tag='div', classes='at-strong')
                    Text(member.phone_masked, tag='div', classes='at-muted at-small')
                tag(member.tier, tone='brand')
                icon_button('close', t('pos.forget_member'), self._forget)

    def _coupons(self, preview: Preview) -> None:
        with ui.element('div').classes('at-till__coupons'):
            if preview.coupons:
                Text(t('pos.coupons', tried=number(preview.tried)), classes='at-small at-muted')
            for use in preview.coupons[:5]:
                _coupon(use)
            by_hand = self._counter.basket.coupons is not None
            if preview.coupons or by_hand:
                words_ = t('pos.coupons_best') if by_hand else t('pos.coupons_none')
                with ui.element('div').classes('at-row'):
                    button(words_, self._toggle_coupons, rank='quiet').mark('pos.toggle_coupons')

    def _points(self, preview: Preview) -> None:
        with ui.element('div').classes('at-row'):
            Text(t('pos.balance', points=number(preview.balance)), classes='at-grow at-small at-muted')
            if preview.most_points:
                offer = t('pos.use_points', points=number(preview.most_points), worth=yuan(preview.most_points_fen))
                switch = ui.switch(offer, value=preview.points > 0).mark('pos.use_points')
                switch.on_value_change(lambda event: self._use_points(event, preview.most_points))

    async def _use_points(self, event: ValueChangeEventArguments, most: int) -> None:
        self._counter.basket.points = most if event.value else 0
        await self._counter.changed()

    async def _toggle_coupons(self) -> None:
        self._counter.basket.coupons = () if self._counter.basket.coupons is None else None
        await self._counter.changed()

    async def _forget(self) -> None:
        basket = self._counter.basket
        basket.member, basket.points, basket.coupons = None, 0, None
        await self._counter.changed()


def _coupon(use: CouponUse) -> None:
    """A coupon that takes something off, or the reason why it does not."""
    is_used = use.fen > 0
    with ui.element('div').classes('at-till__coupon' + ('' if is_used else ' at-till__coupon--out')):
        icon('check' if is_used else 'minus')
        Text(words(use.name_zh, use.name_en), classes='at-grow at-truncate')
        Text(yuan(-use.fen) if is_used else t(f'pos.why.{use.reason}'), classes='at-figures at-small')


def _line(label: str, value: str) -> None:
    with ui.element('div').classes('at-till__sum'):
        Text(label, classes='at-muted')
        Text(value, classes='at-figures')
