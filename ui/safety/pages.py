"""The safety pages: what waits for a person, how often cameras were right, who watched what."""

from domain.safety.permissions import VIEW, VIEW_LOG
from ui.safety import addresses
from ui.safety.frame import read_place, safety_frame
from ui.safety.queue import QueuePage
from ui.safety.record import RecordPage
from ui.safety.viewings import ViewingsPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

SAFETY = ('safety',)


@page(addresses.QUEUE, permission=VIEW, title=Title('险情核实', 'Hazards'), icon='alarm', nav='engineering', order=5)
async def queue_page(session: ClientSession) -> None:
    """What cameras hint at, the most urgent first."""
    place = await read_place(session, addresses.QUEUE)
    with safety_frame(addresses.QUEUE, session):
        show_fresh(lambda _: QueuePage(place), SAFETY)


@page(addresses.RECORD, permission=VIEW, title=Title('摄像机误报率', 'False alarms'))
async def record_page(session: ClientSession) -> None:
    """How often each camera was right."""
    place = await read_place(session, addresses.RECORD)
    with safety_frame(addresses.RECORD, session):
        show_fresh(lambda _: RecordPage(place), SAFETY)


@page(addresses.VIEWINGS, permission=VIEW_LOG, title=Title('调阅记录', 'Who watched what'))
async def viewings_page(session: ClientSession) -> None:
    """Every look at a clip or a camera."""
    place = await read_place(session, addresses.VIEWINGS)
    with safety_frame(addresses.VIEWINGS, session):
        show_fresh(lambda _: ViewingsPage(place), SAFETY)
