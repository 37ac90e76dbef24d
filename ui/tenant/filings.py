"""促销活动申报: file a promotion, follow its review, book a space for it."""

from dataclasses import dataclass
from datetime import timedelta

from nicegui import ui

from domain.approvals.views import ApprovalView
from domain.permits.commands import BookSpace, CancelBooking, FilePromotion
from domain.permits.operations import book_space, cancel_booking, file_promotion, list_promotions
from domain.permits.permissions import FILE
from domain.permits.spaces import list_spaces
from domain.permits.views import BookingView, PromotionView, SpaceView, Taken
from domain.shared.operations import run_operation, run_query
from ui.applicant import promotion_acts
from ui.filingfields import PromotionFields
from ui.kit.confirmation import confirm
from ui.kit.day_field import moment_field, parse_day, parse_moment
from ui.kit.empty_state import empty_state
from ui.kit.field import choice_field, required
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader, together
from ui.reviewwords import STATES, share_words, state_words
from ui.spacedays import span
from ui.tenant.availability import Availability
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

OVER = ('rejected', 'withdrawn')


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    promotions: list[PromotionView]
    spaces: list[SpaceView]
    taken: list[Taken]


class FilingsPage:
    """What was filed and where it stands; beside it the form for the next."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._spaces: list[SpaceView] = []
        self._chosen: int | None = None
        self._is_writing = False
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('tenant.filings')):
                    self._list = entry_list()
            with ui.element('div').classes('at-stack'):
                if place.actor.may(FILE):
                    with (
                        section(t('tenant.file'), t('tenant.file_hint')),
                        form(self._file, label=t('tenant.send_filing')),
                    ):
                        self._fields = PromotionFields(place)
                    for field in (self._fields.starts, self._fields.last):
                        field.on_value_change(self._follow_days)
                self._availability = Availability(place, loader.refresh)

    async def load(self) -> Loaded:
        """This shop's filings, the spaces that can be booked, and when they are taken."""
        actor = self._place.actor
        promotions, spaces, taken = await together(
            run_query(list_promotions, actor=actor), run_query(list_spaces, actor=actor), self._availability.load()
        )
        return Loaded(promotions=promotions, spaces=spaces, taken=taken)

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        self._spaces = loaded.spaces
        own = {(one.space_id, one.starts_at) for filing in loaded.promotions for one in filing.bookings}
        self._availability.show(loaded.spaces, loaded.taken, own)
        self._list.clear()
        with self._list:
            for one in loaded.promotions:
                status = one.approval.status
                row(
                    one.mechanics.title, _days(one), badge=(STATES[status], state_words(status)),
                    on_click=lambda promotion=one: self._choose(promotion), mark='tenant.filing',
                )  # fmt: skip
            if not loaded.promotions:
                empty_state(t('tenant.no_filings'))
        chosen = next((one for one in loaded.promotions if one.id == self._chosen), None)
        if chosen is not None:
            self._open(chosen)

    async def _file(self) -> None:
        command = FilePromotion(tenant_id=self._place.tenant.id, mechanics=self._fields.mechanics())
        filed = await run_operation(file_promotion, actor=self._place.actor, command=command)
        self._chosen = filed.id
        self._fields.forget()
        await self._loader.refresh()

    async def _follow_days(self) -> None:
        """The spaces of the days that are being filed."""
        starts_on, last = parse_day(self._fields.starts.value), parse_day(self._fields.last.value)
        if starts_on and last and starts_on <= last:
            self._availability.look_around(starts_on, last + timedelta(days=1))
            await self._loader.refresh()

    async def _choose(self, promotion: PromotionView) -> None:
        self._chosen, self._is_writing = promotion.id, False
        self._availability.look_around(promotion.mechanics.starts_on, promotion.mechanics.ends_on)
        await self._loader.refresh()

    def _open(self, promotion: PromotionView) -> None:
        if self._chosen == promotion.id and self._is_writing:
            return  # somebody is filling in the space of this filing
        self._chosen, self._is_writing = promotion.id, False
        self._detail.clear()
        with self._detail, section(promotion.mechanics.title, _days(promotion)):
            Text(promotion.mechanics.text, tag='p')
            for price in promotion.mechanics.prices:
                Text(t('tenant.price_line', item=price.item, regular=yuan(price.regular_fen),
                       promoted=yuan(price.promoted_fen)), classes='at-small')  # fmt: skip
            if costs := _costs(promotion):
                Text(costs, tag='p', classes='at-small').mark('tenant.costs')
            with entry_list():
                _trail(promotion.approval)
                self._bookings(promotion)
            if self._place.actor.may(FILE) and promotion.approval.status not in OVER:
                promotion_acts(self._place, promotion, after=self._loader.refresh, on_writing=self._note)
                if self._spaces:
                    self._ask_for_space(promotion)

    def _bookings(self, promotion: PromotionView) -> None:
        by_id = {space.id: space for space in self._spaces}
        for booking in promotion.bookings:
            space = by_id.get(booking.space_id)
            name = words(space.name_zh, space.name_en) if space else f'#{booking.space_id}'
            badge: tuple[State, str] = (
                ('off', t('tenant.given_back')) if booking.is_cancelled else ('good', t('tenant.booked'))
            )
            may_cancel = not booking.is_cancelled and self._place.actor.may(FILE)
            row(
                name, span(self._place, booking.starts_at, booking.ends_at), badge=badge, mark='tenant.booking',
                on_click=(lambda one=booking, space=name: self._ask_to_cancel(one, space)) if may_cancel else None,
            )  # fmt: skip

    def _ask_to_cancel(self, booking: BookingView, space: str) -> None:
        confirm(
            t('tenant.cancel_booking_title', space=space), t('tenant.cancel_booking_effect'),
            action=t('tenant.cancel_booking'), on_confirm=lambda: self._cancel(booking), is_destructive=True,
        )  # fmt: skip

    async def _cancel(self, booking: BookingView) -> None:
        command = CancelBooking(booking_id=booking.id)
        await run_operation(cancel_booking, actor=self._place.actor, command=command)
        await self._loader.refresh()

    def _ask_for_space(self, promotion: PromotionView) -> None:
        clock, mechanics = self._place.clock, promotion.mechanics
        opens = clock.local(clock.bounds(mechanics.starts_on)[0]).replace(hour=10, tzinfo=None)
        closes = clock.local(clock.bounds(mechanics.ends_on - timedelta(days=1))[0]).replace(hour=22, tzinfo=None)
        with form(lambda: self._book(promotion), label=t('tenant.book')):
            options = {space.id: words(space.name_zh, space.name_en) for space in self._spaces}
            self._space = choice_field(t('tenant.space'), options, next(iter(options)), checks=(required,))
            self._from = moment_field(t('tenant.from'), opens, checks=(required,))
            self._until = moment_field(t('tenant.until'), closes, checks=(required,))
        for field in (self._space, self._from, self._until):
            field.on_value_change(lambda: self._note(True))

    def _note(self, is_writing: bool) -> None:
        self._is_writing = is_writing

    async def _book(self, promotion: PromotionView) -> None:
        starts, ends = parse_moment(self._from.value), parse_moment(self._until.value)
        assert starts is not None
        assert ends is not None
        command = BookSpace(
            promotion_id=promotion.id, space_id=self._space.value, starts_at=self._place.instant(starts),
            ends_at=self._place.instant(ends),
        )  # fmt: skip
        await run_operation(book_space, actor=self._place.actor, command=command)
        self._is_writing = False
        await self._loader.refresh()


def _costs(promotion: PromotionView) -> str:
    """The shop's part of what is spent together with the mall; empty where nothing is."""
    if promotion.brand_fen is not None:
        return t('settlement.own_settled', brand=yuan(promotion.brand_fen), mall=yuan(promotion.mall_fen))
    agreed = promotion.mechanics
    if not agreed.shared_cost_fen:
        return ''
    return t('settlement.own', budget=yuan(agreed.shared_cost_fen), share=share_words(agreed.brand_share_bp))


def _days(promotion: PromotionView) -> str:
    last = promotion.mechanics.ends_on - timedelta(days=1)
    return f'{day(promotion.mechanics.starts_on, with_weekday=False)} – {day(last, with_weekday=False)}'


def _trail(approval: ApprovalView) -> None:
    for decision in approval.trail:
        verdict = t(f'tenant.verdict.{decision.verdict}')
        row(f'{verdict} · {decision.decided_by}', decision.comment)
    if approval.withdrawal:
        row(f'{t("review.withdrawn")} · {approval.withdrawal.by}', approval.withdrawal.why)
    if approval.status == 'pending' and approval.step < len(approval.steps):
        row(t('tenant.waits_for', step=approval.steps[approval.step].name), badge=('watch', t('tenant.in_review')))
