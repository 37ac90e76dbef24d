"""Summaries in the service's own schema: its own migrations, once each, and never in the way of counting."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.migrations.api import migrate

from integrations.embedded.postgres import EmbeddedPostgres
from vision_service.contracts import CameraState, CameraView
from vision_service.store.archive import Archive, prepare
from vision_service.store.database import APP, configuration
from vision_service.store.summary import MOST_JOURNEYS, JourneyRow, Summary

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def journey(token: str = 'abc') -> JourneyRow:
    return JourneyRow(token=token, first_at=NOON, last_at=NOON, pictures=9, first=(0.1, 0.2), last=(0.3, 0.4))


def camera() -> SimpleNamespace:
    view = CameraView(
        code='cam-1',
        state=CameraState.WATCHING,
        detail='counting',
        frames=1,
        frames_dropped=0,
        pictures_per_second=9.9,
        people=1,
        counted_in=0,
        counted_out=0,
        readings_waiting=0,
        last_frame_at=NOON,
    )
    return SimpleNamespace(summary=Summary('cam-1'), config=SimpleNamespace(floor='F1'), view=lambda: view)


@pytest.fixture
async def url(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    owner = cluster.owner_url()
    connection = await asyncpg.connect(owner)
    await connection.execute('DROP DATABASE IF EXISTS vision_test WITH (FORCE)')
    await connection.execute('CREATE DATABASE vision_test')
    await connection.close()
    yield cluster.owner_url('vision_test').replace('postgresql://', 'asyncpg://', 1)
    await Tortoise.close_connections()


async def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url.replace('asyncpg://', 'postgresql://', 1))
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def test_writes_what_a_camera_gathered_and_adds_up_minutes(url: str) -> None:
    watched, archive = camera(), Archive(url)
    watched.summary.add_journey(journey())
    for direction in ('in', 'in', 'out'):
        watched.summary.add_crossing('door-f1-east', direction, NOON.timestamp() + 5)
    await archive.write([watched])
    watched.summary.add_crossing('door-f1-east', 'in', NOON.timestamp() + 50)
    watched.summary.add_crossing('door-f1-east', 'in', NOON.timestamp() + 61)
    await archive.write([watched])
    await archive.close()

    counts = await rows(url, 'SELECT line, entered, "left" FROM vision.minute_count ORDER BY minute_at')
    assert counts == [('door-f1-east', 3, 1), ('door-f1-east', 1, 0)]
    assert await rows(url, 'SELECT camera, token, pictures FROM vision.track_summary') == [('cam-1', 'abc', 9)]
    assert await rows(url, 'SELECT code, floor, state FROM vision.camera') == [('cam-1', 'F1', 'watching')]
    assert archive.part().ready


async def test_nothing_of_it_lies_outside_its_schema(url: str) -> None:
    await prepare(url)

    system = "('pg_catalog', 'information_schema')"
    schemas = await rows(
        url, f'SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema NOT IN {system}'
    )
    assert schemas == [('vision',)]


async def test_migrating_twice_changes_nothing_and_models_agree_with_the_tables(url: str) -> None:
    await prepare(url)
    await prepare(url)

    from vision_service.store.models import CameraRecord, MinuteCount, TrackSummary

    for model in (CameraRecord, MinuteCount, TrackSummary):
        columns = await rows(
            url,
            'SELECT column_name, is_nullable FROM information_schema.columns '
            f"WHERE table_schema = 'vision' AND table_name = '{model._meta.db_table}'",
        )
        wanted = {
            (field.source_field or name, 'YES' if field.null else 'NO')
            for name, field in model._meta.fields_map.items()
        }
        assert set(columns) == wanted


async def test_the_schema_can_be_taken_back_and_made_again(url: str) -> None:
    await prepare(url)
    await migrate(config=configuration(url), app_labels=[APP], target=f'{APP}.__first__', direction='backward')
    assert await rows(url, "SELECT 1 FROM information_schema.tables WHERE table_name = 'minute_count'") == []
    await prepare(url)

    assert await rows(url, "SELECT 1 FROM information_schema.tables WHERE table_name = 'minute_count'") == [(1,)]


async def test_a_database_that_is_away_is_told_and_nothing_gathered_is_lost() -> None:
    watched, archive = camera(), Archive('asyncpg://nobody@127.0.0.1:1/nowhere', write_every_s=0.01)
    watched.summary.add_journey(journey())
    task = asyncio.create_task(archive.run([watched]))
    while archive.part().detail == 'not connected yet':
        await asyncio.sleep(0.01)
    task.cancel()

    assert not archive.part().ready
    assert 'ATRIUM_VISION_DATABASE_URL' in archive.part().detail
    assert len(watched.summary.take().journeys) == 1


def test_without_a_database_the_part_is_ready_and_says_so() -> None:
    assert Archive(None).part().ready
    assert 'not configured' in Archive(None).part().detail


def test_what_waits_is_bounded_and_the_newest_stay() -> None:
    summary = Summary('cam-1')
    for number in range(MOST_JOURNEYS + 10):
        summary.add_journey(journey(str(number)))
    batch = summary.take()
    summary.add_journey(journey('last'))
    summary.put_back(batch)

    kept = summary.take().journeys
    assert len(kept) == MOST_JOURNEYS
    assert [each.token for each in kept[-2:]] == [str(MOST_JOURNEYS + 9), 'last']
