"""What an applicant, or somebody of the mall for him, does with what was filed: another version, or taking it back."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from nicegui import ui

from domain.permits.changes import revise_permit, revise_promotion, withdraw_permit, withdraw_promotion
from domain.permits.commands import Mechanics, RevisePromotion, WithdrawPermit, WithdrawPromotion
from domain.permits.views import PermitView, PromotionView
from domain.shared.operations import run_operation
from ui.filingfields import PermitFields, PromotionFields
from ui.kit.button import button
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.screens import Place

OPEN = ('pending', 'returned')
SPACES = ('keep', 'move', 'release')
After = Callable[[], Awaitable[None]]
Fields = TypeVar('Fields')


class _Acts(Generic[Fields]):
    """Two buttons, and below them the form that one of them opens."""

    def __init__(
        self, status: str, *, can_revise: bool, fields: Callable[[], Fields],
        revise: Callable[[Fields], Awaitable[None]], withdraw: Callable[[str], Awaitable[None]],
        on_writing: Callable[[bool], object],
    ) -> None:  # fmt: skip
        self._fields, self._revise, self._withdraw, self._on_writing = fields, revise, withdraw, on_writing
        self._is_approved = status == 'approved'
        with ui.element('div').classes('at-row'):
            if can_revise:
                button(t('review.revise'), self._open_revision, icon='edit').mark('review.revise')
            if status in OPEN:
                button(t('review.withdraw'), self._open_withdrawal).mark('review.withdraw')
        self._area = ui.element('div').classes('at-stack')

    def _open_revision(self) -> None:
        self._on_writing(True)
        self._area.clear()
        with self._area:
            if self._is_approved:
                notice(t('review.opens_again'), 'watch')
            with form(self._send, label=t('review.resubmit')):
                self._filled = self._fields()
            self._close_button()

    def _open_withdrawal(self) -> None:
        self._on_writing(True)
        self._area.clear()
        with self._area:
            notice(t('review.withdraw_effect'), 'watch')
            with form(self._take_back, label=t('review.withdraw_now')):
                self._why = text_field(t('review.why'), checks=(at_most(500),))
            self._close_button()

    def _close_button(self) -> None:
        button(t('kit.dialog.cancel'), self._close, rank='quiet').mark('review.close')

    def _close(self) -> None:
        self._on_writing(False)
        self._area.clear()

    async def _send(self) -> None:
        await self._revise(self._filled)

    async def _take_back(self) -> None:
        await self._withdraw((self._why.value or '').strip())


def promotion_acts(
    place: Place, promotion: PromotionView, *, after: After, on_writing: Callable[[bool], object]
) -> None:
    """For a filing that is not over: one that is approved can be revised, too, and is then reviewed again."""
    status, has_spaces = promotion.approval.status, any(not one.is_cancelled for one in promotion.bookings)

    async def revise(filled: '_Promotion') -> None:
        await run_operation(revise_promotion, actor=place.actor, command=RevisePromotion(
            promotion_id=promotion.id, mechanics=filled.fields.mechanics(), spaces=filled.spaces
        ))  # fmt: skip
        await _done(on_writing, after)

    async def withdraw(why: str) -> None:
        command = WithdrawPromotion(promotion_id=promotion.id, reason=why)
        await run_operation(withdraw_promotion, actor=place.actor, command=command)
        await _done(on_writing, after)

    _Acts(
        status, can_revise=status in (*OPEN, 'approved') and promotion.brand_fen is None,
        fields=lambda: _Promotion(place, promotion.mechanics, has_spaces=has_spaces), revise=revise, withdraw=withdraw,
        on_writing=on_writing,
    )  # fmt: skip


def permit_acts(place: Place, permit: PermitView, *, after: After, on_writing: Callable[[bool], object]) -> None:
    """For a permit that is not decided yet."""

    async def revise(fields: PermitFields) -> None:
        await run_operation(revise_permit, actor=place.actor, command=fields.revised(permit.id))
        await _done(on_writing, after)

    async def withdraw(why: str) -> None:
        command = WithdrawPermit(permit_id=permit.id, reason=why)
        await run_operation(withdraw_permit, actor=place.actor, command=command)
        await _done(on_writing, after)

    status = permit.approval.status
    _Acts(
        status, can_revise=status in OPEN, fields=lambda: PermitFields(place, permit), revise=revise,
        withdraw=withdraw, on_writing=on_writing,
    )  # fmt: skip


class _Promotion:
    """A promotion's fields, and what becomes of its spaces."""

    def __init__(self, place: Place, before: Mechanics, *, has_spaces: bool) -> None:
        self.fields = PromotionFields(place, before)
        options = {name: t(f'review.spaces.{name}') for name in SPACES}
        self._choice = choice_field(
            t('review.spaces_label'), options, 'move', help_text=t('review.spaces_help'), checks=(required,)
        ) if has_spaces else None  # fmt: skip

    @property
    def spaces(self) -> str:
        return str(self._choice.value) if self._choice else 'keep'


async def _done(on_writing: Callable[[bool], object], after: After) -> None:
    on_writing(False)
    await after()
