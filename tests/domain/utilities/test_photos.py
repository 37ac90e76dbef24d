"""Photographs that prove readings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.shared.attachments import Purpose, find
from domain.shared.database import Scope, reading
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from domain.shared.pictures import PictureBroken, PictureTooLarge, PictureUnknownKind
from domain.utilities.commands import HandOverMeter, NewReading, RecordReadings, RegisterMeter
from domain.utilities.operations import hand_over_meter, record_readings, register_meter
from domain.utilities.photos import get_photo, keep_photo
from tests.domain.leasing.world import World
from tests.domain.shared.pictures import from_a_phone, photograph


def test_the_same_picture_is_kept_once_and_shown_again(world: World) -> None:
    kept = perform(keep_photo, actor=world.actor, content=from_a_phone())
    assert perform(keep_photo, actor=world.actor, content=from_a_phone()) == kept
    photo = ask(get_photo, actor=world.actor, name=kept.name)
    assert photo is not None
    assert photo.kind == 'image/jpeg'
    assert photo.data_url.startswith('data:image/jpeg;base64,')
    assert b'31.2N' not in photo.content
    assert ask(get_photo, actor=world.actor, name='nothing') is None


@pytest.mark.parametrize(
    ('content', 'refusal'),
    [
        (b'<svg/>', PictureUnknownKind),
        (photograph()[:-40], PictureBroken),
        (photograph() + b'0' * 11_000_000, PictureTooLarge),
    ],
)
def test_what_is_no_whole_picture_is_refused(world: World, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        perform(keep_photo, actor=world.actor, content=content)


def test_a_tenant_sees_the_photographs_of_its_own_readings_alone(world: World) -> None:
    lease, other = world.signed(), world.signed()
    perform(register_meter, actor=world.actor, command=RegisterMeter(code='P-1', utility='water', place='x'))
    kept = perform(keep_photo, actor=world.actor, content=photograph(7))
    at = datetime(2026, 3, 1, 4, tzinfo=UTC)
    meter = perform(register_meter, actor=world.actor, command=RegisterMeter(code='P-2', utility='water', place='y'))
    perform(hand_over_meter, actor=world.actor, command=HandOverMeter(
        meter_id=meter.id, at=at, register_milli=1_000, tenant_id=lease.tenant_id, lease_id=lease.id, photo=kept.name,
    ))  # fmt: skip
    new = NewReading(meter_code='P-1', read_at=at, register_milli=1_000, photo=kept.name)
    perform(record_readings, actor=world.actor, command=RecordReadings(source='hand', readings=(new,)))

    seen = {
        one.tenant_id: ask(get_photo, actor=replace(world.actor, tenant_id=one.tenant_id), name=kept.name)
        for one in (lease, other)
    }

    assert seen[lease.tenant_id] is not None
    assert seen[other.tenant_id] is None
    with reading(Scope(mall_id=world.actor.mall_id, tenant_id=lease.tenant_id)) as session:
        assert find(session, Purpose.Z_REPORT, kept.name) is None
    with pytest.raises(PermissionDenied):
        perform(keep_photo, actor=replace(world.actor, permissions=frozenset()), content=photograph())
