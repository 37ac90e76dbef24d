"""Events leave the outbox for their reactions; upkeep seals the chain of every mall."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from domain.shared import audit
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.operations import perform
from integrations.worker import jobs, subscriptions, upkeep
from integrations.worker.settings import WorkerSettings
from integrations.worker.subscriptions import Delivered
from tests.conftest import Database
from tests.domain.shared.test_operations import RING, ring_bell

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


async def _work_until(app: object, condition: Callable[[], bool]) -> None:
    worker = asyncio.create_task(jobs.work(app, concurrency=2))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker


async def test_an_event_reaches_its_reaction_after_the_commit(
    database: Database, actor_with: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch, mall: MallId
) -> None:
    heard: list[Delivered] = []
    monkeypatch.setattr(subscriptions, 'SUBSCRIPTIONS', {'test.bell_rung': (heard.append,)})
    perform(ring_bell, actor=actor_with(RING), now=NOW, times=4)

    await _work_until(jobs.create_app(database.app_url), lambda: bool(heard))

    assert (heard[0].name, heard[0].mall_id, heard[0].facts['times'], heard[0].occurred_at) == (
        'test.bell_rung',
        mall,
        4,
        NOW,
    )


async def test_a_reaction_that_fails_once_is_tried_again(
    database: Database, actor_with: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[str] = []

    def stumble(event: Delivered) -> None:
        attempts.append(event.event_id)
        if len(attempts) == 1:
            raise ConnectionError('the partner is away')

    monkeypatch.setattr(subscriptions, 'SUBSCRIPTIONS', {'test.bell_rung': (stumble,)})
    monkeypatch.setattr(jobs.RETRY, 'exponential_wait', 0)
    perform(ring_bell, actor=actor_with(RING), now=NOW, times=1)

    await _work_until(jobs.create_app(database.app_url), lambda: len(attempts) == 2)

    assert attempts[0] == attempts[1]


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    path = tmp_path / 'anchors.jsonl'
    upkeep.configure(WorkerSettings(anchor_file=path))
    return path


def test_upkeep_seals_each_mall_and_keeps_the_head_elsewhere(
    database: Database, mall: MallId, another_mall: MallId, anchors: Path
) -> None:
    for number in (mall, another_mall):
        actor = Actor(name='guard', kind='person', mall_id=number)
        with transaction(Scope.of(actor)) as session:
            audit.append(session, actor=actor, action='x', target=None, facts={}, outcome='done', now=NOW)

    next(item for item in upkeep.UPKEEP if item.name == 'seal_audit').run_everywhere()

    kept = [audit.Anchor(**orjson.loads(line)) for line in anchors.read_bytes().splitlines()]
    assert {anchor.mall_id for anchor in kept} >= {mall, another_mall}
    with transaction(Scope(mall_id=mall)) as session:
        found = audit.verify(session, against=[anchor for anchor in kept if anchor.mall_id == mall])
    assert found.is_intact
    assert found.unsealed == 0


def test_a_mall_in_trouble_does_not_keep_the_others_waiting(mall: MallId, another_mall: MallId) -> None:
    done: list[int | None] = []

    def action(actor: Actor) -> None:
        if actor.mall_id == mall:
            raise RuntimeError('trouble')
        done.append(actor.mall_id)

    upkeep.Upkeep(name='x', cron='* * * * *', action=action).run_everywhere()

    assert another_mall in done


@pytest.mark.parametrize('item', upkeep.UPKEEP, ids=lambda item: item.name)
@pytest.mark.usefixtures('mall', 'anchors')
def test_every_upkeep_runs_in_an_empty_mall(item: upkeep.Upkeep, caplog: pytest.LogCaptureFixture) -> None:
    item.run_everywhere()

    assert [record for record in caplog.records if record.levelname == 'ERROR'] == []
