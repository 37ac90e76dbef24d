"""积分账: what the mall owes in points, by month of expiry, and adjustments that wait for a second person."""

from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui
from pyecharts import options as opts
from pyecharts.charts import Bar

from domain.members.accounts import get_liability
from domain.members.adjusting import decide_adjustment, list_adjustments
from domain.members.commands import DecideAdjustment
from domain.members.permissions import APPROVE_ADJUSTMENT
from domain.members.views import AdjustmentView, Liability
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.chart_box import ChartBox
from ui.kit.empty_state import empty_state
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.section import grid, section
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader, together
from ui.members import addresses
from ui.saleswords import Counterfoil

FIGURES = ('outstanding', 'ledger', 'value', 'provision')
DECIDED: dict[str, State] = {'proposed': 'watch', 'approved': 'good', 'refused': 'off', 'rejected': 'off'}


@dataclass(frozen=True, slots=True)
class Books:
    liability: Liability
    adjustments: list[AdjustmentView]


class PointsPage:
    """The liability with its proof, then the queue."""

    def __init__(self, place: Counterfoil, loader: Loader[Books]) -> None:
        self._place, self._loader = place, loader
        with grid(least_width=180):
            self._cards = {
                name: MetricCard(t(f'members.liability.{name}'), explanation=t(f'members.liability_help.{name}'))
                for name in FIGURES
            }
        self._proof = ui.element('div')
        with section(t('members.by_month'), t('members.by_month_hint')):
            self._chart = ChartBox(height=260)
        with section(t('members.adjustments'), t('members.adjustments_hint')):
            self._queue = ui.element('div').classes('at-stack').mark('members.adjustments')

    async def load(self) -> Books:
        """The books as of now."""
        liability, adjustments = await together(
            run_query(get_liability, actor=self._place.actor, now=datetime.now(UTC)),
            run_query(list_adjustments, actor=self._place.actor),
        )
        return Books(liability, adjustments)

    def show(self, books: Books) -> None:
        """Show these books."""
        owed = books.liability
        shown = {
            'outstanding': number(owed.points), 'ledger': number(owed.ledger_points), 'value': yuan(owed.value_fen),
            'provision': yuan(owed.provision_fen),
        }  # fmt: skip
        for name, text in shown.items():
            self._cards[name].show(Figure(text=text))
        self._proof.clear()
        with self._proof:
            notice(t(f'members.reconciled.{owed.is_reconciled}'), 'good' if owed.is_reconciled else 'act')
        self._chart.show(by_month(owed))
        self._queue.clear()
        with self._queue:
            if not books.adjustments:
                empty_state(t('members.no_adjustments'), symbol='check')
            for one in books.adjustments:
                self._adjustment(one)

    def _adjustment(self, one: AdjustmentView) -> None:
        with ui.element('div').classes('at-row'):
            status_badge(DECIDED.get(one.state, 'off'), t(f'members.adjustment.{one.state}'))
            with ui.element('div').classes('at-grow'):
                ui.link(f'#{one.member_id}', addresses.member(one.member_id)).classes('at-strong')
                by = t('members.by', name=one.proposed_by)
                Text(f'{one.reason} · {by}', tag='div', classes='at-small at-muted')
            Text(f'{one.points:+,}', classes='at-figures at-strong')
            if one.state == 'proposed' and self._place.actor.may(APPROVE_ADJUSTMENT):
                button(t('members.refuse'), lambda: self._decide(one.id, is_approved=False))
                button(t('members.approve'), lambda: self._decide(one.id, is_approved=True), rank='primary')

    async def _decide(self, adjustment_id: int, *, is_approved: bool) -> None:
        command = DecideAdjustment(adjustment_id=adjustment_id, is_approved=is_approved)
        await run_operation(decide_adjustment, actor=self._place.actor, command=command)
        await self._loader.refresh()


def by_month(owed: Liability) -> Bar:
    """Points by the month in which they expire."""
    months: dict[str, int] = {}
    for line in owed.lines:
        months[line.expires_month] = months.get(line.expires_month, 0) + line.points
    names = [t(f'members.month.{month}') if month in ('owed', 'held') else month for month in months]
    bar = (
        Bar()
        .add_xaxis(names)
        .add_yaxis(t('members.points'), list(months.values()), label_opts=opts.LabelOpts(is_show=False))
    )
    return bar.set_global_opts(legend_opts=opts.LegendOpts(is_show=False))
