"""A file as offices write it: chosen, read line by line, and taken whole or not at all, with every objection shown.

A slice's words are found under its own name: `upload`, `upload_hint`, `example`, `choose_file`, `file_head.…`,
`refused`, `line`, `why`, `objection.…`, `more_objections`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nicegui import ui
from nicegui.events import UploadEventArguments

from ui.csvfiles import csv_of
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.kit.tokens import State

SHOWN = 50


class Objection(Protocol):
    """What is wrong with a line."""

    @property
    def line(self) -> int: ...
    @property
    def why(self) -> str: ...
    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small file to start from; `heads` are keys of words."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file: objections, or sentences to say."""

    objections: Sequence[Objection] = ()
    told: Sequence[tuple[str, State]] = ()


class FilePanel:
    """A button, and under it what became of the last file. `take` gets the file's name and its bytes."""

    def __init__(
        self, words: str, example: Example, take: Callable[[str, bytes], Awaitable[Taken]], *, largest: int = 4_000_000
    ) -> None:
        self._words, self._given, self._take = words, example, take
        with section(t(f'{words}.upload'), t(f'{words}.upload_hint'), actions=self._actions):
            self._picker = ui.upload(on_upload=self._uploaded, auto_upload=True, max_file_size=largest)
            self._picker.props('accept=.csv,.txt').classes('hidden').mark(f'{words}.upload')
            self._result = ui.element('div').classes('at-stack')

    def _actions(self) -> None:
        words = self._words
        button(t(f'{words}.example'), self._example, rank='quiet', icon='download').mark(f'{words}.example')
        button(t(f'{words}.choose_file'), lambda: self._picker.run_method('pickFiles'), rank='primary')

    def _example(self) -> None:
        heads = [t(f'{self._words}.file_head.{name}') for name in self._given.heads]
        ui.download.content(csv_of(heads, self._given.rows), self._given.name, 'text/csv')

    async def _uploaded(self, event: UploadEventArguments) -> None:
        answer = await self._take(event.file.name, await event.file.read())
        self._picker.reset()
        self._result.clear()
        with self._result:
            if answer.objections:
                self._refuse(event.file.name, answer.objections)
            for told, state in answer.told:
                notice(told, state)

    def _refuse(self, name: str, objections: Sequence[Objection]) -> None:
        words = self._words
        notice(t(f'{words}.refused', name=name, count=number(len(objections))), 'act')
        columns = [
            Column(name='line', label=t(f'{words}.line'), kind='number'), Column(name='why', label=t(f'{words}.why'))
        ]  # fmt: skip
        rows = [
            {'line': one.line, 'why': t(f'{words}.objection.{one.why}', value=one.value)} for one in objections[:SHOWN]
        ]
        PlainTable(columns, rows).mark(f'{words}.objections')
        if len(objections) > SHOWN:
            notice(t(f'{words}.more_objections', count=len(objections) - SHOWN))
