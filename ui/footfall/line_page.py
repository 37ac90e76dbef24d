"""The parts of one line's page: where it lies, what it counted, its versions and its audits."""

from nicegui import ui

from domain.footfall.permissions import EDIT_LAYOUT
from domain.footfall.views import AuditView, VersionView
from ui.floorplan.shape import shape_of
from ui.footfall import charts
from ui.footfall.line_editor import LineEditor
from ui.footfall.line_state import LineData
from ui.footfall.line_words import BADGES, badge_words, line_name, role_words
from ui.footfall.selection import Selection
from ui.kit.chart_box import ChartBox
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.floor_plan import FloorPlan, PlanLine
from ui.kit.format import moment, percent
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.kit.skeleton import skeleton
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import Loader


class LinePage:
    """Shows one line; may redraw it where the person has the right to."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._plan: FloorPlan | None = None
        self._editor: LineEditor | None = None
        self.loader: Loader[LineData] | None = None
        with split():
            with section(t('footfall.line_place')):
                self._place = ui.element('div').classes('at-stack')
                with self._place:
                    skeleton(height='420px')
            with section(t('footfall.line_facts')):
                self._facts = ui.element('div').classes('at-stack').mark('footfall.line')
        with section(t('footfall.line_days'), t('footfall.line_days_hint')):
            self._days = ChartBox(height=240)
        with split(even=True):
            with section(t('footfall.versions'), t('footfall.versions_hint')):
                self._versions = ui.element('div').classes('at-feed').mark('footfall.versions')
            with section(t('footfall.audits'), t('footfall.audits_hint')):
                self._audits = ui.element('div').classes('at-feed').mark('footfall.audits')

    def show(self, data: LineData) -> None:
        """Show this line."""
        self._show_place(data)
        self._show_facts(data)
        self._days.show(charts.line_days(data.series, self._selection.clock))
        self._fill(self._versions, data.versions, self._version, t('footfall.no_versions'))
        self._fill(self._audits, data.audits, self._audit, t('footfall.no_audits'))

    def _show_place(self, data: LineData) -> None:
        if self._plan is None:
            self._place.clear()
            with self._place:
                self._plan = FloorPlan(shape_of(data.plan), height='420px')
                if self._selection.actor.may(EDIT_LAYOUT) and data.line.retired_at is None and self.loader:
                    self._editor = LineEditor(self._selection.actor, self._plan, self.loader.refresh)
        self._plan.show_lines([PlanLine(id=data.line.id, a=data.line.start, b=data.line.end)])
        if self._editor:
            self._editor.show(data.line)

    def _show_facts(self, data: LineData) -> None:
        line = data.line
        self._facts.clear()
        with self._facts:
            Text(line_name(line), tag='h3', classes='at-section__title')
            status_badge(BADGES[line.verification], badge_words(line))
            description_list(
                {
                    t('footfall.code'): line.code,
                    t('footfall.floor'): self._selection.floor_code(line.floor_id),
                    t('footfall.role_column'): role_words(line),
                    t('footfall.version'): f'v{line.version}',
                    t('footfall.since'): self._moment(line.valid_from),
                    t('footfall.precision'): percent(line.precision),
                    t('footfall.recall'): percent(line.recall),
                }
            )

    def _fill(self, box: ui.element, rows: tuple, draw: object, nothing: str) -> None:
        box.clear()
        with box:
            for row in rows:
                draw(row)  # type: ignore[operator]
            if not rows:
                empty_state(nothing)

    def _version(self, version: VersionView) -> None:
        with ui.element('div').classes('at-feed__line'):
            Text(f'v{version.version}', classes='at-strong')
            with ui.element('div').classes('at-grow'):
                Text(version.reason or t('footfall.first_version'), tag='div')
                until = self._moment(version.valid_until) if version.valid_until else t('footfall.until_now')
                Text(f'{self._moment(version.valid_from)} – {until}', tag='div', classes='at-small at-faint')

    def _audit(self, audit: AuditView) -> None:
        with ui.element('div').classes('at-feed__line'):
            status_badge('good' if audit.has_passed else 'act', t(f'footfall.audit.{audit.has_passed}'))
            with ui.element('div').classes('at-grow'):
                Text(
                    t(
                        'footfall.audit_counts',
                        hand=audit.hand_in + audit.hand_out,
                        system=audit.system_in + audit.system_out,
                    ),
                    tag='div',
                )
                Text(f'{audit.audited_by}  {self._moment(audit.audited_at)}', tag='div', classes='at-small at-faint')
            Text(f'{percent(audit.precision)} / {percent(audit.recall)}', classes='at-figures')

    def _moment(self, instant: object) -> str:
        local = self._selection.local(instant)  # type: ignore[arg-type]
        return moment(local) if local else ''
