"""A meter's card: its hours, every reading with where it came from, and what can be done with the device."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui

from domain.shared.attachments import AttachmentView
from domain.shared.operations import run_query
from domain.utilities.commands import MeterId, UsageWindow
from domain.utilities.overview import MeterCard, ReadingLine, get_meter_card
from domain.utilities.permissions import READ_METERS
from domain.utilities.photos import get_photo
from domain.utilities.queries import hourly_usage, list_meters
from domain.utilities.views import HourView, MeterView
from ui.kit.chart_box import ChartBox
from ui.kit.data_table import Column
from ui.kit.description_list import description_list
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.plain_table import PlainTable
from ui.kit.section import section, split
from ui.kit.segmented import segmented
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.meterwords import register_words, usage_words, utility_words
from ui.utilities.device_forms import DeviceForms, held_in
from ui.utilities.hourly_chart import hourly_chart
from ui.utilities.photo import PhotoBox
from ui.utilities.place import Place
from ui.utilities.words import KINDS

SPANS = {2: 'two_days', 7: 'week', 30: 'month'}
SHOWN_READINGS = 40


@dataclass(frozen=True, slots=True)
class Looked:
    card: MeterCard
    hours: list[HourView]
    meters: list[MeterView]
    photo: AttachmentView | None


class MeterPage:
    """The hours beside the facts; readings below, with the forms of those who read meters."""

    def __init__(self, place: Place, meter_id: MeterId, loader: Loader[Looked]) -> None:
        self._place, self._id, self._loader = place, meter_id, loader
        self._days = place.address.integer('days', 2, least=1)
        self._days = self._days if self._days in SPANS else 2
        with split():
            with ui.element('div').classes('at-stack'):
                with section(t('utilities.hours'), t('utilities.hours_hint'), actions=self._actions):
                    self._chart = ChartBox(height=260)
                with section(t('utilities.readings'), t('utilities.readings_hint', count=SHOWN_READINGS)):
                    self._readings = PlainTable(_columns(), hint=t('utilities.no_readings'), on_open=self._open).mark(
                        'utilities.readings'
                    )
            with ui.element('div').classes('at-stack'):
                self._facts = ui.element('div')
                self._photo = PhotoBox(place.actor)
                self._forms = DeviceForms(place, loader.refresh) if place.actor.may(READ_METERS) else None

    def _actions(self) -> None:
        segmented({days: t(f'utilities.span.{name}') for days, name in SPANS.items()}, self._days, self._choose)

    async def _choose(self, days: int) -> None:
        self._days = days
        self._place.address.update(days=days)
        await self._loader.refresh()

    async def load(self) -> Looked:
        """The card and the hours of the chosen span."""
        actor, now = self._place.actor, datetime.now(UTC)
        window = UsageWindow(starts_at=now - timedelta(days=self._days), ends_at=now)
        card, hours, meters = await together(
            run_query(get_meter_card, actor=actor, meter_id=self._id, limit=SHOWN_READINGS),
            run_query(hourly_usage, actor=actor, meter_id=self._id, window=window),
            run_query(list_meters, actor=actor),
        )
        held = held_in(card)
        name = held[-1].photo if held else ''
        photo = await run_query(get_photo, actor=actor, name=name) if name else None
        return Looked(card, hours, meters, photo)

    def show(self, looked: Looked) -> None:
        """Show this meter."""
        card, meter = looked.card, looked.card.meter
        if looked.hours:
            self._chart.show(hourly_chart(looked.hours, meter.utility, self._place.clock))
        else:
            self._chart.show_nothing(t('utilities.no_hours'), t('utilities.no_hours_help'))
        self._readings.show([_row(line, self._place) for line in card.readings])
        self._show_facts(looked)
        if self._forms:
            self._forms.show(card, looked.photo)

    def _show_facts(self, looked: Looked) -> None:
        card, meter = looked.card, looked.card.meter
        parents = {int(one.id): one.code for one in looked.meters}
        used = sum(hour.usage_milli for hour in looked.hours)
        self._facts.clear()
        with self._facts, section(meter.code, meter.place):
            facts = {
                t('utilities.utility_column'): utility_words(meter.utility),
                t('utilities.used_in', days=self._days): usage_words(used, meter.utility),
                t('utilities.main'): parents.get(int(meter.parent_id or 0), t('utilities.no_main')),
                t('utilities.digits'): number(meter.digits),
                t('utilities.ratio'): f'×{number(meter.multiplier)}',
            }
            if any(one.parent_id == meter.id for one in looked.meters):
                facts[t('utilities.loss_policy')] = t(f'utilities.policy.{meter.loss_policy}')
            description_list(facts)
            Text(t('utilities.holders'), tag='div', classes='at-strong')
            PlainTable(
                [Column(name='who', label=t('utilities.holder')), Column(name='since', label=t('utilities.since')),
                 Column(name='until', label=t('utilities.until'))],
                [
                    {'who': self._place.tenant(one.tenant_id) or f'#{one.lease_id}',
                     'since': self._place.moment(one.from_at),
                     'until': self._place.moment(one.until_at) if one.until_at else t('utilities.today')}
                    for one in card.holders
                ],
                hint=t('utilities.no_holder'),
            ).mark('utilities.holders')  # fmt: skip

    async def _open(self, row: dict[str, Any]) -> None:
        await self._photo.show(row['photo_name'])


def _columns() -> list[Column]:
    return [
        Column(name='at', label=t('utilities.read_at')),
        Column(name='register', label=t('utilities.register_column'), kind='number'),
        Column(name='kind', label=t('utilities.kind_column'), kind='badge'),
        Column(name='source', label=t('utilities.source_column')),
        Column(name='by', label=t('utilities.read_by')),
        Column(name='note', label=t('utilities.note_column')),
        Column(name='photo', label=t('utilities.photo')),
    ]


def _row(line: ReadingLine, place: Place) -> dict[str, Any]:
    one = line.reading
    shown: dict[str, str] = {'state': KINDS[one.kind], 'text': t(f'utilities.kind.{one.kind}')}
    if line.is_voided:
        shown = {'state': 'off', 'text': t('utilities.voided')}
    elif one.is_held:
        shown = {'state': 'act', 'text': t('utilities.state.held')}
    by_device = line.read_by.startswith('device:') or (one.source == 'mqtt')
    return {
        'id': one.id, 'at': place.moment(one.read_at), 'register': register_words(one.register_milli), 'kind': shown,
        'source': t(f'utilities.source.{one.source}'), 'by': t('utilities.by_device') if by_device else line.read_by,
        'note': f'{line.decided_by}: {line.decision}' if line.decision else '',
        'photo': t('utilities.has_photo') if one.photo else '', 'photo_name': one.photo,
    }  # fmt: skip
