"""A spreadsheet of turnover: chosen, read line by line, and taken whole or not at all."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.leasing.importing import Imported, Objection, import_turnover, read_file
from domain.shared.actor import Actor
from domain.shared.operations import run_in_thread, run_operation
from ui.csvfiles import csv_of
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section

LARGEST, SHOWN = 4_000_000, 50
EXAMPLE = (('YJ2401-001', '2026-11-26', '12345.60', '0', '37'), ('YJ2401-002', '2026-11-26', '8900', '120.5', '21'))


class UploadPanel:
    """A button, and under it what became of the last file."""

    def __init__(self, actor: Actor, on_taken: Callable[[], Awaitable[None]]) -> None:
        self._actor, self._on_taken = actor, on_taken
        with section(t('leasing.upload'), t('leasing.upload_hint'), actions=self._actions):
            self._picker = ui.upload(on_upload=self._take, auto_upload=True, max_file_size=LARGEST)
            self._picker.props('accept=.csv,.txt').classes('hidden').mark('leasing.upload')
            self._result = ui.element('div').classes('at-stack')

    def _actions(self) -> None:
        button(t('leasing.example'), self._example, rank='quiet', icon='download').mark('leasing.example')
        button(t('leasing.choose_file'), lambda: self._picker.run_method('pickFiles'), rank='primary')

    def _example(self) -> None:
        heads = [t(f'leasing.file_head.{name}') for name in ('lease', 'day', 'sold', 'returned', 'receipts')]
        ui.download.content(csv_of(heads, EXAMPLE), 'turnover.csv', 'text/csv')

    async def _take(self, event: UploadEventArguments) -> None:
        content = await event.file.read()
        file = await run_in_thread(read_file, content)
        answer = await run_operation(import_turnover, actor=self._actor, file=file)
        self._picker.reset()
        self._say(event.file.name, answer)
        if not answer.objections:
            await self._on_taken()

    def _say(self, name: str, answer: Imported) -> None:
        self._result.clear()
        with self._result:
            if not answer.objections:
                notice(t(
                    'leasing.taken', name=name, days=number(answer.days), leases=number(answer.leases),
                    gto=yuan(answer.gto_fen),
                ), 'good')  # fmt: skip
                if answer.carried_forward:
                    notice(t('leasing.carried_forward', count=answer.carried_forward), 'watch')
                return
            notice(t('leasing.refused', name=name, count=number(len(answer.objections))), 'act')
            columns = [
                Column(name='line', label=t('leasing.line'), kind='number'), Column(name='why', label=t('leasing.why'))
            ]  # fmt: skip
            PlainTable(columns, [
                {'line': one.line, 'why': objection_words(one)} for one in answer.objections[:SHOWN]
            ]).mark('leasing.objections')  # fmt: skip
            if len(answer.objections) > SHOWN:
                notice(t('leasing.more_objections', count=len(answer.objections) - SHOWN))


def objection_words(one: Objection) -> str:
    """What is wrong with a line."""
    return t(f'leasing.objection.{one.why}', value=one.value)
