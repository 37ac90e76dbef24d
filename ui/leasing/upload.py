"""A spreadsheet of turnover."""

from collections.abc import Awaitable, Callable

from domain.leasing.importing import Imported, import_turnover, read_file
from domain.shared.actor import Actor
from domain.shared.operations import run_in_thread, run_operation
from ui.filepanel import Example, FilePanel, Taken
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.tokens import State

EXAMPLE = Example(
    name='turnover.csv',
    heads=('lease', 'day', 'sold', 'returned', 'receipts'),
    rows=(('YJ2401-001', '2026-11-26', '12345.60', '0', '37'), ('YJ2401-002', '2026-11-26', '8900', '120.5', '21')),
)


def upload_panel(actor: Actor, on_taken: Callable[[], Awaitable[None]]) -> FilePanel:
    """A file of turnover is chosen and taken here."""

    async def take(name: str, content: bytes) -> Taken:
        file = await run_in_thread(read_file, content)
        answer = await run_operation(import_turnover, actor=actor, file=file)
        if answer.objections:
            return Taken(objections=answer.objections)
        await on_taken()
        return Taken(told=_told(name, answer))

    return FilePanel('leasing', EXAMPLE, take)


def _told(name: str, answer: Imported) -> list[tuple[str, State]]:
    told: list[tuple[str, State]] = [
        (t('leasing.taken', name=name, days=number(answer.days), leases=number(answer.leases),
           gto=yuan(answer.gto_fen)), 'good')
    ]  # fmt: skip
    if answer.carried_forward:
        told.append((t('leasing.carried_forward', count=answer.carried_forward), 'watch'))
    return told
