"""A window against its base: aligned days, the same time of day, the doors that count alike in both (CK-R1 … CK-R6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from domain.footfall._figures import Figures, LineFact, days_between, figures_of, measured, together
from domain.footfall._mall import aligner, clock_of, spring_shift
from domain.footfall._rules.comparison import base_day, judge
from domain.footfall.commands import LineId, Window
from domain.footfall.views import Comparability, ComparisonView, Mode
from domain.shared.business_time import BusinessClock
from domain.shared.measure import Measure

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A run of days and its base, equally long and ending at the same time of day."""

    current: Window
    base: Window


def compared(
    session: Session, mall_id: int, lines: Sequence[LineFact], window: Window, mode: Mode, *, is_over: bool
) -> ComparisonView:
    """Ins of lines in a window against their base. Doors redrawn in between are left out of both sides and named."""
    return compare_all(session, mall_id, lines, window, [mode], is_over=is_over)[0]


def compare_all(
    session: Session, mall_id: int, lines: Sequence[LineFact], window: Window, modes: Sequence[Mode], *, is_over: bool
) -> tuple[ComparisonView, ...]:
    """The same against several bases, read together."""
    clock = clock_of(session, mall_id)
    runs = [[pair.base for pair in paired(session, mall_id, window, mode)] for mode in modes]
    current, *bases = figures_of(session, mall_id, lines, [window, *(base for run in runs for base in run)])
    views = []
    for mode, run in zip(modes, runs, strict=True):
        found, bases = bases[: len(run)], bases[len(run) :]
        base_window = Window(started_at=run[0].started_at, ended_at=run[-1].ended_at)
        days = (clock.business_on(window.started_at), clock.business_on(base_window.started_at))
        views.append(_view(lines, current, found, mode, (window, base_window), days, is_over=is_over))
    return tuple(views)


def _view(
    lines: Sequence[LineFact],
    current: dict[LineId, Figures],
    bases: list[dict[LineId, Figures]],
    mode: Mode,
    windows: tuple[Window, Window],
    days: tuple[date, date],
    *,
    is_over: bool,
) -> ComparisonView:
    window, base_window = windows
    redrawn = redrawn_between(lines, base_window.started_at, window.ended_at)
    alike = [line for line in lines if line.id not in redrawn] or list(lines)
    ours = measured([current[line.id] for line in alike], 'ins', imputed='imputed_in', is_over=is_over)
    theirs = [together([base[line.id] for base in bases]) for line in alike]
    base = measured(theirs, 'ins', imputed='imputed_in', is_over=True)
    verdict = judge(ours, base, is_redrawn=bool(lines) and len(redrawn) == len(lines))
    note_zh, note_en = _note(days[0], mode)
    return ComparisonView(
        mode=mode,
        window=window,
        base_window=base_window,
        base_on=days[1],
        current=ours,
        base=base,
        change=verdict.change,
        comparability=verdict.comparability,
        note_zh=note_zh,
        note_en=note_en,
        redrawn_lines=tuple(sorted(redrawn)),
    )


def paired(session: Session, mall_id: int, window: Window, mode: Mode) -> list[Pair]:
    """The window cut into runs of days whose bases are consecutive too, each with its base."""
    clock = clock_of(session, mall_id)
    align = aligner(session, mall_id)
    first = clock.business_on(window.started_at)
    last = clock.business_on(max(window.started_at, window.ended_at - timedelta(microseconds=1)))
    pairs: list[Pair] = []
    for day in days_between(first, last + ONE_DAY):
        piece = _cut(window, clock, day)
        found = Pair(piece, _moved(piece, clock, day, base_day(day, mode, align)))
        if pairs and pairs[-1].base.ended_at == found.base.started_at:
            found = Pair(_joined(pairs[-1].current, piece), _joined(pairs.pop().base, found.base))
        pairs.append(found)
    return pairs


def redrawn_between(lines: Sequence[LineFact], start: datetime, end: datetime) -> set[LineId]:
    """The lines that began a new series in a span (FT-R15)."""
    return {line.id for line in lines if line.is_redrawn_within(start, end)}


def verdict_of(line: LineFact, current: Measure, base: Measure, base_start: datetime, end: datetime) -> tuple[
    float | None, Comparability
]:  # fmt: skip
    """One line's change, or why there is none."""
    verdict = judge(current, base, is_redrawn=line.is_redrawn_within(base_start, end))
    return verdict.change, verdict.comparability


def _cut(window: Window, clock: BusinessClock, day: date) -> Window:
    start, end = clock.bounds(day)
    return Window(started_at=max(window.started_at, start), ended_at=max(start, min(window.ended_at, end)))


def _moved(window: Window, clock: BusinessClock, day: date, base: date) -> Window:
    move = clock.bounds(base)[0] - clock.bounds(day)[0]
    return Window(started_at=window.started_at + move, ended_at=window.ended_at + move)


def _joined(first: Window, second: Window) -> Window:
    return Window(started_at=first.started_at, ended_at=second.ended_at)


def _note(day: date, mode: Mode) -> tuple[str, str]:
    if mode is Mode.CALENDAR_YEAR and spring_shift(day):
        return (
            '春节错位，请同时看按节日对齐的同比',
            'Spring Festival falls differently; see the holiday-aligned comparison',
        )
    return '', ''
