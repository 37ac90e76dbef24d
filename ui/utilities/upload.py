"""A file of readings: chosen, read line by line, and taken whole or not at all."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from domain.utilities.importing import ImportedReadings, import_file
from ui.csvfiles import csv_of
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section

LARGEST, SHOWN = 2_000_000, 50
EXAMPLE = (('E-F1-01', '2026-11-26 08:00', '48213.274'), ('W-F1-01', '2026-11-26 08:00', '913.05'))


class UploadPanel:
    """A button, and under it what became of the last file."""

    def __init__(self, actor: Actor, on_taken: Callable[[], Awaitable[None]]) -> None:
        self._actor, self._on_taken = actor, on_taken
        with section(t('utilities.upload'), t('utilities.upload_hint'), actions=self._actions):
            self._picker = ui.upload(on_upload=self._take, auto_upload=True, max_file_size=LARGEST)
            self._picker.props('accept=.csv,.txt').classes('hidden').mark('utilities.upload')
            self._result = ui.element('div').classes('at-stack')

    def _actions(self) -> None:
        button(t('utilities.example'), self._example, rank='quiet', icon='download').mark('utilities.example')
        button(t('utilities.choose_file'), lambda: self._picker.run_method('pickFiles'), rank='primary')

    def _example(self) -> None:
        heads = [t(f'utilities.file_head.{name}') for name in ('meter', 'read_at', 'register')]
        ui.download.content(csv_of(heads, EXAMPLE), 'readings.csv', 'text/csv')

    async def _take(self, event: UploadEventArguments) -> None:
        content = await event.file.read()
        answer = await run_operation(import_file, actor=self._actor, content=content)
        self._picker.reset()
        self._say(event.file.name, answer)
        if not answer.objections:
            await self._on_taken()

    def _say(self, name: str, answer: ImportedReadings) -> None:
        self._result.clear()
        with self._result:
            if not answer.objections:
                notice(t(
                    'utilities.taken', name=name, count=number(answer.recorded), repeated=number(answer.repeated)
                ), 'good')  # fmt: skip
                if answer.held:
                    notice(t('utilities.taken_held', count=number(len(answer.held))), 'watch')
                return
            notice(t('utilities.refused', name=name, count=number(len(answer.objections))), 'act')
            columns = [
                Column(name='line', label=t('utilities.line'), kind='number'),
                Column(name='why', label=t('utilities.why')),
            ]
            rows = [
                {'line': one.line, 'why': t(f'utilities.objection.{one.why}', value=one.value)}
                for one in answer.objections[:SHOWN]
            ]
            PlainTable(columns, rows).mark('utilities.objections')
            if len(answer.objections) > SHOWN:
                notice(t('utilities.more_objections', count=len(answer.objections) - SHOWN))
