"""Devices and their alarms."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from domain.devices.alarms import acknowledge_alarm, list_alarms
from domain.devices.commands import AcknowledgeAlarm, AlarmId, DeviceId
from domain.devices.permissions import ACKNOWLEDGE, VIEW
from domain.devices.queries import get_device, get_fleet, list_devices
from domain.devices.views import AlarmView, DeviceView, FleetView
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from integrations.api.access import Requires
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['devices'])
Viewer = Annotated[Actor, Depends(Requires(VIEW))]
Id = Annotated[int, Path(ge=1, le=2**62)]


@router.get('/devices', responses=responses())
async def devices(
    actor: Viewer,
    page: Annotated[Paging, Depends(paging)],
    floor_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Page[DeviceView]:
    """Devices that are not retired, in order of their id."""
    found = await run_query(list_devices, actor=actor, floor_id=floor_id)
    return page.of(found, lambda device: device.id)


@router.get('/devices/health', responses=responses())
async def fleet(actor: Viewer) -> FleetView:
    """How many devices are meant to work, and how many do."""
    return await run_query(get_fleet, actor=actor)


@router.get('/devices/{device_id}', responses=responses(404))
async def device(actor: Viewer, device_id: Id) -> DeviceView:
    """One device, with what is known of it from its messages."""
    return await run_query(get_device, actor=actor, device_id=DeviceId(device_id))


@router.get('/alarms', responses=responses())
async def alarms(
    actor: Viewer, is_open: bool | None = True, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[AlarmView]:
    """Alarms, the newest first; `is_open` chooses open ones, cleared ones or, left out as null, both."""
    return await run_query(list_alarms, actor=actor, is_open=is_open, limit=limit)


@router.post('/alarms/{alarm_id}/acknowledge', responses=responses(404, 409))
async def acknowledge(
    actor: Annotated[Actor, Depends(Requires(ACKNOWLEDGE))], alarm_id: Id, response: Response, key: Key = None
) -> AlarmView:
    """Notes that somebody cares for the alarm; a second acknowledgement changes nothing."""
    command = AcknowledgeAlarm(alarm_id=AlarmId(alarm_id))
    answer: AlarmView = await once(acknowledge_alarm, actor=actor, key=key, response=response, command=command)
    return answer
