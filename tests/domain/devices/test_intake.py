"""The intake against a real database: once, fresh, believed, and never silently dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from domain.devices.alarms import list_alarms, watch_silence
from domain.devices.commands import RegisterDevice, SentGarbage, SentReadings, SentStatus
from domain.devices.intake import admit
from domain.devices.operations import register_device
from domain.devices.queries import get_device
from domain.devices.views import Admission, DeviceView, RegisteredDevice
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.operations import ask, perform

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_numbers = count()


@dataclass(frozen=True)
class Reading:
    seq: int
    at: datetime
    state: str | None = None


@pytest.fixture
def actor(actor_with: Callable[..., Actor]) -> Actor:
    return actor_with('devices.manage', 'devices.view')


@pytest.fixture
def device(actor: Actor) -> RegisteredDevice:
    command = RegisterDevice(code=f'door-{next(_numbers)}', kind='counter')
    return perform(register_device, actor=actor, command=command, now=NOON)


def readings(
    device: RegisteredDevice,
    *numbers: int,
    at: datetime = NOON,
    skew: timedelta = timedelta(0),
    epoch: int = 1,
    age: timedelta = timedelta(0),
    **more: object,
) -> SentReadings:
    told = [Reading(number, at + skew - age) for number in numbers]
    return SentReadings(
        device_code=device.code, epoch=epoch, sent_at=at + skew, received_at=at, readings=told, key=numbers[0], **more
    )  # type: ignore[arg-type]


def status(device: RegisteredDevice, *, epoch: int, is_online: bool, at: datetime = NOON, **more: object) -> SentStatus:
    facts = {'said_at': at, 'is_retained': False, 'firmware': None} | more
    return SentStatus(device_code=device.code, epoch=epoch, is_online=is_online, received_at=at, key=0, **facts)  # type: ignore[arg-type]


def take(mall: MallId, *messages: object, now: datetime = NOON) -> Admission:
    with transaction(Scope(mall_id=mall, actor_name='test')) as session:
        return admit(session, mall_id=mall, messages=messages, now=now)  # type: ignore[arg-type]


def see(actor: Actor, device: RegisteredDevice) -> DeviceView:
    return ask(get_device, actor=actor, device_id=device.id)


def kinds(actor: Actor, device: RegisteredDevice) -> list[str]:
    return sorted(alarm.kind for alarm in ask(list_alarms, actor=actor) if alarm.device_id == device.id)


def test_DV_R6_a_duplicate_is_admitted_once_across_transactions(mall: MallId, device: RegisteredDevice) -> None:
    first = take(mall, readings(device, 1, 2, 2, 3))
    again = take(mall, readings(device, 2, 3, 4))
    assert [a.reading.seq for a in first.admitted] == [1, 2, 3]
    assert ([a.reading.seq for a in again.admitted], again.duplicates) == ([4], 2)
    assert (first.acknowledged, again.acknowledged) == ({device.code: 3}, {device.code: 4})


def test_a_gap_holds_the_acknowledgement_back(mall: MallId, device: RegisteredDevice, actor: Actor) -> None:
    assert take(mall, readings(device, 1, 2, 5)).acknowledged == {device.code: 2}
    assert see(actor, device).missing == 2
    assert take(mall, readings(device, 3, 4)).acknowledged == {device.code: 5}
    assert see(actor, device).missing == 0


def test_an_unknown_device_is_refused_and_not_acknowledged(mall: MallId) -> None:
    stranger = RegisteredDevice(id=0, code='stranger', username='', secret='')  # type: ignore[arg-type]
    admission = take(mall, readings(stranger, 1), status(stranger, epoch=1, is_online=True))
    assert [refused.reason for refused in admission.refused] == ['device_unknown', 'device_unknown']
    assert (admission.admitted, admission.acknowledged) == ([], {})


def test_DV_R5_a_clock_two_hours_ahead_goes_to_quarantine_and_raises_an_alarm(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    admission = take(mall, readings(device, 1, skew=timedelta(hours=2)))
    (refused,) = admission.refused
    assert (refused.reason, refused.is_counted, admission.admitted) == ('clock_skew', True, [])
    assert admission.acknowledged == {device.code: 1}
    assert kinds(actor, device) == ['clock_skew']
    take(mall, readings(device, 2))
    assert kinds(actor, device) == []


def test_DV_R5_a_small_skew_is_corrected_and_on_record(mall: MallId, device: RegisteredDevice, actor: Actor) -> None:
    (admitted,) = take(mall, readings(device, 1, skew=timedelta(seconds=90))).admitted
    assert admitted.reading.at - admitted.correction == NOON
    assert see(actor, device).clock_skew == timedelta(seconds=90)
    with transaction(Scope(mall_id=mall)) as session:
        assert _corrections(session, device) == [90_000]


def test_late_back_fill_is_no_skew(mall: MallId, device: RegisteredDevice) -> None:
    (admitted,) = take(mall, readings(device, 1, age=timedelta(days=3))).admitted
    assert (admitted.correction, admitted.reading.at) == (timedelta(0), NOON - timedelta(days=3))


def test_a_reading_older_than_a_week_is_kept_aside_and_counts_as_received(
    mall: MallId, device: RegisteredDevice
) -> None:
    admission = take(mall, readings(device, 1, age=timedelta(days=8)))
    assert [(refused.reason, refused.seqs) for refused in admission.refused] == [('reading_too_old', frozenset({1}))]
    assert admission.acknowledged == {device.code: 1}


def test_garbage_whose_numbers_came_before_is_a_repetition(mall: MallId, device: RegisteredDevice) -> None:
    garbage = SentGarbage(device_code=device.code, seqs=(1, 2), key=77)
    assert take(mall, garbage).repeated == frozenset()
    assert take(mall, garbage).repeated == {77}


def test_DV_R2_a_late_will_of_an_older_session_leaves_the_device_online(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    take(mall, status(device, epoch=8, is_online=True))
    take(mall, status(device, epoch=7, is_online=False))
    assert see(actor, device).is_online
    assert kinds(actor, device) == []


def test_the_will_of_the_running_session_opens_an_alarm_that_the_next_session_clears(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    take(mall, status(device, epoch=8, is_online=True))
    take(mall, status(device, epoch=8, is_online=False))
    assert (see(actor, device).is_online, kinds(actor, device)) == (False, ['offline'])
    take(mall, status(device, epoch=9, is_online=True, firmware='2.1'))
    assert (see(actor, device).is_online, see(actor, device).firmware, kinds(actor, device)) == (True, '2.1', [])


def test_DV_R3_six_drops_in_ten_minutes_are_one_flapping_alarm(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    for drop in range(6):
        now = NOON + timedelta(minutes=drop)
        take(mall, status(device, epoch=drop, is_online=True, at=now), now=now)
        take(mall, status(device, epoch=drop, is_online=False, at=now), now=now)
    alarms = [alarm for alarm in ask(list_alarms, actor=actor, is_open=None) if alarm.device_id == device.id]
    assert [(alarm.kind, alarm.occurrences, alarm.is_flapping) for alarm in alarms] == [('offline', 6, True)]


def test_DV_R7_a_stale_retained_online_proves_nothing(mall: MallId, device: RegisteredDevice, actor: Actor) -> None:
    take(mall, status(device, epoch=8, is_online=True, said_at=NOON - timedelta(hours=1), is_retained=True))
    assert (see(actor, device).is_online, see(actor, device).last_seen_at) == (False, None)


def test_DV_R1_telemetry_just_before_the_watch_leaves_no_alarm(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    take(mall, readings(device, 1))
    late = NOON + timedelta(seconds=180.3)
    take(mall, readings(device, 2, at=late), now=late)
    assert device.id not in perform(watch_silence, actor=actor, now=late + timedelta(milliseconds=1))
    assert kinds(actor, device) == []


def test_DV_R1_an_alarm_of_silence_clears_as_soon_as_the_device_speaks(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    take(mall, readings(device, 1))
    later = NOON + timedelta(seconds=181)
    assert device.id in perform(watch_silence, actor=actor, now=later)
    assert device.id not in perform(watch_silence, actor=actor, now=later)
    (alarm,) = [alarm for alarm in ask(list_alarms, actor=actor) if alarm.device_id == device.id]
    assert (alarm.kind, alarm.started_at, alarm.opened_at) == ('silence', NOON, later)
    take(mall, readings(device, 2, at=later), now=later)
    assert kinds(actor, device) == []


def test_a_message_that_waited_at_the_broker_proves_life_only_when_it_was_sent(
    mall: MallId, device: RegisteredDevice, actor: Actor
) -> None:
    take(mall, readings(device, 1))
    later = NOON + timedelta(hours=1)
    perform(watch_silence, actor=actor, now=later)
    waited = readings(device, 2, at=later, skew=-timedelta(minutes=50), may_be_delayed=True)
    admission = take(mall, waited, now=later)
    assert [a.reading.seq for a in admission.admitted] == [2]
    assert see(actor, device).last_seen_at == NOON + timedelta(minutes=10)
    assert kinds(actor, device) == ['silence']


@pytest.mark.parametrize('wrong', ['frozen', 'blind'])
def test_a_picture_that_says_nothing_opens_an_alarm(
    mall: MallId, device: RegisteredDevice, actor: Actor, wrong: str
) -> None:
    def health(number: int, state: str) -> SentReadings:
        reading = Reading(number, NOON + timedelta(minutes=number), state)
        at = reading.at
        return SentReadings(
            device_code=device.code,
            epoch=1,
            sent_at=at,
            received_at=at,
            readings=[reading],
            key=number,
            tells_picture=True,
        )

    take(mall, health(1, wrong))
    assert kinds(actor, device) == [wrong]
    take(mall, health(2, 'ok'))
    assert kinds(actor, device) == []


def _corrections(session: Session, device: RegisteredDevice) -> list[int]:
    from sqlalchemy import text

    rows = session.execute(text('SELECT skew_ms FROM clock_correction WHERE device_id = :id'), {'id': device.id})
    return list(rows.scalars())
