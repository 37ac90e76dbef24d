"""What the overview asks of footfall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.footfall.queries import compare, curve_15min, series, staff_removed
from domain.footfall.views import ComparisonView, Curve, Grain, Mode, Series, StaffRemoved
from domain.shared.operations import run_query
from ui.footfall.selection import Selection
from ui.loading import together

TREND_DAYS = 35
MODES = (Mode.PREVIOUS_WEEK, Mode.SAME_WEEKDAY, Mode.HOLIDAY_ALIGNED)
WEEK_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewData:
    """One business day and what surrounds it. `comparisons` are rows of (span, by mode)."""

    curve: Curve
    trend: Series
    comparisons: tuple[tuple[str, tuple[ComparisonView, ...]], ...]
    staff: StaffRemoved


class OverviewState:
    """Loads the overview of the chosen day."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection

    async def load(self) -> OverviewData:
        """Curve, trend, comparisons and staff at one instant."""
        now = datetime.now(UTC)
        chosen = self.selection
        actor, window = chosen.actor, chosen.window(now)
        # A past day is asked as of its own end, so that its curve and its bases are whole.
        as_of = min(now, chosen.clock.bounds(chosen.day)[1] - timedelta(microseconds=1))
        spans = {'day': 1, 'week': WEEK_DAYS, 'month': chosen.day.day}
        questions = [
            run_query(compare, actor=actor, now=as_of, mode=mode, window=chosen.days(chosen.day, days, now))
            for days in spans.values()
            for mode in MODES
        ]
        curve, trend, staff, *compared = await together(
            run_query(curve_15min, actor=actor, now=as_of, on=chosen.day),
            run_query(series, actor=actor, now=as_of, grain=Grain.DAY, window=chosen.days(chosen.day, TREND_DAYS, now)),
            run_query(staff_removed, actor=actor, now=as_of, window=window),
            *questions,
        )
        rows = [tuple(compared[start : start + len(MODES)]) for start in range(0, len(compared), len(MODES))]
        return OverviewData(curve=curve, trend=trend, staff=staff, comparisons=tuple(zip(spans, rows, strict=True)))
