"""The registry: who may do what, what is refused, and that no mall sees another's devices."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from domain.devices.alarms import AlarmUnknown, acknowledge_alarm, list_alarms
from domain.devices.commands import (
    AcknowledgeAlarm,
    DeviceKind,
    DeviceState,
    RegisterDevice,
    RenewSecret,
    ReviseDevice,
    SentGarbage,
    SentStatus,
    WaiveMissing,
)
from domain.devices.credentials import hash_secret, is_hashed, new_secret, verify_secret
from domain.devices.intake import admit
from domain.devices.operations import (
    DeviceCodeTaken,
    DeviceUnknown,
    register_device,
    renew_secret,
    revise_device,
    waive_missing,
)
from domain.devices.permissions import ACKNOWLEDGE, MANAGE, VIEW
from domain.devices.queries import get_device, get_fleet, list_credentials, list_devices, resolve_devices
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import Invalid, NotFound, PermissionDenied
from domain.shared.operations import ask, perform

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def engineer(actor_with: Callable[..., Actor]) -> Actor:
    return actor_with(VIEW, MANAGE, ACKNOWLEDGE)


def register(actor: Actor, code: str, **facts: object) -> int:
    command = RegisterDevice(code=code, kind=DeviceKind.CAMERA, **facts)  # type: ignore[arg-type]
    return perform(register_device, actor=actor, command=command, now=NOON).id


def test_a_registered_device_is_listed_and_its_secret_kept_only_as_a_hash(engineer: Actor) -> None:
    command = RegisterDevice(code='cam-listed', kind=DeviceKind.CAMERA, name='东门', model='X1', x_m=3.0, y_m=4.5)
    registered = perform(register_device, actor=engineer, command=command, now=NOON)
    seen = {device.code: device for device in ask(list_devices, actor=engineer)}['cam-listed']
    assert (seen.name, seen.model, seen.x_m, seen.y_m, seen.kind) == ('东门', 'X1', 3.0, 4.5, DeviceKind.CAMERA)
    assert (seen.is_online, seen.last_seen_at, seen.readings, seen.open_alarms) == (False, None, 0, ())
    hashes = ask(list_credentials, actor=engineer)
    assert verify_secret(registered.secret, hashes[registered.username])
    assert registered.username == 'testmall/cam-listed'
    assert registered.secret not in repr(registered)


def test_a_code_is_given_once_in_a_mall_and_again_in_another(
    engineer: Actor, another_mall: MallId, actor_with: Callable[..., Actor]
) -> None:
    register(engineer, 'cam-once')
    with pytest.raises(DeviceCodeTaken, match='cam-once'):
        register(engineer, 'cam-once')
    assert register(actor_with(MANAGE, mall_id=another_mall), 'cam-once')


def test_no_mall_sees_or_changes_another_malls_device(
    engineer: Actor, another_mall: MallId, actor_with: Callable[..., Actor]
) -> None:
    device_id = register(engineer, 'cam-ours')
    stranger = actor_with(VIEW, MANAGE, mall_id=another_mall)
    with pytest.raises(NotFound):
        ask(get_device, actor=stranger, device_id=device_id)
    with pytest.raises(DeviceUnknown):
        perform(revise_device, actor=stranger, command=ReviseDevice(device_id=device_id))
    assert 'cam-ours' not in {device.code for device in ask(list_devices, actor=stranger)}


def test_a_device_is_revised_and_retired(engineer: Actor) -> None:
    device_id = register(engineer, 'cam-revised')
    command = ReviseDevice(device_id=device_id, name='西门', state=DeviceState.MAINTENANCE, silence_after_s=60)
    view = perform(revise_device, actor=engineer, command=command)
    assert (view.name, view.state, view.silence_after_s) == ('西门', DeviceState.MAINTENANCE, 60)
    perform(revise_device, actor=engineer, command=ReviseDevice(device_id=device_id, state=DeviceState.RETIRED))
    assert 'cam-revised' not in {device.code for device in ask(list_devices, actor=engineer)}
    assert 'testmall/cam-revised' not in ask(list_credentials, actor=engineer)


def test_a_device_cannot_hang_on_itself(engineer: Actor) -> None:
    device_id = register(engineer, 'cam-loop')
    with pytest.raises(Invalid, match='itself'):
        perform(revise_device, actor=engineer, command=ReviseDevice(device_id=device_id, parent_id=device_id))


@pytest.mark.parametrize('place', [{'floor_id': 10**9}, {'parent_id': 10**9}])
def test_a_device_hangs_on_nothing_outside_its_mall(engineer: Actor, place: dict[str, int]) -> None:
    with pytest.raises(Invalid, match='in this mall'):
        register(engineer, 'cam-nowhere', **place)


def test_numbers_that_never_came_are_waived_by_a_person(engineer: Actor, mall: MallId) -> None:
    device_id = register(engineer, 'cam-waived')
    with transaction(Scope(mall_id=mall)) as session:
        garbage = SentGarbage(device_code='cam-waived', seqs=(5, 9), key=0)
        assert admit(session, mall_id=mall, messages=[garbage], now=NOON).acknowledged == {'cam-waived': 0}
    view = perform(waive_missing, actor=engineer, command=WaiveMissing(device_id=device_id))
    assert (view.committed_through, view.missing) == (9, 7)


def test_a_renewed_secret_voids_the_old_one(engineer: Actor) -> None:
    command = RegisterDevice(code='cam-renewed', kind=DeviceKind.CAMERA)
    first = perform(register_device, actor=engineer, command=command)
    second = perform(renew_secret, actor=engineer, command=RenewSecret(device_id=first.id))
    hashed = ask(list_credentials, actor=engineer)[first.username]
    assert (verify_secret(second.secret, hashed), verify_secret(first.secret, hashed)) == (True, False)


def test_nobody_registers_without_the_permission(actor_with: Callable[..., Actor]) -> None:
    with pytest.raises(PermissionDenied):
        register(actor_with(VIEW), 'cam-refused')


@pytest.mark.parametrize('code', ['', 'Door', 'door 1', 'door/1', 'd' * 65])
def test_a_code_that_no_topic_could_carry_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        RegisterDevice(code=code, kind=DeviceKind.COUNTER)


def test_codes_are_resolved_within_the_mall(engineer: Actor, mall: MallId) -> None:
    device_id = register(engineer, 'cam-resolved')
    with transaction(Scope(mall_id=mall)) as session:
        assert resolve_devices(session, mall_id=mall, codes=['cam-resolved', 'nobody']) == {'cam-resolved': device_id}


def test_the_fleet_counts_what_is_meant_to_work(engineer: Actor, mall: MallId) -> None:
    before = ask(get_fleet, actor=engineer)
    register(engineer, 'cam-fleet')
    _say(mall, 'cam-fleet', is_online=True)
    after = ask(get_fleet, actor=engineer)
    assert (after.active - before.active, after.online - before.online) == (1, 1)
    _say(mall, 'cam-fleet', is_online=False)
    assert ask(get_fleet, actor=engineer).open_alarms == before.open_alarms + 1


def test_an_alarm_is_acknowledged_once_and_by_name(
    engineer: Actor, mall: MallId, actor_with: Callable[..., Actor]
) -> None:
    register(engineer, 'cam-alarm')
    _say(mall, 'cam-alarm', is_online=False)
    (alarm,) = [alarm for alarm in ask(list_alarms, actor=engineer) if alarm.device_code == 'cam-alarm']
    command = AcknowledgeAlarm(alarm_id=alarm.id)
    seen = perform(acknowledge_alarm, actor=engineer, command=command, now=NOON)
    assert (seen.acknowledged_by, seen.acknowledged_at, seen.cleared_at) == (engineer.name, NOON, None)
    again = perform(acknowledge_alarm, actor=actor_with(ACKNOWLEDGE, name='Wang Wei'), command=command)
    assert again.acknowledged_by == engineer.name
    with pytest.raises(AlarmUnknown):
        perform(acknowledge_alarm, actor=engineer, command=AcknowledgeAlarm(alarm_id=10**9))


def test_secrets_are_hashed_as_mosquitto_has_them() -> None:
    secret = new_secret()
    hashed = hash_secret(secret)
    assert hashed.startswith('$7$101$')
    assert (is_hashed(hashed), is_hashed(secret)) == (True, False)
    assert hash_secret(secret) != hashed
    assert not verify_secret(secret, 'plain')
    assert not verify_secret(secret, secret)


def _say(mall: MallId, code: str, *, is_online: bool) -> None:
    status = SentStatus(
        device_code=code, epoch=1, is_online=is_online, said_at=NOON, received_at=NOON, is_retained=False,
        firmware=None, key=0,
    )  # fmt: skip
    with transaction(Scope(mall_id=mall)) as session:
        admit(session, mall_id=mall, messages=[status], now=NOON)
