"""A file of readings."""

from collections.abc import Awaitable, Callable

from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from domain.utilities.importing import ImportedReadings, import_file
from ui.filepanel import Example, FilePanel, Taken
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.tokens import State

LARGEST = 2_000_000
EXAMPLE = Example(
    name='readings.csv',
    heads=('meter', 'read_at', 'register'),
    rows=(('E-F1-01', '2026-11-26 08:00', '48213.274'), ('W-F1-01', '2026-11-26 08:00', '913.05')),
)


def upload_panel(actor: Actor, on_taken: Callable[[], Awaitable[None]]) -> FilePanel:
    """A file of readings is chosen and taken here."""

    async def take(name: str, content: bytes) -> Taken:
        answer = await run_operation(import_file, actor=actor, content=content)
        if answer.objections:
            return Taken(objections=answer.objections)
        await on_taken()
        return Taken(told=_told(name, answer))

    return FilePanel('utilities', EXAMPLE, take, largest=LARGEST)


def _told(name: str, answer: ImportedReadings) -> list[tuple[str, State]]:
    taken = t('utilities.taken', name=name, count=number(answer.recorded), repeated=number(answer.repeated))
    told: list[tuple[str, State]] = [(taken, 'good')]
    if answer.held:
        told.append((t('utilities.taken_held', count=number(len(answer.held))), 'watch'))
    return told
