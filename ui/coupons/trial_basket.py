"""试算: a member's coupons on a basket that nobody buys, with the reason for each one used and each one left."""

from datetime import UTC, datetime

from nicegui import ui

from domain.coupons.queries import explain_best, list_coupons
from domain.coupons.views import BasketLine, CouponView, Explanation
from domain.shared.operations import run_query
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.section import section
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import together
from ui.saleswords import Counterfoil

MOST_MEMBERS = 2**53
EXAMPLE_FEN = 30_000
"""¥300, the basket of which the rules tell."""


class TrialBasket:
    """One line is enough to see minimum, order and exclusion at work."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        with section(t('coupons.trial'), t('coupons.trial_hint')):
            with form(self._try, label=t('coupons.try')):
                self._member = number_field(
                    t('coupons.member'), help_text=t('coupons.member_help'), checks=(required, between(1, MOST_MEMBERS))
                )
                self._shop = choice_field(t('coupons.shop'), place.shops, next(iter(place.shops), None))
                self._category = text_field(t('coupons.category'), checks=(at_most(60),))
                self._amount = money_field(t('coupons.amount'), EXAMPLE_FEN, checks=(required,))
            self._answer = ui.element('div').classes('at-stack').mark('coupons.answer')

    async def _try(self) -> None:
        actor, member = self._place.actor, int(self._member.value)
        fen = parse_yuan(self._amount.value) or 0
        line = BasketLine(shop=self._shop.value or '', category=self._category.value.strip(), fen=fen)
        found, coupons = await together(
            run_query(explain_best, actor=actor, member_id=member, lines=[line], now=datetime.now(UTC)),
            run_query(list_coupons, actor=actor, member_id=member),
        )
        self._show(found, {coupon.id: coupon for coupon in coupons}, fen)

    def _show(self, found: Explanation, coupons: dict[int, CouponView], fen: int) -> None:
        self._answer.clear()
        with self._answer:
            if not found.steps and not found.left_out:
                empty_state(t('coupons.no_coupons'), t('coupons.no_coupons_help'))
                return
            Text(
                t('coupons.pays', fen=yuan(fen - found.discount_fen), off=yuan(found.discount_fen)), classes='at-strong'
            )
            for place, step in enumerate(found.steps, start=1):
                _line('good', t('coupons.step', place=place), _name(coupons, step.coupon_id), f'−{yuan(step.fen)}')
            for coupon_id, reason in found.left_out:
                _line('off', t(f'coupons.why.{reason}'), _name(coupons, coupon_id), '')
            Text(t('coupons.tried', number=number(found.tried)), tag='div', classes='at-small at-faint')


def _name(coupons: dict[int, CouponView], coupon_id: int) -> str:
    coupon = coupons.get(coupon_id)
    return f'#{coupon_id} {words(coupon.name_zh, coupon.name_en)}' if coupon else f'#{coupon_id}'


def _line(state: str, text: str, name: str, right: str) -> None:
    with ui.element('div').classes('at-row'):
        status_badge(state, text)  # type: ignore[arg-type]
        Text(name, classes='at-grow')
        Text(right, classes='at-figures')
