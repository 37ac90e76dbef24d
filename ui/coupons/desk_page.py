"""核销台: the rotating code of a coupon, typed or scanned; each is taken once."""

from uuid import uuid4

from nicegui import ui

from domain.coupons.commands import RedeemByCode
from domain.coupons.redeeming import redeem_by_code
from domain.shared.operations import run_operation
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.saleswords import Counterfoil


class DeskPage:
    """A field with the cursor in it, and beside it what was taken last."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._order_key = _order_key()
        with split(even=True):
            with section(t('coupons.desk'), t('coupons.desk_hint')), form(self._redeem, label=t('coupons.redeem')):
                self._code = text_field(
                    t('coupons.shown_code'), help_text=t('coupons.shown_code_help'), checks=(required, at_most(60))
                ).props('autofocus autocomplete=off')
            with section(t('coupons.last_taken')):
                self._taken = ui.element('div').classes('at-stack')
        with self._taken:
            empty_state(t('coupons.nothing_taken'), symbol='check')

    async def _redeem(self) -> None:
        """The order's key changes with every success: a coupon shown again is refused, a submit twice is not."""
        command = RedeemByCode(code=self._code.value.strip(), order_key=self._order_key)
        coupon = await run_operation(redeem_by_code, actor=self._place.actor, command=command)
        self._order_key, self._code.value = _order_key(), ''
        self._taken.clear()
        with self._taken:
            notice(t('coupons.taken'), 'good')
            description_list({
                t('coupons.name'): words(coupon.name_zh, coupon.name_en), t('coupons.number'): f'#{coupon.id}',
                t('coupons.kind_column'): t(f'coupons.kind.{coupon.kind}'),
                t('coupons.member'): f'#{coupon.member_id}',
                t('coupons.validity'): t('coupons.until', at=self._place.moment(coupon.valid_until)),
            })  # fmt: skip


def _order_key() -> str:
    return f'desk:{uuid4()}'
