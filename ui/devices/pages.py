"""The device pages: the fleet, its alarms, and the quarantine."""

from domain.devices.permissions import VIEW
from ui.devices import addresses
from ui.devices.alarms import AlarmsPage
from ui.devices.fleet import FleetPage
from ui.devices.frame import devices_frame, read_place
from ui.devices.quarantine import QuarantinePage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

DEVICES = ('devices',)


@page(addresses.DEVICES, permission=VIEW, title=Title('设备', 'Devices'), icon='device', nav='engineering', order=10)
async def fleet_page(session: ClientSession) -> None:
    """Which devices are well."""
    place = await read_place(session.actor, addresses.DEVICES)
    with devices_frame(addresses.DEVICES):
        show_fresh(lambda _: FleetPage(place), DEVICES)


@page(addresses.ALARMS, permission=VIEW, title=Title('设备告警', 'Device alarms'))
async def alarms_page(session: ClientSession) -> None:
    """What is wrong with the others."""
    place = await read_place(session.actor, addresses.ALARMS)
    with devices_frame(addresses.ALARMS):
        show_fresh(lambda _: AlarmsPage(place), DEVICES)


@page(addresses.QUARANTINE, permission=VIEW, title=Title('隔离区', 'Quarantine'))
async def quarantine_page(session: ClientSession) -> None:
    """What could not be recorded."""
    place = await read_place(session.actor, addresses.QUARANTINE)
    with devices_frame(addresses.QUARANTINE):
        show_fresh(lambda _: QuarantinePage(place), DEVICES)
