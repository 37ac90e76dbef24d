"""One counting line: its present version, its past ones, its audits, its last weeks."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.footfall.commands import LineId
from domain.footfall.queries import line_versions, list_audits, list_lines, series
from domain.footfall.views import AuditView, Grain, LineView, Series, VersionView
from domain.mall.queries import get_floor_plan
from domain.mall.views import FloorPlanView
from domain.shared.errors import NotFound
from domain.shared.operations import run_query
from ui.footfall.selection import Selection
from ui.loading import together

DAYS = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class LineData:
    """Everything the page of a line shows."""

    line: LineView
    plan: FloorPlanView
    versions: tuple[VersionView, ...]
    audits: tuple[AuditView, ...]
    series: Series


class LineState:
    """Loads one line."""

    def __init__(self, selection: Selection, line_id: LineId) -> None:
        self.selection = selection
        self._line_id = line_id

    async def load(self) -> LineData:
        """The line as of now.

        :raises NotFound: when the mall has no such line.
        """
        now = datetime.now(UTC)
        chosen, actor = self.selection, self.selection.actor
        lines = await run_query(list_lines, actor=actor)
        line = next((line for line in lines if line.id == self._line_id), None)
        if line is None:
            raise NotFound
        plan, versions, audits, days = await together(
            run_query(get_floor_plan, actor=actor, floor_id=line.floor_id),
            run_query(line_versions, actor=actor, line_id=line.id),
            run_query(list_audits, actor=actor, line_id=line.id),
            run_query(
                series,
                actor=actor,
                now=now,
                grain=Grain.DAY,
                line_id=line.id,
                window=chosen.days(chosen.today, DAYS, now),
            ),
        )
        return LineData(line=line, plan=plan, versions=tuple(versions), audits=tuple(audits), series=days)
