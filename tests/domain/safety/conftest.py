"""A mall with a floor and two cameras, and words of theirs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from domain.safety.commands import HazardKind, HazardReading
from domain.safety.recording import record_hazards
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture(scope='module')
def cameras(database: Database, mall: MallId) -> tuple[int, int]:
    """On two floors."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        made = []
        for code in ('cam-1', 'cam-2'):
            row = owner.execute(
                'INSERT INTO device (mall_id, code, kind, name, model, firmware, state, silence_after_s, registered_at)'
                " VALUES (%s, %s, 'camera', %s, '', '', 'active', 180, now()) RETURNING id",
                [mall, code, f'Camera {code}'],
            ).fetchone()
            assert row is not None
            made.append(int(row[0]))
            owner.execute('INSERT INTO device_status (device_id, mall_id) VALUES (%s, %s)', [row[0], mall])
    return made[0], made[1]


@pytest.fixture(autouse=True)
def _empty(database: Database, cameras: tuple[int, int]) -> None:
    """Every test begins without hazards."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute('TRUNCATE viewing, hazard_observation, fire_signal, hazard RESTART IDENTITY CASCADE')
        owner.execute('DELETE FROM procrastinate_jobs')


@pytest.fixture
def say(mall: MallId, cameras: tuple[int, int]) -> Callable[..., tuple[int, int]]:
    """Records words of the first camera; answers how many were new and how many known."""

    def record(*readings: HazardReading) -> tuple[int, int]:
        with transaction(Scope(mall_id=mall, actor_name='test')) as session:
            mine = [replace(each, device_id=each.device_id or cameras[0]) for each in readings]
            done = record_hazards(session, mall_id=mall, readings=mine)
        return done.inserted, done.duplicates

    return record


def word(seq: int, edge: str, *, at: float, alarm: str = 'a', kind: str = 'flame', **more: object) -> HazardReading:
    """`at` is seconds after NOW."""
    moment = NOW + timedelta(seconds=at)
    facts: dict[str, object] = {'hazard': kind, 'value': 2.0, 'limit': 1.5, 'clip': f'clip-{alarm}', 'device_id': 0}
    return HazardReading(
        seq=seq,
        occurred_at=moment,
        received_at=moment,
        kind=HazardKind(kind),
        edge=edge,
        alarm=alarm,
        **(facts | more),  # type: ignore[arg-type]
    )
