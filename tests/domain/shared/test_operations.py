"""Running an operation: permission, audit, events and notices go with the commit or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import NotFound, PermissionDenied
from domain.shared.events import Event, emit
from domain.shared.live import notify
from domain.shared.operations import ask, mark_of, operation, perform, query, run_operation, run_query
from domain.shared.permission import Permission
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
RING = Permission('test.ring', zh='响铃', en='Ring the bell')
LISTEN = Permission('test.listen', zh='听铃', en='Hear the bell')
ActorWith = Callable[..., Actor]


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    name: ClassVar[str] = 'test.bell_rung'
    times: int


@dataclass(frozen=True)
class Bell:
    id: int
    times: int


@operation(RING, name='test.ring_bell')
def ring_bell(session: Session, *, actor: Actor, now: datetime, times: int, fails: bool = False) -> Bell:
    assert actor.mall_id is not None
    emit(session, BellRung(mall_id=actor.mall_id, occurred_at=now, times=times))
    notify(session, 'bell', actor.mall_id)
    notify(session, 'bell', actor.mall_id)
    if fails:
        raise NotFound
    return Bell(41, times)


@query(LISTEN, is_audited=True)
def hear_bell(session: Session, *, actor: Actor) -> int:
    return int(session.execute(text('SELECT 7')).scalar_one())


def _rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url) as owner:
        return owner.execute(statement).fetchall()


@pytest.fixture(autouse=True)
def empty(database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute('TRUNCATE procrastinate_jobs CASCADE')
        owner.execute('ALTER TABLE audit_entry DISABLE TRIGGER never_edited; DELETE FROM audit_entry')


def test_an_operation_returns_its_view_and_leaves_an_audit_entry(database: Database, actor_with: ActorWith) -> None:
    view = perform(ring_bell, actor=actor_with(RING), now=NOW, times=3)

    assert view == Bell(41, 3)
    rows = _rows(database, 'SELECT actor_name, action, target, outcome, facts, recorded_at FROM audit_entry')
    assert rows == [('Lin Yue', 'test.ring_bell', '41', 'done', {'times': 3}, NOW)]


def test_an_event_leaves_with_the_commit_as_one_job(database: Database, actor_with: ActorWith, mall: MallId) -> None:
    perform(ring_bell, actor=actor_with(RING), now=NOW, times=2)

    ((task, args),) = _rows(database, 'SELECT task_name, args FROM procrastinate_jobs')
    assert task == 'deliver_event'
    assert args['name'] == 'test.bell_rung'  # type: ignore[index]
    assert args['facts'] == {'mall_id': mall, 'occurred_at': NOW.isoformat(), 'times': 2}  # type: ignore[index]


def test_a_failure_takes_back_the_event_and_the_audit_entry(database: Database, actor_with: ActorWith) -> None:
    with pytest.raises(NotFound):
        perform(ring_bell, actor=actor_with(RING), now=NOW, times=2, fails=True)

    assert _rows(database, 'SELECT FROM procrastinate_jobs') == []
    assert _rows(database, 'SELECT FROM audit_entry') == []


def test_an_event_is_invisible_until_the_commit(database: Database, actor_with: ActorWith, mall: MallId) -> None:
    with transaction(Scope(mall_id=mall)) as session:
        ring_bell(session, actor=actor_with(RING), now=NOW, times=1)
        session.flush()
        assert _rows(database, 'SELECT FROM procrastinate_jobs') == []

    assert len(_rows(database, 'SELECT FROM procrastinate_jobs')) == 1


def test_a_refusal_does_nothing_but_is_recorded(database: Database, actor_with: ActorWith) -> None:
    with pytest.raises(PermissionDenied) as refused:
        perform(ring_bell, actor=actor_with(LISTEN), now=NOW, times=9)

    assert refused.value.sentence('zh-CN') == '您没有“test.ring”的权限，请联系管理员。'
    assert _rows(database, 'SELECT outcome FROM audit_entry') == [('refused:access.denied',)]
    assert _rows(database, 'SELECT FROM procrastinate_jobs') == []


def test_a_direct_call_is_checked_too(actor_with: ActorWith, mall: MallId) -> None:
    with pytest.raises(PermissionDenied), transaction(Scope(mall_id=mall)) as session:
        ring_bell(session, actor=actor_with(), now=NOW, times=1)


def test_screens_hear_once_per_topic_and_transaction(database: Database, actor_with: ActorWith, mall: MallId) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as listener:
        listener.execute('LISTEN atrium_live')
        perform(ring_bell, actor=actor_with(RING), now=NOW, times=1)
        heard = [notice.payload for notice in listener.notifies(timeout=2, stop_after=1)]
        heard += [notice.payload for notice in listener.notifies(timeout=0.1)]

    assert heard == [f'{mall}:bell']


async def test_edges_run_both_off_the_event_loop(database: Database, actor_with: ActorWith) -> None:
    assert (await run_operation(ring_bell, actor=actor_with(RING), now=NOW, times=5)).times == 5
    assert await run_query(hear_bell, actor=actor_with(LISTEN)) == 7


def test_an_audited_query_leaves_an_entry(database: Database, actor_with: ActorWith) -> None:
    ask(hear_bell, actor=actor_with(LISTEN))

    assert ('read',) in _rows(database, 'SELECT outcome FROM audit_entry')


def test_an_unmarked_function_is_no_operation() -> None:
    with pytest.raises(TypeError, match='neither'):
        mark_of(len)


def test_a_deadlock_is_tried_again(database: Database, actor_with: ActorWith) -> None:
    attempts: list[int] = []

    @operation(RING, name='test.clash')
    def clash(session: Session, *, actor: Actor, now: datetime) -> int:
        attempts.append(1)
        if len(attempts) < 3:
            session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '40P01'; END $$"))
        return len(attempts)

    assert perform(clash, actor=actor_with(RING)) == 3
