"""What a member's book says beside today's figures: statement, tiers gone through, outside names, merges, benefits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from nicegui import ui

from domain.members.accounts import get_statement
from domain.members.commands import MemberId, UseBenefit
from domain.members.loyalty import use_benefit
from domain.members.permissions import USE_BENEFITS, VIEW_POINTS
from domain.members.queries import list_tier_steps
from domain.members.registers import (
    BenefitUseRow,
    IdentityView,
    MergeView,
    list_benefit_uses,
    list_identities,
    list_merges,
)
from domain.members.views import BenefitView, StatementLine, TierStepView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import section
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members.posting_words import posting_words
from ui.members.words import tier_words
from ui.saleswords import Counterfoil

STATEMENT_DAYS, MOST_LINES = 365, 60
REASONS = frozenset({'upgrade', 'soft_landing', 'merge', 'split', 'enrolled', 'refund'})
NAMES = frozenset({'wechat', 'alipay', 'card', 'unionpay'})


@dataclass(frozen=True, slots=True)
class History:
    statement: list[StatementLine]
    steps: list[TierStepView]
    identities: list[IdentityView]
    merges: list[MergeView]
    uses: list[BenefitUseRow]


class MemberHistory:
    """Sections that are read from top to bottom; what is empty says so."""

    def __init__(self, place: Counterfoil, member_id: MemberId) -> None:
        self._place, self._id = place, member_id
        self._statement = _part('members.statement', t('members.statement_hint')).mark('members.statement')
        self._book = _part('members.book', t('members.book_hint')).mark('members.book')

    async def load(self) -> History:
        """Everything of the last year."""
        actor, now, mine = self._place.actor, datetime.now(UTC), {'member_id': self._id}
        steps, identities, merges, uses = await together(
            run_query(list_tier_steps, actor=actor, **mine), run_query(list_identities, actor=actor, **mine),
            run_query(list_merges, actor=actor, **mine), run_query(list_benefit_uses, actor=actor, **mine),
        )  # fmt: skip
        lines: list[StatementLine] = []
        if actor.may(VIEW_POINTS):
            since = now - timedelta(days=STATEMENT_DAYS)
            lines = await run_query(get_statement, actor=actor, since=since, until=now, **mine)
        return History(lines, steps, identities, merges, uses)

    def show(self, told: History) -> None:
        """Show this history, the newest first."""
        newest = list(reversed(told.statement))[:MOST_LINES]
        _fill(self._statement, [self._line(line) for line in newest], 'members.no_postings')
        book = [
            *((step.effective_at, *self._step(step)) for step in told.steps),
            *((one.linked_at, *self._identity(one)) for one in told.identities),
            *((one.merged_at, *self._merge(one)) for one in told.merges),
            *((use.used_at, *self._use(use)) for use in told.uses),
        ]
        rows = [(title, small, '') for _, title, small in sorted(book, key=lambda row: row[0], reverse=True)]
        _fill(self._book, rows, 'members.no_book')

    def _line(self, line: StatementLine) -> tuple[str, str, str]:
        after = t('members.balance_after', points=number(line.balance))
        return posting_words(line.kind), f'{self._place.moment(line.occurred_at)} · {after}', f'{line.points:+,}'

    def _step(self, step: TierStepView) -> tuple[str, str]:
        why = t(f'members.tier_reason.{step.reason}') if step.reason in REASONS else step.reason
        return t('members.became', tier=tier_words(step.tier)), f'{self._place.moment(step.effective_at)} · {why}'

    def _identity(self, one: IdentityView) -> tuple[str, str]:
        kind = t(f'members.identity.{one.kind}') if one.kind in NAMES else one.kind
        origin = f' · {t("members.from_merge")}' if one.is_from_merge else ''
        return t('members.linked', kind=kind), f'{self._place.moment(one.linked_at)}{origin}'

    def _merge(self, one: MergeView) -> tuple[str, str]:
        done = t('members.merged', kept=one.kept_id, absorbed=one.absorbed_id)
        by = t('members.merged_by', name=one.merged_by, at=self._place.moment(one.merged_at))
        return done, f'{by} · {one.reason}'

    def _use(self, use: BenefitUseRow) -> tuple[str, str]:
        name = words(use.name_zh, use.name_en)
        by = t('members.used_by', name=use.used_by)
        return t('members.used_benefit', name=name), f'{self._place.moment(use.used_at)} · {by}'


class BenefitsPart:
    """What the tier allows and what is left; a use is taken once, however often somebody presses."""

    def __init__(self, place: Counterfoil, member_id: MemberId, loader: Loader[Any]) -> None:
        self._place, self._id, self._loader = place, member_id, loader
        self._box = _part('members.benefits', '').mark('members.benefits_left')

    def show(self, benefits: Sequence[BenefitView]) -> None:
        """Show these, each with its button where something is left."""
        self._box.clear()
        with self._box:
            if not benefits:
                empty_state(t('members.no_benefits'))
            for one in benefits:
                self._row(one, str(uuid4()))

    def _row(self, one: BenefitView, key: str) -> None:
        with ui.element('div').classes('at-row'):
            Text(words(one.name_zh, one.name_en), classes='at-grow')
            Text(t('members.left_of', left=one.left, quota=one.quota), classes='at-figures')
            if one.left and self._place.actor.may(USE_BENEFITS):
                button(t('members.use'), lambda: self._use(one, key)).mark(f'members.use.{one.code}')

    async def _use(self, one: BenefitView, key: str) -> None:
        command = UseBenefit(member_id=self._id, benefit=one.code, key=f'desk:{key}')
        await run_operation(use_benefit, actor=self._place.actor, command=command)
        with self._loader:  # the row of the button may have been drawn anew meanwhile
            ui.notify(t('members.used_benefit', name=words(one.name_zh, one.name_en)))
            await self._loader.refresh()


def _part(title: str, hint: str) -> ui.element:
    with section(t(title), hint):
        return ui.element('div').classes('at-stack')


def _fill(box: ui.element, rows: Sequence[tuple[str, str, str]], nothing: str) -> None:
    box.clear()
    with box:
        if not rows:
            empty_state(t(nothing))
        for title, small, right in rows:
            with ui.element('div').classes('at-row'):
                with ui.element('div').classes('at-grow'):
                    Text(title, tag='div')
                    Text(small, tag='div', classes='at-small at-muted')
                Text(right, classes='at-figures')
