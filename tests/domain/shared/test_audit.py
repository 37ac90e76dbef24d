"""Rule BK-R7: the audit chain does not fork, verifies over the stored values, and shows what was cut off."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError
from sqlmodel import Session

from domain.shared import audit
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from tests.conftest import Database, _insert_mall

NOW = datetime(2026, 11, 22, 5, 6, 7, 123_456, UTC)
InMall = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def chain_mall(database: Database, request: pytest.FixtureRequest) -> MallId:
    """A mall of its own for each test, because a chain remembers."""
    return _insert_mall(database, f'm{abs(hash(request.node.name)) % 10**8}')


def _append(mall_id: MallId, number: int) -> None:
    actor = Actor(name=f'guard-{number}', kind='person', mall_id=mall_id)
    with transaction(Scope.of(actor)) as session:
        audit.append(
            session, actor=actor, action='safety.ack', target=number, facts={'n': number}, outcome='done', now=NOW
        )


def _seal(mall_id: MallId) -> int:
    with transaction(Scope(mall_id=mall_id)) as session:
        return audit.seal(session, now=NOW)


def _verify(mall_id: MallId, *anchors: audit.Anchor) -> audit.Verification:
    with transaction(Scope(mall_id=mall_id)) as session:
        return audit.verify(session, against=anchors)


def _anchor(mall_id: MallId) -> audit.Anchor:
    with transaction(Scope(mall_id=mall_id)) as session:
        found = audit.anchor(session)
    assert found is not None
    return found


def test_BK_R7_twenty_concurrent_appends_and_sealers_make_one_chain(chain_mall: MallId) -> None:
    with ThreadPoolExecutor(24) as pool:
        work = [pool.submit(_append, chain_mall, n) for n in range(20)]
        work += [pool.submit(_seal, chain_mall) for _ in range(6)]
        for job in work:
            job.result()
    _seal(chain_mall)

    found = _verify(chain_mall)
    assert (found.is_intact, found.sealed, found.unsealed) == (True, 20, 0)


def test_BK_R7_an_entry_that_commits_after_later_ones_were_sealed_is_still_linked(chain_mall: MallId) -> None:
    slow = Actor(name='slow', kind='person', mall_id=chain_mall)
    with transaction(Scope.of(slow)) as session:
        audit.append(session, actor=slow, action='x', target=None, facts={}, outcome='done', now=NOW)
        _append(chain_mall, 1)
        assert _seal(chain_mall) == 1

    assert _seal(chain_mall) == 1
    assert _verify(chain_mall).is_intact


def _tamper(database: Database, table: str, statement: str, mall_id: MallId) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(f'ALTER TABLE {table} DISABLE TRIGGER never_edited')
        owner.execute(statement, [mall_id])
        owner.execute(f'ALTER TABLE {table} ENABLE TRIGGER never_edited')


@pytest.mark.parametrize(
    ('table', 'statement', 'position', 'reason'),
    [
        (
            'audit_entry',
            "UPDATE audit_entry SET actor_name = 'nobody' WHERE mall_id = %s AND target = '2'",
            3,
            'changed',
        ),
        (
            'audit_entry',
            "UPDATE audit_entry SET facts = '{\"n\": 9}' WHERE mall_id = %s AND target = '0'",
            1,
            'changed',
        ),
        ('audit_entry', "DELETE FROM audit_entry WHERE mall_id = %s AND target = '3'", 4, 'gone'),
        ('audit_seal', 'DELETE FROM audit_seal WHERE mall_id = %s AND position = 2', 2, 'missing'),
    ],
)
def test_BK_R7_tampering_is_found_where_it_was_done(
    database: Database, chain_mall: MallId, table: str, statement: str, position: int, reason: str
) -> None:
    for number in range(5):
        _append(chain_mall, number)
    _seal(chain_mall)

    _tamper(database, table, statement, chain_mall)

    found = _verify(chain_mall)
    assert found.broken_at == position
    assert reason in found.reason


def test_BK_R7_cutting_off_the_newest_rows_shows_against_the_anchor(database: Database, chain_mall: MallId) -> None:
    for number in range(4):
        _append(chain_mall, number)
    _seal(chain_mall)
    kept = _anchor(chain_mall)
    _tamper(database, 'audit_seal', 'DELETE FROM audit_seal WHERE mall_id = %s AND position = 4', chain_mall)
    _tamper(database, 'audit_entry', "DELETE FROM audit_entry WHERE mall_id = %s AND target = '3'", chain_mall)

    assert _verify(chain_mall).is_intact
    found = _verify(chain_mall, kept)
    assert (found.broken_at, found.reason) == (4, 'shorter than its anchor')


def test_an_entry_is_never_edited_not_even_by_the_owner(database: Database, mall: MallId) -> None:
    _append(mall, 1)
    with pytest.raises(ProgrammingError, match='permission denied'), transaction(Scope(mall_id=mall)) as session:
        session.execute(text("UPDATE audit_entry SET outcome = 'x'"))
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute("UPDATE audit_entry SET outcome = 'x'")


def test_secrets_are_stored_as_asterisks(in_mall: InMall, mall: MallId) -> None:
    actor = Actor(name='clerk', kind='person', mall_id=mall)
    with in_mall() as session:
        audit.append(
            session,
            actor=actor,
            action='identity.sign_in',
            target=None,
            facts={'password': SecretStr('hunter2')},
            outcome='done',
            now=NOW,
        )
        kept = session.execute(
            text("SELECT facts->>'password' FROM audit_entry WHERE action = 'identity.sign_in'")
        ).scalar_one()

    assert kept == '**********'


def test_a_read_only_session_cannot_append(mall: MallId) -> None:
    from domain.shared.database import reading

    with pytest.raises(InternalError), reading(Scope(mall_id=mall)) as session:
        audit.append(
            session,
            actor=Actor(name='x', kind='person'),
            action='x',
            target=None,
            facts={},
            outcome='done',
            now=NOW,
        )


def test_a_file_is_in_the_log_by_its_digest(chain_mall: MallId, database: Database) -> None:
    actor = Actor(name='guard-1', kind='person', mall_id=chain_mall)
    with transaction(Scope.of(actor)) as session:
        audit.append(
            session, actor=actor, action='safety.keep', target=1, facts={'content': b'\xff\xd8\xff'}, outcome='done',
            now=NOW,
        )  # fmt: skip
    with psycopg.connect(database.owner_url) as owner:
        row = owner.execute("SELECT facts ->> 'content' FROM audit_entry WHERE action = 'safety.keep'").fetchone()

    assert row is not None
    assert row[0].startswith('3 bytes, sha256 ')
