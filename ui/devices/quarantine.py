"""隔离区: messages that could not be recorded, with their reason and their bytes. Nothing is silently dropped."""

from typing import Any

from nicegui import ui

from domain.devices.commands import PurgeQuarantined, QuarantineId, RetryQuarantined
from domain.devices.permissions import RELEASE
from domain.devices.quarantine import list_quarantined, purge_quarantined, retry_quarantined
from domain.devices.views import QuarantinedView
from domain.shared.operations import run_operation, run_query
from ui.devices.frame import Details, Place
from ui.devices.payload import readable
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import bytes_size, number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.text import Text
from ui.kit.toolbar import toolbar

MOST = 500
REASONS = frozenset(
    {
        'clock_skew',
        'device_retired',
        'device_unknown',
        'json_invalid',
        'payload_invalid',
        'reading_in_future',
        'reading_invalid',
        'reading_too_old',
        'too_many_readings',
        'topic_invalid',
        'version_unsupported',
        'mall_unknown',
    }
)


class QuarantinePage:
    """The newest messages; one opens beside the table with its raw payload, to be retried or purged."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._messages: dict[int, QuarantinedView] = {}
        with ui.element('div').classes('at-split at-split--even'):
            with section(t('devices.quarantine'), t('devices.quarantine_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    empty_title=t('devices.no_quarantine'),
                    empty_help=t('devices.no_quarantine_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('devices.quarantine')
            self._details = Details(t('devices.choose_message'), 'quarantine')

    async def load(self) -> list[QuarantinedView]:
        """What is held now."""
        return await run_query(list_quarantined, actor=self._place.actor, limit=MOST)

    def show(self, messages: list[QuarantinedView]) -> None:
        """Show these messages."""
        self._messages = {message.id: message for message in messages}
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        rows = [_row(message, self._place) for message in self._messages.values()]
        return page_of(rows, query, searched=('device', 'reason', 'detail'))

    def _open(self, message_id: int) -> None:
        message = self._messages.get(message_id)
        if message is None:
            return
        with self._details.refilled():
            Text(reason_words(message.reason), tag='h2', classes='at-section__title')
            Text(message.detail, tag='div', classes='at-muted')
            description_list(_facts(message, self._place))
            if message.is_truncated:
                notice(t('devices.truncated', kept=bytes_size(len(message.payload))), 'watch')
            Text(readable(message.payload), tag='pre', classes='at-payload').mark('devices.payload')
            if self._place.actor.may(RELEASE):
                self._build_actions(message)

    def _build_actions(self, message: QuarantinedView) -> None:
        with toolbar():
            if not message.is_truncated:
                button(t('devices.retry'), lambda: self._retry(message.id), icon='refresh').mark('devices.retry')
            button(t('devices.purge'), lambda: self._ask_to_purge(message.id), rank='quiet', icon='trash').mark(
                'devices.purge'
            )

    async def _retry(self, message_id: QuarantineId) -> None:
        await run_operation(retry_quarantined, actor=self._place.actor, command=RetryQuarantined(ids=(message_id,)))
        ui.notify(t('devices.retrying'))
        await self._reload()

    def _ask_to_purge(self, message_id: QuarantineId) -> None:
        confirm(
            t('devices.purge_title'),
            t('devices.purge_effect'),
            action=t('devices.purge'),
            is_destructive=True,
            on_confirm=lambda: self._purge(message_id),
        )

    async def _purge(self, message_id: QuarantineId) -> None:
        await run_operation(purge_quarantined, actor=self._place.actor, command=PurgeQuarantined(ids=(message_id,)))
        await self._reload()

    async def _reload(self) -> None:
        self._details.close()
        self.show(await self.load())


def reason_words(reason: str) -> str:
    """The reason in words; one that is not known here is shown as it came."""
    return t(f'devices.reason.{reason}') if reason in REASONS else reason


def _columns() -> list[Column]:
    return [
        Column(name='received', label=t('devices.received')),
        Column(name='device', label=t('devices.device'), is_sortable=True),
        Column(name='reason', label=t('devices.reason_column'), is_sortable=True),
        Column(name='times', label=t('devices.occurrences'), kind='number'),
    ]


def _row(message: QuarantinedView, place: Place) -> dict[str, Any]:
    return {
        'id': message.id,
        'received': place.moment(message.last_received_at),
        'device': message.device_code,
        'reason': reason_words(message.reason),
        'detail': message.detail,
        'times': number(message.occurrences),
    }


def _facts(message: QuarantinedView, place: Place) -> dict[str, str | None]:
    return {
        t('devices.device'): message.device_code,
        t('devices.topic'): message.topic,
        t('devices.received'): place.moment(message.received_at),
        t('devices.last_received'): place.moment(message.last_received_at),
        t('devices.occurrences'): number(message.occurrences),
        t('devices.size'): bytes_size(message.payload_bytes),
        t('devices.held_state_column'): t(f'devices.held_state.{message.state}')
        if message.state in ('held', 'retrying')
        else message.state,
    }
