"""The registry (设备台账): what people do with devices."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from domain.devices.commands import DeviceId, RegisterDevice, RenewSecret, ReviseDevice, WaiveMissing
from domain.devices.credentials import hash_secret, new_secret
from domain.devices.events import DeviceRegistered
from domain.devices.models import Device, DeviceStatus
from domain.devices.permissions import MANAGE
from domain.devices.queries import fetch_device
from domain.devices.views import DeviceView, RegisteredDevice
from domain.shared.actor import Actor, MallId
from domain.shared.errors import DomainError, Invalid
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation

_PLACES = {
    'floor_id': text('SELECT 1 FROM floor WHERE mall_id = :mall_id AND id = :id'),
    'parent_id': text('SELECT 1 FROM device WHERE mall_id = :mall_id AND id = :id'),
}


class DeviceUnknown(DomainError):
    code = 'devices.device_unknown'
    status = 404
    zh = '没有编号为 {device_id} 的设备。'
    en = 'There is no device {device_id}.'


class DeviceCodeTaken(DomainError):
    code = 'devices.code_taken'
    status = 409
    zh = '设备代码“{code}”已被使用。'
    en = 'The device code "{code}" is taken.'


@operation(MANAGE, name='devices.register_device')
def register_device(session: Session, *, actor: Actor, command: RegisterDevice, now: datetime) -> RegisteredDevice:
    """Make a device known and give it a secret.

    :raises DeviceCodeTaken: when the mall has a device of that code.
    :raises Invalid: when the mall has no such floor or parent.
    """
    mall_id = _mall_of(actor)
    _check_place(session, mall_id, command)
    facts: dict[str, Any] = command.model_dump() | {'kind': command.kind.value}
    taken = session.exec(select(Device.id).where(Device.mall_id == mall_id, Device.code == command.code)).first()
    if taken is not None:
        raise DeviceCodeTaken(code=command.code)
    secret = new_secret()
    device = Device(mall_id=mall_id, registered_at=now, secret_hash=hash_secret(secret), **facts)
    session.add(device)
    session.flush()
    session.add(DeviceStatus(device_id=device.id, mall_id=mall_id))
    emit(session, DeviceRegistered(mall_id=mall_id, occurred_at=now, device_id=device.id, code=device.code))
    notify(session, 'devices', mall_id)
    return _registered(session, device, secret)


@operation(MANAGE, name='devices.revise_device')
def revise_device(session: Session, *, actor: Actor, command: ReviseDevice, now: datetime) -> DeviceView:
    """Say anew what a device is, where it hangs and whether it is meant to work.

    :raises DeviceUnknown: when the mall has no such device.
    :raises Invalid: when the mall has no such floor or parent, or it would be its own parent.
    """
    mall_id = _mall_of(actor)
    device = _load(session, mall_id, command.device_id)
    _check_place(session, mall_id, command)
    if command.parent_id == command.device_id:
        raise Invalid(field='parent_id', reason='a device cannot hang on itself')
    for name, value in command.model_dump(exclude={'device_id', 'state'}).items():
        setattr(device, name, value)
    device.state = command.state.value
    session.flush()
    notify(session, 'devices', mall_id)
    return fetch_device(session, command.device_id)


@operation(MANAGE, name='devices.renew_secret')
def renew_secret(session: Session, *, actor: Actor, command: RenewSecret, now: datetime) -> RegisteredDevice:
    """Give a device a new secret.

    :raises DeviceUnknown: when the mall has no such device.
    """
    device = _load(session, _mall_of(actor), command.device_id)
    secret = new_secret()
    device.secret_hash = hash_secret(secret)
    session.flush()
    return _registered(session, device, secret)


@operation(MANAGE, name='devices.waive_missing')
def waive_missing(session: Session, *, actor: Actor, command: WaiveMissing, now: datetime) -> DeviceView:
    """Let the acknowledgement pass over numbers that never came; one that comes after all is still recorded.

    :raises DeviceUnknown: when the mall has no such device.
    """
    _load(session, _mall_of(actor), command.device_id)
    session.execute(
        text('UPDATE device_status SET oldest_seq = greatest(oldest_seq, highest_seq + 1) WHERE device_id = :id'),
        {'id': command.device_id},
    )
    return fetch_device(session, command.device_id)


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='devices belong to a mall; choose one')
    return actor.mall_id


def _check_place(session: Session, mall_id: MallId, command: RegisterDevice | ReviseDevice) -> None:
    for field, found in _PLACES.items():
        value = getattr(command, field)
        if value is not None and session.execute(found, {'mall_id': mall_id, 'id': value}).first() is None:
            raise Invalid(field=field, reason=f'there is no such thing as {value} in this mall')


def _load(session: Session, mall_id: MallId, device_id: DeviceId) -> Device:
    found = select(Device).where(Device.mall_id == mall_id, Device.id == device_id).with_for_update()
    device = session.exec(found).first()
    if device is None:
        raise DeviceUnknown(device_id=device_id)
    return device


def _registered(session: Session, device: Device, secret: str) -> RegisteredDevice:
    mall_code = session.execute(text('SELECT code FROM mall WHERE id = :id'), {'id': device.mall_id}).scalar_one()
    return RegisteredDevice(
        id=DeviceId(device.id), code=device.code, username=f'{mall_code}/{device.code}', secret=secret
    )
