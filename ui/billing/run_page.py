"""One run: what it would bill, to be approved by somebody else and then posted."""

from typing import Any

from nicegui import ui

from domain.billing.commands import ApproveRun, PostRun, RunId
from domain.billing.permissions import APPROVE, POST
from domain.billing.runs import approve_run, get_run, post_run
from domain.billing.views import LineView, RunView
from domain.shared.operations import run_operation, run_query
from ui.billing.place import KINDS, RUN_STATES, Place, kind_words
from ui.billing.runs_page import window_words
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.job_progress import JobProgress
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.status_badge import StatusBadge
from ui.kit.text import Text
from ui.leasewords import date_words, term_words
from ui.loading import Loader

HELD = frozenset({'no_reading', 'reading_held', 'main_held', 'subs_exceed_main'})


class RunPage:
    """What it comes to by kind, its lines, and what may be done with it."""

    def __init__(self, place: Place, run_id: RunId, loader: Loader[RunView]) -> None:
        self._place, self._run_id, self._loader = place, run_id, loader
        self._run: RunView | None = None
        with section(t('billing.run_of', number=run_id), actions=self._action_box):
            with ui.element('div').classes('at-row'):
                self._state = StatusBadge('off', '')
                self._window, self._total = Text(classes='at-muted'), Text(classes='at-strong at-figures')
            self._job_box = ui.element('div')
            self._held = ui.element('div').classes('at-stack')
            self._sums = PlainTable(
                [
                    Column(name='kind', label=t('billing.kind_column')),
                    Column(name='lines', label=t('billing.lines'), kind='number'),
                    Column(name='adjusted', label=t('billing.adjustments'), kind='number'),
                    Column(name='total', label=t('billing.total'), kind='bar'),
                ],
                hint=t('billing.nothing_to_bill'),
            )  # fmt: skip
            self._sums.mark('billing.sums')
        with section(t('billing.lines'), t('billing.lines_hint')):
            kinds = {kind: kind_words(kind) for kind in KINDS}
            self._table = DataTable(
                _columns(), self._page, address=place.address,
                filters=[Filter(name='kind', label=t('billing.kind_column'), options=kinds)],
                empty_title=t('billing.nothing_to_bill'),
            )  # fmt: skip
            self._table.mark('billing.lines')

    def _action_box(self) -> None:
        self._actions = ui.element('div').classes('at-row')

    async def load(self) -> RunView:
        """The run as it is now."""
        return await run_query(get_run, actor=self._place.actor, run_id=self._run_id)

    def show(self, run: RunView) -> None:
        """Show this run."""
        self._run = run
        self._state.show(RUN_STATES[run.status], t(f'billing.run_state.{run.status}'))
        self._window.text, self._total.text = window_words(run.from_on, run.until_on), yuan(run.total_fen)
        self._held.clear()
        with self._held:
            if run.held:
                notice(t('billing.held', count=len(run.held)), 'watch')
                PlainTable(
                    [Column(name='meter', label=t('billing.meter')), Column(name='why', label=t('billing.reason'))],
                    [_held_row(words) for words in run.held],
                ).mark('billing.held').style('max-height: 240px; overflow: auto')
        self._sums.show(_sums(run))
        self._table.show(self._paged(self._table.query))
        self._actions.clear()
        with self._actions:
            self._offer(run)

    def _offer(self, run: RunView) -> None:
        actor = self._place.actor
        if run.status == 'previewed' and actor.may(APPROVE):
            button(t('billing.approve'), self._ask_to_approve, rank='primary').mark('billing.approve')
        if run.status == 'approved' and actor.may(POST):
            button(t('billing.post'), self._ask_to_post, rank='primary').mark('billing.post')

    def _ask_to_approve(self) -> None:
        assert self._run is not None
        confirm(
            t('billing.approve_title', total=yuan(self._run.total_fen)), t('billing.approve_effect'),
            action=t('billing.approve'), on_confirm=self._approve,
        )  # fmt: skip

    async def _approve(self) -> None:
        assert self._run is not None
        command = ApproveRun(run_id=self._run_id, content_hash=self._run.content_hash)
        await run_operation(approve_run, actor=self._place.actor, command=command)
        await self._loader.refresh()

    def _ask_to_post(self) -> None:
        assert self._run is not None
        confirm(
            t('billing.post_title', count=number(len(self._run.lines))), t('billing.post_effect'),
            action=t('billing.post'), on_confirm=self._post,
        )  # fmt: skip

    async def _post(self) -> None:
        """A run is posted whole or not at all, in one step; the bar says that it is under way and that it is done."""
        assert self._run is not None
        count = len(self._run.lines)
        self._job_box.clear()
        with self._job_box:
            job = JobProgress(t('billing.posting'))
        job.advance(0, count)
        await run_operation(post_run, actor=self._place.actor, command=PostRun(run_id=self._run_id))
        job.finish(count)
        await self._loader.refresh()

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        lines = self._run.lines if self._run else ()
        rows = [_row(place, line, self._place) for place, line in enumerate(lines)]
        keys = {'amount': lambda row: row['fen'], 'due': lambda row: row['due_iso']}
        return page_of(rows, query, searched=('tenant',), keys=keys)


def _held_row(words: str) -> dict[str, str]:
    """`E-B1-01: no_reading`, said in words."""
    meter, _, why = words.partition(': ')
    return {'meter': meter, 'why': t(f'billing.held_why.{why}') if why in HELD else why}


def _sums(run: RunView) -> list[dict[str, Any]]:
    found: dict[str, list[LineView]] = {}
    for line in run.lines:
        found.setdefault(line.kind, []).append(line)
    totals = {kind: sum(line.amount_fen for line in lines) for kind, lines in found.items()}
    most = max((abs(fen) for fen in totals.values()), default=1)
    return [
        {
            'kind': kind_words(kind), 'lines': number(len(found[kind])),
            'adjusted': number(sum(line.is_adjustment for line in found[kind])) or '',
            'total': {'text': yuan(totals[kind]), 'share': abs(totals[kind]) / max(1, most)},
        } for kind in sorted(found, key=lambda kind: -totals[kind])
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('billing.tenant'), is_sortable=True),
        Column(name='what', label=t('billing.kind_column')), Column(name='period', label=t('billing.period')),
        Column(name='amount', label=t('billing.amount'), kind='number', is_sortable=True),
        Column(name='due', label=t('billing.due_on'), is_sortable=True),
        Column(name='badge', label=t('billing.nature'), kind='badge'),
    ]  # fmt: skip


def _row(place: int, line: LineView, mall: Place) -> dict[str, Any]:
    nature = 'adjustment' if line.is_adjustment else 'regular'
    return {
        'id': place, 'tenant': mall.tenant(line.tenant_id), 'kind': line.kind, 'what': kind_words(line.kind),
        'period': term_words(line.starts_on, line.ends_on), 'amount': yuan(line.amount_fen), 'fen': line.amount_fen,
        'due': date_words(line.due_on), 'due_iso': line.due_on.isoformat(),
        'badge': {'state': 'watch' if line.is_adjustment else 'good', 'text': t(f'billing.natures.{nature}')},
    }  # fmt: skip
