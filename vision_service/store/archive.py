"""Writes summaries to the service's own schema when there is a database; counting never waits for it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import asyncpg
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException
from tortoise.expressions import F
from tortoise.migrations.api import migrate
from tortoise.transactions import in_transaction

from vision_service.contracts import CameraView, PartView
from vision_service.store.database import APP, configuration
from vision_service.store.models import SCHEMA, CameraRecord, MinuteCount, TrackSummary
from vision_service.store.summary import Batch, MinuteKey, Summary

log = logging.getLogger(__name__)

WRITE_EVERY_S = 5.0
TRY_AGAIN_S = 10.0
FAULTS = (OSError, TimeoutError, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError)


class Archived(Protocol):
    """A camera, as far as the archive knows it."""

    summary: Summary
    config: Any

    def view(self) -> CameraView: ...


class Archive:
    """Opens, migrates and writes; starts again after a fault and says in `part` what it is."""

    def __init__(self, url: str | None, *, write_every_s: float = WRITE_EVERY_S) -> None:
        self._url = url
        self._write_every_s = write_every_s
        self._is_open = False
        self._trouble = 'not connected yet' if url else ''

    def part(self) -> PartView:
        if self._url is None:
            return PartView(name='database', ready=True, detail='not configured: no summaries are kept')
        return PartView(name='database', ready=not self._trouble, detail=self._trouble or 'connected')

    async def run(self, cameras: Sequence[Archived]) -> None:
        """Writes every few seconds until cancelled."""
        if self._url is None:
            return
        while True:
            try:
                await self.write(cameras)
            except FAULTS as error:
                await self._fail(error)
                await asyncio.sleep(TRY_AGAIN_S)
            await asyncio.sleep(self._write_every_s)

    async def write(self, cameras: Sequence[Archived]) -> None:
        """What the cameras have gathered since the last time, one transaction each."""
        await self._open()
        for camera in cameras:
            await _store_camera(camera.view(), camera.config.floor)
            batch = camera.summary.take()
            try:
                await _store(camera.summary.camera, batch)
            except BaseException:
                camera.summary.put_back(batch)
                raise
        self._trouble = ''

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            await Tortoise.close_connections()

    async def _open(self) -> None:
        if self._is_open or self._url is None:
            return
        await prepare(self._url)
        await Tortoise.init(config=configuration(self._url), _enable_global_fallback=True)
        self._is_open = True
        log.info('archive is open')

    async def _fail(self, error: BaseException) -> None:
        if not self._trouble or self._trouble == 'not connected yet':
            log.warning('archive is away, summaries wait in memory', extra={'reason': str(error)})
        self._trouble = f'{error}: are the database up and ATRIUM_VISION_DATABASE_URL right?'
        await self.close()


async def prepare(url: str) -> None:
    """Creates the schema if need be and brings it up to date."""
    connection = await asyncpg.connect(url.replace('asyncpg://', 'postgresql://', 1), timeout=10)
    try:
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS {SCHEMA}')
    finally:
        await connection.close()
    try:
        await migrate(config=configuration(url), app_labels=[APP])
    finally:
        await Tortoise.close_connections()


async def _store_camera(view: CameraView, floor: str | None) -> None:
    values = {'floor': floor, 'state': view.state.value, 'detail': view.detail, 'updated_at': datetime.now(UTC)}
    await CameraRecord.update_or_create(defaults=values, code=view.code)


async def _store(camera: str, batch: Batch) -> None:
    if not batch:
        return
    rows = [
        TrackSummary(
            camera=camera,
            token=journey.token,
            first_at=journey.first_at,
            last_at=journey.last_at,
            pictures=journey.pictures,
            first_x=journey.first[0],
            first_y=journey.first[1],
            last_x=journey.last[0],
            last_y=journey.last[1],
        )
        for journey in batch.journeys
    ]
    async with in_transaction():
        await TrackSummary.bulk_create(rows, ignore_conflicts=True)
        for key, count in batch.counts.items():
            await _count(camera, key, count)


async def _count(camera: str, key: MinuteKey, count: int) -> None:
    line, minute_at, direction = key
    column = 'entered' if direction == 'in' else 'left'
    start = {'entered': 0, 'left': 0}
    record, _ = await MinuteCount.get_or_create(defaults=start, camera=camera, line=line, minute_at=minute_at)
    await MinuteCount.filter(id=record.id).update(**{column: F(column) + count})
