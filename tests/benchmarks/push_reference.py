"""The reference of the push benchmark: one process that hears the broker and sets a label on every page."""

import asyncio
import os
import sys

import aiomqtt
from nicegui import Event, app, ui

CHANGED: Event[int] = Event()


@ui.page('/')
def page() -> None:
    label = ui.label('0').props('id=figure')
    CHANGED.subscribe(lambda number: label.set_text(str(number)))


async def hear() -> None:
    number = 0
    async with aiomqtt.Client(
        '127.0.0.1',
        int(os.environ['ATRIUM_BROKER__PORT']),
        username=os.environ.get('ATRIUM_BROKER__USERNAME', 'atrium-ingest'),
        password=os.environ['ATRIUM_BROKER__PASSWORD'],
        identifier='bare-reference',
    ) as client:
        await client.subscribe('atrium/v1/+/+/crossings', qos=1)
        async for _ in client.messages:
            number += 1
            CHANGED.emit(number)


def begin() -> None:
    app.state.hearing = asyncio.create_task(hear())


app.on_startup(begin)
ui.run(port=int(sys.argv[1]), show=False, reload=False, reconnect_timeout=30, show_welcome_message=False)
