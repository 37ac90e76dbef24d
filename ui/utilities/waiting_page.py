"""待处理: registers that fell, odd nights and leaks, estimates that nobody followed up, and files to take in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui

from domain.shared.operations import run_query
from domain.utilities.commands import UsageWindow
from domain.utilities.overview import list_estimates
from domain.utilities.permissions import READ_METERS
from domain.utilities.queries import list_anomalies, list_held_readings, list_meters
from domain.utilities.views import AnomalyView, MeterView, ReadingView
from ui.kit.data_table import Column
from ui.kit.i18n import t
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader, together
from ui.meterwords import register_words, usage_words
from ui.utilities import addresses
from ui.utilities.place import Place
from ui.utilities.upload import upload_panel

LOOKED_BACK = timedelta(hours=60)


@dataclass(frozen=True, slots=True)
class Waiting:
    held: list[ReadingView]
    odd: list[AnomalyView]
    estimates: list[ReadingView]
    meters: dict[int, MeterView]


class WaitingPage:
    """A list for each thing that a person must look at; a row opens its meter, where it is decided."""

    def __init__(self, place: Place, loader: Loader[Waiting]) -> None:
        self._place = place
        self._held = self._list('held', 'register', t('utilities.register_column'))
        self._odd = self._list('odd', 'amount', t('utilities.amount'))
        self._estimates = self._list('estimates', 'register', t('utilities.register_column'))
        if place.actor.may(READ_METERS):
            upload_panel(place.actor, loader.refresh)

    def _list(self, name: str, value: str, label: str) -> PlainTable:
        columns = [
            Column(name='meter', label=t('utilities.meter')), Column(name='where', label=t('utilities.place')),
            Column(name='what', label=t('utilities.what'), kind='badge'), Column(name='at', label=t('utilities.since')),
            Column(name=value, label=label, kind='number'),
        ]  # fmt: skip
        if value == 'register':
            columns.append(Column(name='photo', label=t('utilities.photo')))
        with section(t(f'utilities.waiting.{name}'), t(f'utilities.waiting_hint.{name}')):
            return PlainTable(
                columns,
                hint=t(f'utilities.nothing.{name}'),
                on_open=lambda row: ui.navigate.to(addresses.meter(row['id'])),
            ).mark(f'utilities.{name}')

    async def load(self) -> Waiting:
        """What waits now."""
        actor, now = self._place.actor, datetime.now(UTC)
        window = UsageWindow(starts_at=now - LOOKED_BACK, ends_at=now)
        held, odd, estimates, meters = await together(
            run_query(list_held_readings, actor=actor), run_query(list_anomalies, actor=actor, window=window),
            run_query(list_estimates, actor=actor), run_query(list_meters, actor=actor),
        )  # fmt: skip
        return Waiting(held, odd, estimates, {int(meter.id): meter for meter in meters})

    def show(self, waiting: Waiting) -> None:
        """Show these lists."""
        self._held.show([self._reading(one, waiting, 'act', 'fallen') for one in waiting.held])
        self._estimates.show([self._reading(one, waiting, 'watch', 'estimated') for one in waiting.estimates])
        self._odd.show([
            {
                **self._where(int(one.meter_id), waiting), 'at': self._place.moment(one.since),
                'what': {'state': 'watch', 'text': t(f'utilities.anomaly.{one.kind}')},
                'amount': usage_words(one.usage_milli, waiting.meters[int(one.meter_id)].utility),
            } for one in waiting.odd
        ])  # fmt: skip

    def _reading(self, one: ReadingView, waiting: Waiting, state: str, what: str) -> dict[str, Any]:
        return {
            **self._where(int(one.meter_id), waiting), 'at': self._place.moment(one.read_at),
            'what': {'state': state, 'text': t(f'utilities.anomaly.{what}')},
            'register': register_words(one.register_milli), 'photo': t('utilities.has_photo') if one.photo else '',
        }  # fmt: skip

    @staticmethod
    def _where(meter_id: int, waiting: Waiting) -> dict[str, Any]:
        meter = waiting.meters[meter_id]
        return {'id': meter_id, 'meter': meter.code, 'where': meter.place}
