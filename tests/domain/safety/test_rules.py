"""SE-R1, SE-R2, SE-R11, X-R4, X-R8 of safety, in the database."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.safety import commands, events, operations, permissions
from domain.safety._rules import priority
from domain.safety.commands import (
    HazardId,
    HazardState,
    OpenClip,
    Priority,
    Reason,
    RecordFireSignal,
    ReviewHazard,
    WatchCameras,
)
from domain.safety.operations import open_clip, record_fire_signal, review_hazard, watch_cameras
from domain.safety.queries import (
    camera_records,
    count_open,
    list_cameras,
    list_feedback,
    list_hazards,
    list_viewings,
)
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.safety.conftest import NOW, word

Say = Callable[..., tuple[int, int]]


@pytest.fixture
def guard(actor_with: Callable[..., Actor]) -> Actor:
    """A security officer."""
    return actor_with(
        permissions.VIEW, permissions.WATCH, permissions.OPEN_CLIP, permissions.REVIEW, permissions.VIEW_LOG
    )


def hazards(guard: Actor, **filters: Any) -> list[Any]:
    return list(ask(list_hazards, actor=guard, **filters).rows)


def signal(mall: MallId, code: str, source: str = 'detector', *, after_s: float = 5) -> Priority:
    command = RecordFireSignal(source=source, code=code, occurred_at=NOW + timedelta(seconds=after_s))  # type: ignore[arg-type]
    return perform(record_fire_signal, actor=system_actor('panel', mall), command=command, now=NOW)


def test_SE_R1_flame_on_a_camera_alone_asks_a_person_and_nothing_else(
    say: Say, guard: Actor, database: Database
) -> None:
    say(word(1, 'raised', at=0, value=0.97))
    (only,) = hazards(guard)
    assert (only.state, only.priority) == (HazardState.OPEN, Priority.NORMAL)
    assert _outbox(database) == ['safety.hazard_raised']


def test_SE_R1_one_detector_and_a_camera_are_urgent_two_detectors_link_by_themselves(
    say: Say, guard: Actor, mall: MallId, database: Database
) -> None:
    say(word(1, 'raised', at=0))
    assert signal(mall, 'smoke-12') is Priority.HIGH
    assert signal(mall, 'smoke-12', after_s=9) is Priority.HIGH, 'a detector that repeats itself is one detector'
    assert hazards(guard)[0].priority is Priority.HIGH
    assert signal(mall, 'call-3', 'manual_call_point') is Priority.LINKED
    assert hazards(guard)[0].priority is Priority.LINKED
    assert _outbox(database)[-1] == 'safety.fire_system_acted'


def test_SE_R1_a_camera_that_speaks_after_the_detector_is_urgent_at_once(say: Say, guard: Actor, mall: MallId) -> None:
    signal(mall, 'smoke-9', after_s=-30)
    say(word(1, 'raised', at=0), word(2, 'raised', at=1, alarm='b', kind='loitering'))
    assert {each.kind.value: each.priority for each in hazards(guard)} == {
        'flame': Priority.HIGH,
        'loitering': Priority.NORMAL,
    }


@given(detectors=st.integers(0, 5), call_points=st.integers(0, 5))
def test_SE_R1_only_two_devices_of_the_fire_system_link(detectors: int, call_points: int) -> None:
    linked = detectors >= 2 or (detectors >= 1 and call_points >= 1)
    assert (priority(detectors=detectors, call_points=call_points) is Priority.LINKED) == linked


def test_SE_R1_nothing_in_safety_can_order_equipment() -> None:
    """No port, no command, no event of this slice commands anything; it reads and asks."""
    told = [
        name for module in (commands, events, operations) for name, _ in inspect.getmembers(module, inspect.isclass)
    ]
    assert not [
        name for name in told if name.startswith(('Release', 'Start', 'Open', 'Trigger')) and name != 'OpenClip'
    ]


def test_SE_R2_raised_again_within_a_minute_is_the_same_hazard(say: Say, guard: Actor) -> None:
    say(word(1, 'raised', at=0), word(2, 'cleared', at=20), word(3, 'raised', at=60, alarm='b', value=3.0))
    (only,) = hazards(guard)
    assert (only.occurrences, only.cleared_at, only.value) == (2, None, 3.0)
    say(word(4, 'cleared', at=100, alarm='b'), word(5, 'raised', at=200, alarm='c'))
    assert [each.occurrences for each in hazards(guard)] == [1, 2]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), repeated=st.lists(st.integers(0, 3), max_size=4))
def test_X_R4_words_in_any_order_and_number_give_one_hazard(
    say: Say, guard: Actor, database: Database, order: list[int], repeated: list[int]
) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute('TRUNCATE viewing, hazard_observation, fire_signal, hazard CASCADE')
    words = [
        word(1, 'raised', at=0),
        word(2, 'cleared', at=30),
        word(3, 'raised', at=5000, alarm='z', kind='smoke'),
        word(4, 'cleared', at=5050, alarm='z', kind='smoke'),
    ]
    counted = [say(words[index]) for index in [*order, *repeated]]
    assert sum(new for new, _ in counted) == 4
    assert sum(known for _, known in counted) == len(repeated)
    found = {each.kind.value: (each.raised_at, each.cleared_at) for each in hazards(guard)}
    assert found == {
        'flame': (NOW, NOW + timedelta(seconds=30)),
        'smoke': (NOW + timedelta(seconds=5000), NOW + timedelta(seconds=5050)),
    }


def test_SE_R11_marketing_never_opens_a_clip_whatever_else_it_holds(say: Say, guard: Actor, mall: MallId) -> None:
    say(word(1, 'raised', at=0))
    everything = system_actor('Zhao', mall)
    seller = Actor(
        name='Zhao',
        kind='person',
        mall_id=mall,
        roles=frozenset({'marketing', 'security'}),
        permissions=everything.permissions,
    )
    command = OpenClip(hazard_id=hazards(guard)[0].id)
    with pytest.raises(PermissionDenied):
        perform(open_clip, actor=seller, command=command, now=NOW)
    with pytest.raises(PermissionDenied):
        perform(watch_cameras, actor=seller, command=WatchCameras(device_codes=('cam-1',)), now=NOW)
    assert ask(list_viewings, actor=guard) == []


def test_SE_R11_every_view_is_on_record(say: Say, guard: Actor) -> None:
    say(word(1, 'raised', at=0))
    clip = perform(open_clip, actor=guard, command=OpenClip(hazard_id=hazards(guard)[0].id), now=NOW)
    perform(watch_cameras, actor=guard, command=WatchCameras(device_codes=('cam-2',)), now=NOW + timedelta(seconds=1))
    assert (clip.device_code, clip.clip) == ('cam-1', 'clip-a')
    assert [(each.what.value, each.device_code, each.viewed_by) for each in ask(list_viewings, actor=guard)] == [
        ('live', 'cam-2', 'Lin Yue'),
        ('clip', 'cam-1', 'Lin Yue'),
    ]


def test_SE_R11_the_record_cannot_be_edited(say: Say, guard: Actor, database: Database) -> None:
    perform(watch_cameras, actor=guard, command=WatchCameras(device_codes=('cam-2',)), now=NOW)
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.DatabaseError, match='never edited'):
        owner.execute("UPDATE viewing SET viewed_by = 'nobody'")


def test_a_verdict_is_given_once_and_becomes_feedback(say: Say, guard: Actor) -> None:
    say(word(1, 'raised', at=0), word(2, 'raised', at=0, alarm='b', kind='smoke', clip=None))
    flame, smoke = sorted(hazards(guard), key=lambda each: each.kind)
    judged = ReviewHazard(hazard_id=flame.id, verdict='dismissed', reason=Reason.CLOTHING, note='red jacket')
    seen = perform(review_hazard, actor=guard, command=judged, now=NOW + timedelta(seconds=40))
    assert (seen.state, seen.reviewed_by, ask(count_open, actor=guard)) == (HazardState.DISMISSED, 'Lin Yue', 1)
    with pytest.raises(operations.AlreadyReviewed, match='Lin Yue'):
        perform(review_hazard, actor=guard, command=judged, now=NOW)
    with pytest.raises(operations.ClipMissing):
        perform(open_clip, actor=guard, command=OpenClip(hazard_id=smoke.id), now=NOW)
    (label,) = ask(list_feedback, actor=guard, since=NOW)
    assert (label.kind.value, label.verdict, label.reason) == ('flame', HazardState.DISMISSED, Reason.CLOTHING)
    (record,) = ask(camera_records, actor=guard, since=NOW)
    assert (record.dismissed, record.waiting, record.median_seconds_to_verify) == (1, 1, 40.0)


@pytest.mark.parametrize(('verdict', 'reason'), [('confirmed', Reason.STEAM), ('dismissed', Reason.REAL)])
def test_a_reason_must_not_speak_against_the_verdict(say: Say, guard: Actor, verdict: Any, reason: Reason) -> None:
    say(word(1, 'raised', at=0))
    with pytest.raises(DomainError, match='against'):
        perform(
            review_hazard,
            actor=guard,
            command=ReviewHazard(hazard_id=HazardId(1), verdict=verdict, reason=reason),
            now=NOW,
        )


def test_what_is_not_there_is_said(guard: Actor) -> None:
    for call in (
        lambda: perform(open_clip, actor=guard, command=OpenClip(hazard_id=HazardId(99)), now=NOW),
        lambda: perform(watch_cameras, actor=guard, command=WatchCameras(device_codes=('cam-1', 'nowhere')), now=NOW),
        lambda: perform(
            review_hazard,
            actor=guard,
            command=ReviewHazard(hazard_id=HazardId(99), verdict='confirmed', reason=Reason.REAL),
            now=NOW,
        ),
    ):
        with pytest.raises(DomainError) as failure:
            call()
        assert failure.value.status == 404


def test_the_wall_lists_every_camera_with_what_waits_there(say: Say, guard: Actor) -> None:
    say(word(1, 'raised', at=0))
    assert [(each.code, each.open_hazards, each.is_online) for each in ask(list_cameras, actor=guard)] == [
        ('cam-1', 1, False),
        ('cam-2', 0, False),
    ]


def test_X_R8_another_mall_sees_nothing(say: Say, guard: Actor, another_mall: MallId) -> None:
    say(word(1, 'raised', at=0))
    assert hazards(guard.within(another_mall)) == []
    with pytest.raises(DomainError):
        perform(open_clip, actor=guard.within(another_mall), command=OpenClip(hazard_id=HazardId(1)), now=NOW)


def _outbox(database: Database) -> list[str]:
    with psycopg.connect(database.owner_url) as owner:
        return [name for (name,) in owner.execute("SELECT args ->> 'name' FROM procrastinate_jobs ORDER BY id")]
