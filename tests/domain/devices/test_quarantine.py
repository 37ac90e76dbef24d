"""Nothing is silently dropped: kept with its bytes and its reason, counted when it comes again, retried or purged."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.devices.commands import PurgeQuarantined, QuarantineId, RetryQuarantined
from domain.devices.permissions import RELEASE, STRAYS, VIEW
from domain.devices.quarantine import (
    MAX_KEPT_BYTES,
    Held,
    expire,
    hold,
    hold_strays,
    list_quarantined,
    list_strays,
    purge_quarantined,
    retry_quarantined,
    settle_retries,
    take_retries,
)
from domain.devices.views import QuarantinedView
from domain.shared.actor import Actor, MallId
from domain.shared.database import NOWHERE, Scope, transaction
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def engineer(actor_with: Callable[..., Actor]) -> Actor:
    return actor_with(VIEW, RELEASE)


def keep(mall: MallId, code: str, payload: bytes = b'{', *, minutes: int = 0) -> None:
    message = Held(
        topic=f'atrium/v1/testmall/{code}/crossings', device_code=code, reason='json_invalid', detail='unexpected end',
        payload=payload, received_at=NOON + timedelta(minutes=minutes), skew=timedelta(seconds=7),
    )  # fmt: skip
    with transaction(Scope(mall_id=mall)) as session:
        hold(session, mall_id=mall, messages=[message])


def kept(actor: Actor, code: str) -> list[QuarantinedView]:
    return ask(list_quarantined, actor=actor, device_code=code)


def test_the_same_bytes_for_the_same_reason_are_one_row_with_a_count(mall: MallId, engineer: Actor) -> None:
    for minutes in (0, 5, 3):
        keep(mall, 'counted', minutes=minutes)
    (held,) = kept(engineer, 'counted')
    assert (held.occurrences, held.received_at) == (3, NOON)
    assert held.last_received_at == NOON + timedelta(minutes=5)
    assert (held.reason, held.detail, held.payload, held.skew) == (
        'json_invalid', 'unexpected end', b'{', timedelta(seconds=7),
    )  # fmt: skip


def test_only_the_first_64_kib_are_kept_and_the_size_is_told(mall: MallId, engineer: Actor) -> None:
    keep(mall, 'huge', b'x' * 100_000)
    (held,) = kept(engineer, 'huge')
    assert (len(held.payload), held.payload_bytes, held.is_truncated) == (MAX_KEPT_BYTES, 100_000, True)


def test_a_cut_message_cannot_be_retried(mall: MallId, engineer: Actor) -> None:
    keep(mall, 'cut', b'x' * 100_000)
    ids = tuple(held.id for held in kept(engineer, 'cut'))
    assert perform(retry_quarantined, actor=engineer, command=RetryQuarantined(ids=ids)).count == 0


def test_a_retry_is_taken_by_one_worker_and_ends_released_or_held_again(mall: MallId, engineer: Actor) -> None:
    keep(mall, 'good', b'1')
    keep(mall, 'bad', b'2')
    ids = tuple(held.id for code in ('good', 'bad') for held in kept(engineer, code))
    assert perform(retry_quarantined, actor=engineer, command=RetryQuarantined(ids=ids)).count == 2
    with transaction(Scope(mall_id=mall)) as session, transaction(Scope(mall_id=mall)) as other:
        taken = take_retries(session, mall_id=mall)
        assert [retry.payload for retry in taken] == [b'1', b'2']
        assert take_retries(other, mall_id=mall) == []
        settle_retries(session, mall_id=mall, released=[taken[0].id], failed=[(taken[1].id, 'still wrong')])
    assert kept(engineer, 'good') == []
    (again,) = kept(engineer, 'bad')
    assert (again.state, again.detail) == ('held', 'still wrong')


def test_purging_forgets_and_is_audited(mall: MallId, engineer: Actor, database: Database) -> None:
    keep(mall, 'purged')
    ids = tuple(held.id for held in kept(engineer, 'purged'))
    assert perform(purge_quarantined, actor=engineer, command=PurgeQuarantined(ids=ids)).count == 1
    assert kept(engineer, 'purged') == []
    with transaction(Scope(mall_id=mall)) as session:
        acts = session.execute(text('SELECT action FROM audit_entry')).scalars().all()
    assert 'devices.purge_quarantined' in acts


def test_what_nobody_cared_for_in_30_days_expires(mall: MallId, engineer: Actor) -> None:
    keep(mall, 'old')
    keep(mall, 'young', minutes=24 * 60)
    with transaction(Scope(mall_id=mall)) as session:
        expire(session, mall_id=mall, now=NOON + timedelta(days=30, hours=1))
    assert (kept(engineer, 'old'), len(kept(engineer, 'young'))) == ([], 1)


def test_purging_needs_its_permission(actor_with: Callable[..., Actor]) -> None:
    with pytest.raises(PermissionDenied):
        perform(purge_quarantined, actor=actor_with(VIEW), command=PurgeQuarantined(ids=(QuarantineId(1),)))


def test_another_mall_neither_sees_nor_purges(
    mall: MallId, engineer: Actor, another_mall: MallId, actor_with: Callable[..., Actor]
) -> None:
    keep(mall, 'private')
    (held,) = kept(engineer, 'private')
    stranger = actor_with(VIEW, RELEASE, mall_id=another_mall)
    assert kept(stranger, 'private') == []
    assert perform(purge_quarantined, actor=stranger, command=PurgeQuarantined(ids=(held.id,))).count == 0
    assert kept(engineer, 'private') == [held]


def test_strays_are_kept_above_the_malls(actor_with: Callable[..., Actor]) -> None:
    stray = Held(
        topic='atrium/v1/nowhere/door/crossings', device_code='', reason='mall_unknown', detail='', payload=b'{}',
        received_at=NOON,
    )  # fmt: skip
    for _ in range(2):
        with transaction(NOWHERE) as session:
            hold_strays(session, messages=[stray])
    (seen,) = ask(list_strays, actor=actor_with(STRAYS))
    assert (seen.topic, seen.occurrences, seen.payload) == ('atrium/v1/nowhere/door/crossings', 2, b'{}')
    with pytest.raises(PermissionDenied):
        ask(list_strays, actor=actor_with(VIEW))
