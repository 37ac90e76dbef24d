"""Footfall: today, who is inside, series, doors, export, remarks."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from domain.footfall.commands import Annotate, LineId, Window
from domain.footfall.operations import annotate
from domain.footfall.permissions import ANNOTATE, EXPORT, VIEW
from domain.footfall.queries import (
    capture_rates,
    cockpit_summary,
    door_ranking,
    export_rows,
    list_lines,
    occupancy_by_floor,
    series,
)
from domain.footfall.views import (
    AnnotationView,
    CaptureRate,
    CockpitSummary,
    DoorRank,
    ExportRow,
    FloorOccupancy,
    Grain,
    LineView,
    Series,
)
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import run_query
from integrations.api.access import Requires
from integrations.api.idempotency import Key, once
from integrations.api.problems import responses

router = APIRouter(prefix='/footfall', tags=['footfall'])
Viewer = Annotated[Actor, Depends(Requires(VIEW))]
Id = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Instant = Annotated[AwareDatetime, Query(examples=['2026-11-22T00:00:00+08:00'])]

MOST_POINTS = 20_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class WindowTooLong(DomainError):
    code = 'api.window_too_long'
    status = 422
    zh = '时间范围过大或颠倒：该粒度最多 {most} 个点，且结束须晚于开始。'
    en = 'The window is too long or reversed: {most} points of this grain at most, and the end comes after the start.'


@router.get('/summary', responses=responses())
async def summary(actor: Viewer) -> CockpitSummary:
    """Today until now, against last week and last year."""
    return await run_query(cockpit_summary, actor=actor, now=datetime.now(UTC))


@router.get('/occupancy', responses=responses())
async def occupancy(actor: Viewer) -> tuple[FloorOccupancy, ...]:
    """People inside now: the mall first (`floor_id` null), then each floor."""
    return await run_query(occupancy_by_floor, actor=actor, now=datetime.now(UTC))


@router.get('/entries', responses=responses())
async def entries(actor: Viewer, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> tuple[DoorRank, ...]:
    """Today's entrances, busiest first."""
    return await run_query(door_ranking, actor=actor, now=datetime.now(UTC), limit=limit)


@router.get('/lines', responses=responses())
async def lines(actor: Viewer, floor_id: Id = None) -> tuple[LineView, ...]:
    """The counting lines in their present version."""
    return await run_query(list_lines, actor=actor, floor_id=floor_id)


@router.get('/series', responses=responses(404))
async def time_series(
    actor: Viewer,
    since: Instant,
    until: Instant,
    grain: Grain = Grain.HOUR,
    line_id: Id = None,
    door_id: Id = None,
    floor_id: Id = None,
) -> Series:
    """Ins and outs of one line, one door, one floor or, with none of them, the mall; `until` is exclusive."""
    return await run_query(
        series,
        actor=actor,
        now=datetime.now(UTC),
        grain=grain,
        window=_window(since, until, grain),
        line_id=None if line_id is None else LineId(line_id),
        door_id=door_id,
        floor_id=floor_id,
    )


@router.get('/capture-rates', responses=responses())
async def capture(actor: Viewer, since: Instant, until: Instant) -> tuple[CaptureRate, ...]:
    """进店率 of each unit: entries over passers-by."""
    window = _window(since, until, Grain.HOUR)
    return await run_query(capture_rates, actor=actor, now=datetime.now(UTC), window=window)


@router.get(
    '/export.csv',
    response_class=StreamingResponse,
    responses=responses() | {200: {'content': {'text/csv': {'schema': {'type': 'string'}}}, 'description': 'CSV'}},
)
async def export(
    actor: Annotated[Actor, Depends(Requires(EXPORT))], since: Instant, until: Instant, grain: Grain = Grain.HOUR
) -> StreamingResponse:
    """Aggregates as CSV (UTF-8 with a byte order mark, so that spreadsheets read the Chinese). Exports are audited."""
    window = _window(since, until, grain)
    rows = await run_query(export_rows, actor=actor, now=datetime.now(UTC), grain=grain, window=window)
    headers = {'Content-Disposition': 'attachment; filename="footfall.csv"'}
    return StreamingResponse(_csv(rows), media_type='text/csv; charset=utf-8', headers=headers)


class NewAnnotation(BaseModel):
    """A remark on the time axis."""

    since: AwareDatetime = Field(examples=['2026-11-22T10:00:00+08:00'])
    until: AwareDatetime = Field(examples=['2026-11-22T12:00:00+08:00'])
    note_zh: str = Field(min_length=1, max_length=400, examples=['地铁 3 号口关闭'])
    note_en: str = Field(default='', max_length=400, examples=['Metro exit 3 closed'])


@router.post('/annotations', status_code=201, responses=responses(400, 409))
async def add_annotation(
    actor: Annotated[Actor, Depends(Requires(ANNOTATE))], body: NewAnnotation, response: Response, key: Key = None
) -> AnnotationView:
    """Adds a remark; under the same `Idempotency-Key` it is added once."""
    command = Annotate(window=_window(body.since, body.until, Grain.DAY), note_zh=body.note_zh, note_en=body.note_en)
    answer: AnnotationView = await once(annotate, actor=actor, key=key, response=response, command=command)
    return answer


def _window(since: datetime, until: datetime, grain: Grain) -> Window:
    """:raises WindowTooLong:"""
    longest = timedelta(minutes=grain.minutes * MOST_POINTS)
    if not (EARLIEST <= since < until <= LATEST) or until - since > longest:
        raise WindowTooLong(most=MOST_POINTS)
    return Window(started_at=since, ended_at=until)


def _csv(rows: Iterable[ExportRow]) -> Iterator[str]:
    names = [field.name for field in fields(ExportRow)]
    yield '\ufeff' + ','.join(names) + '\r\n'
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(_plain(value) for value in asdict(row).values())
        yield line.getvalue()


def _plain(value: object) -> object:
    """Spreadsheets run what looks like a formula; such text is led by an apostrophe."""
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(('=', '+', '-', '@')) else value
