"""会员全景: one member with tier, points, lots, coupons, tags, benefits, consents and receipts of all shops."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nicegui import ui

from domain.coupons.permissions import VIEW as VIEW_COUPONS
from domain.coupons.queries import list_coupons
from domain.coupons.views import CouponView
from domain.members.accounts import get_balance, get_points_value, list_lots
from domain.members.adjusting import propose_adjustment
from domain.members.commands import MemberId, ProposeAdjustment
from domain.members.directory import ReceiptRow, list_recent_receipts
from domain.members.inbox import list_messages
from domain.members.permissions import PROPOSE_ADJUSTMENT, VIEW_PERSONAL, VIEW_POINTS
from domain.members.queries import get_member, get_personal, get_tier_progress, list_benefits, list_consents, list_tags
from domain.members.views import (
    BalanceView,
    BenefitView,
    ConsentView,
    LotView,
    MemberView,
    MessageView,
    TagView,
    TierProgress,
)
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, number_field, required, text_field
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import day, number
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.section import grid, section, split
from ui.kit.status_badge import status_badge, tag
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members.member_history import BenefitsPart, History, MemberHistory
from ui.members.words import STATES, tier_words
from ui.saleswords import Counterfoil

FIGURES = ('available', 'pending', 'worth', 'qualifying')
MOST_POINTS = 100_000
SOURCES = frozenset({'earn', 'rerate', 'grant', 'campaign', 'adjustment', 'grace', 'debt'})


@dataclass(frozen=True, slots=True)
class Panorama:
    """Everything the page shows. What the reader may not see is empty."""

    member: MemberView
    tier: TierProgress
    balance: BalanceView | None
    worth_fen: int
    lots: list[LotView]
    coupons: list[CouponView]
    tags: list[TagView]
    benefits: list[BenefitView]
    consents: list[ConsentView]
    receipts: list[ReceiptRow]
    messages: list[MessageView]
    history: History


class MemberPage:
    """One member; phone and name in clear only on request, which is on record."""

    def __init__(self, place: Counterfoil, member_id: MemberId, loader: Loader[Panorama]) -> None:
        self._place, self._id, self._loader = place, member_id, loader
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'members.figure.{name}')) for name in FIGURES}
        with split():
            with ui.element('div').classes('at-stack'):
                self._receipts = _part('members.receipts', 'members.receipts_hint')
                self._lots = _part('members.lots', 'members.lots_hint')
                self._coupons = _part('members.coupons', '')
                self._messages = _part('members.messages', 'members.messages_hint').mark('members.messages')
                self._history = MemberHistory(place, member_id)
            with ui.element('div').classes('at-stack'):
                self._facts = _part('members.profile', '')
                self._tags = _part('members.tags', 'members.tags_hint')
                self._benefits = BenefitsPart(place, member_id, loader)
                self._consents = _part('members.consents', '')
                if place.actor.may(PROPOSE_ADJUSTMENT):
                    self._adjusting()

    async def load(self) -> Panorama:
        """The member as of now, in one go."""
        actor, now, mine = self._place.actor, datetime.now(UTC), {'member_id': self._id}
        member, tier, tags, benefits, consents, receipts, messages = await together(
            run_query(get_member, actor=actor, now=now, **mine),
            run_query(get_tier_progress, actor=actor, now=now, **mine),
            run_query(list_tags, actor=actor, now=now, **mine),
            run_query(list_benefits, actor=actor, now=now, **mine),
            run_query(list_consents, actor=actor, **mine),
            run_query(list_recent_receipts, actor=actor, **mine),
            run_query(list_messages, actor=actor, **mine),
        )
        balance, worth, lots = None, 0, []
        if actor.may(VIEW_POINTS):
            balance, lots = await together(
                run_query(get_balance, actor=actor, at=now, **mine), run_query(list_lots, actor=actor, **mine)
            )
            worth = await run_query(get_points_value, actor=actor, points=max(0, balance.available), now=now)
        coupons = await run_query(list_coupons, actor=actor, **mine) if actor.may(VIEW_COUPONS) else []
        history = await self._history.load()
        return Panorama(
            member, tier, balance, worth, lots, coupons, tags, benefits, consents, receipts, messages, history
        )

    def show(self, told: Panorama) -> None:
        """Show this member."""
        self._show_figures(told)
        self._show_profile(told)
        self._rows(self._receipts, [self._receipt(row) for row in told.receipts], 'members.no_receipts')
        self._rows(self._lots, [self._lot(lot) for lot in told.lots if lot.remaining], 'members.no_lots')
        self._rows(self._coupons, [self._coupon(coupon) for coupon in told.coupons], 'members.no_coupons')
        self._rows(self._messages, [self._message(one) for one in told.messages], 'members.no_messages')
        self._benefits.show(told.benefits)
        self._history.show(told.history)
        self._rows(
            self._consents,
            [self._consent(one) for one in told.consents],
            'members.no_consents',
        )
        self._show_tags(told.tags)

    def _show_figures(self, told: Panorama) -> None:
        balance = told.balance
        shown = {
            'available': number(balance.available) if balance else None,
            'pending': number(balance.pending + balance.held) if balance else None,
            'worth': yuan(told.worth_fen) if balance else None,
            'qualifying': yuan(told.tier.qualifying_fen),
        }
        for name, text in shown.items():
            self._cards[name].show(Figure(text=text or '—'))

    def _show_profile(self, told: Panorama) -> None:
        member, tier = told.member, told.tier
        self._facts.clear()
        with self._facts:
            status_badge(STATES.get(member.state, 'off'), t(f'members.state.{member.state}'))
            missing = None
            if tier.next_tier:
                missing = t('members.missing', fen=yuan(tier.missing_fen), tier=tier_words(tier.next_tier))
            description_list({
                t('members.number'): f'#{member.id}', t('members.name'): member.name,
                t('members.phone'): member.phone_masked,
                t('members.born'): day(member.born_on, with_year=True, with_weekday=False) if member.born_on else None,
                t('members.enrolled'): self._place.moment(member.enrolled_at),
                t('members.channel_column'): t(f'members.channel.{member.channel}'),
                t('members.tier_column'): tier_words(tier.tier), t('members.next'): missing,
                t('members.closes'): self._place.moment(member.closes_at) if member.closes_at else None,
            })  # fmt: skip
            if self._place.actor.may(VIEW_PERSONAL):
                button(t('members.reveal'), self._reveal, icon='user').mark('members.reveal')

    async def _reveal(self) -> None:
        personal = await run_query(get_personal, actor=self._place.actor, member_id=self._id)
        with self._facts:
            description_list({t('members.name'): personal.name, t('members.phone'): personal.phone})
            Text(t('members.revealed'), tag='div', classes='at-small at-faint')

    def _show_tags(self, tags: list[TagView]) -> None:
        self._tags.clear()
        with self._tags:
            if not tags:
                empty_state(t('members.no_tags'))
            with ui.element('div').classes('at-row at-wrap'):
                for one in tags:
                    name = words(one.name_zh, one.name_en)
                    tag(name if one.value == 'yes' else f'{name}: {one.value}', tone='accent')

    def _rows(self, box: ui.element, rows: list[tuple[str, str, str]], nothing: str) -> None:
        box.clear()
        with box:
            if not rows:
                empty_state(t(nothing))
            for title, small, right in rows:
                with ui.element('div').classes('at-row'):
                    with ui.element('div').classes('at-grow'):
                        Text(title, tag='div')
                        if small:
                            Text(small, tag='div', classes='at-small at-muted')
                    Text(right, classes='at-figures')

    def _receipt(self, row: ReceiptRow) -> tuple[str, str, str]:
        earned = t('members.earned', points=number(row.points))
        when = f'{self._place.moment(row.occurred_at)} · {t(f"members.channel.{row.channel}")} · {earned}'
        return self._place.shop(row.shop), when, yuan(row.fen)

    def _consent(self, one: ConsentView) -> tuple[str, str, str]:
        decided = t(f'members.granted.{one.is_granted}')
        return t(f'members.purpose.{one.purpose}'), self._place.moment(one.decided_at), decided

    def _lot(self, lot: LotView) -> tuple[str, str, str]:
        until = self._until(lot.expires_at)
        source = t(f'members.source.{lot.source}') if lot.source in SOURCES else lot.source
        return f'{source} · {t(f"members.lot.{lot.state}")}', until, number(lot.remaining)

    def _until(self, end: datetime) -> str:
        """The last day on which something counts: its end is exclusive."""
        last = self._place.clock.local(end - timedelta(microseconds=1)).date()
        return t('members.expires', at=day(last, with_year=True, with_weekday=False))

    def _coupon(self, coupon: CouponView) -> tuple[str, str, str]:
        until = self._until(coupon.valid_until)
        return words(coupon.name_zh, coupon.name_en), until, t(f'members.coupon.{coupon.state}')

    def _message(self, one: MessageView) -> tuple[str, str, str]:
        small = f'{words(one.body_zh, one.body_en)} · {self._place.moment(one.sent_at)}'
        return words(one.title_zh, one.title_en), small, t(f'members.message_read.{one.read_at is not None}')

    def _adjusting(self) -> None:
        with section(t('members.adjust'), t('members.adjust_hint')), form(self._propose, label=t('members.propose')):
            self._points = number_field(t('members.points'), checks=(required, between(-MOST_POINTS, MOST_POINTS)))
            self._reason = text_field(t('members.reason'), checks=(required, at_most(200)))

    async def _propose(self) -> None:
        command = ProposeAdjustment(member_id=self._id, points=int(self._points.value), reason=self._reason.value)
        await run_operation(propose_adjustment, actor=self._place.actor, command=command)
        self._points.value, self._reason.value = None, ''
        ui.notify(t('members.proposed'))
        await self._loader.refresh()


def _part(title: str, hint: str) -> ui.element:
    with section(t(title), t(hint) if hint else ''):
        return ui.element('div').classes('at-stack')
