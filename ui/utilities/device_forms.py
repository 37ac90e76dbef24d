"""What is done at a meter: a reading by hand, another device in its place, a word about a register that fell."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import ui

from domain.shared.attachments import AttachmentView
from domain.shared.operations import run_operation
from domain.utilities.commands import (
    DecideReading,
    MeterId,
    NewReading,
    ReadingId,
    ReadingKind,
    RecordReadings,
    ReplaceMeter,
)
from domain.utilities.operations import decide_reading, record_readings, replace_meter
from domain.utilities.overview import MeterCard
from domain.utilities.permissions import DECIDE
from domain.utilities.views import ReadingView
from ui.kit.day_field import moment_field, parse_moment
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.text import Text
from ui.meterwords import register_words
from ui.photos import show_attachment
from ui.utilities.photo import register_picker
from ui.utilities.place import Place
from ui.utilities.words import parse_register, register_field

BY_HAND = (ReadingKind.ACTUAL, ReadingKind.ESTIMATE, ReadingKind.ROLLOVER)


def held_in(card: MeterCard) -> list[ReadingView]:
    """The readings of this meter that wait for a person; the last is decided first."""
    return [line.reading for line in card.readings if line.reading.is_held and not line.is_voided]


class DeviceForms:
    """Built anew for each card: what is asked depends on whether a reading is held."""

    def __init__(self, place: Place, on_done: Callable[[], Awaitable[None]]) -> None:
        self._place, self._on_done = place, on_done
        self._card: MeterCard | None = None
        self._box = ui.element('div').classes('at-stack')

    def show(self, card: MeterCard, photo: AttachmentView | None) -> None:
        """The forms for this meter, with the photograph of the reading that waits; what somebody is typing stays when
        news of the same meter come.
        """
        held = held_in(card)
        if self._card is not None and held == self._held:
            self._card = card
            return
        self._card, self._held = card, held
        self._box.clear()
        with self._box:
            if held and self._place.actor.may(DECIDE):
                self._decide(held[-1], photo)
            self._read()
            self._replace()

    @property
    def _meter(self) -> MeterCard:
        assert self._card is not None
        return self._card

    def _now(self) -> datetime:
        return self._place.clock.local(datetime.now(UTC))

    def _read(self) -> None:
        with section(t('utilities.by_hand')), form(self._submit_reading, label=t('utilities.enter')):
            self._at = moment_field(t('utilities.read_at'), self._now())
            self._register = register_field(t('utilities.register_column'), help_text=t('utilities.register_help'))
            self._kind = choice_field(
                t('utilities.kind_column'), {kind.value: t(f'utilities.kind.{kind.value}') for kind in BY_HAND},
                ReadingKind.ACTUAL.value, help_text=t('utilities.kind_help'),
            )  # fmt: skip
            self._photo = register_picker(self._place.actor)

    async def _submit_reading(self) -> None:
        at, register = parse_moment(self._at.value), parse_register(self._register.value)
        assert at is not None
        assert register is not None
        reading = NewReading(
            meter_code=self._meter.meter.code, read_at=self._place.instant(at), register_milli=register,
            kind=ReadingKind(self._kind.value), photo=self._photo.name,  # type: ignore[arg-type]
        )  # fmt: skip
        command = RecordReadings(source='hand', readings=(reading,))
        taken = await run_operation(record_readings, actor=self._place.actor, command=command)
        ui.notify(t('utilities.entered_held' if taken.held else 'utilities.entered'))
        self._register.value = ''
        self._photo.clear()
        await self._on_done()

    def _replace(self) -> None:
        with (
            section(t('utilities.replace'), t('utilities.replace_hint')),
            form(self._submit_replacement, label=t('utilities.replace_now')),
        ):
            self._replaced_at = moment_field(t('utilities.replaced_at'), self._now())
            self._final = register_field(t('utilities.final'))
            self._initial = register_field(t('utilities.initial'), help_text=t('utilities.initial_help'))
            self._replaced_photo = register_picker(self._place.actor, mark='utilities.replaced_photo_upload')

    async def _submit_replacement(self) -> None:
        at, final = parse_moment(self._replaced_at.value), parse_register(self._final.value)
        initial = parse_register(self._initial.value)
        assert at is not None
        assert final is not None
        assert initial is not None
        command = ReplaceMeter(
            meter_id=MeterId(self._meter.meter.id), at=self._place.instant(at), final_milli=final,
            initial_milli=initial, photo=self._replaced_photo.name,
        )  # fmt: skip
        await run_operation(replace_meter, actor=self._place.actor, command=command)
        ui.notify(t('utilities.replaced'))
        self._final.value = self._initial.value = ''
        self._replaced_photo.clear()
        await self._on_done()

    def _decide(self, fallen: ReadingView, photo: AttachmentView | None) -> None:
        at, register = self._place.moment(fallen.read_at), register_words(fallen.register_milli)
        with (
            section(t('utilities.decide')),
            form(lambda: self._submit_decision(ReadingId(fallen.id)), label=t('utilities.decide_now')),
        ):
            notice(t('utilities.fell', at=at, register=register), 'act')
            if photo is not None:
                show_attachment(photo, file_name=fallen.photo, mark='utilities.held_photo')
            else:
                Text(_no_photo(fallen.photo), classes='at-muted at-small')
            self._verdict = choice_field(
                t('utilities.verdict_column'),
                {verdict: t(f'utilities.verdict.{verdict}') for verdict in ('void', 'rollover')}, 'void',
            )  # fmt: skip
            self._reason = text_field(t('utilities.reason'), checks=(required, at_most(200)))

    async def _submit_decision(self, reading_id: ReadingId) -> None:
        command = DecideReading(reading_id=reading_id, verdict=self._verdict.value, reason=self._reason.value.strip())
        await run_operation(decide_reading, actor=self._place.actor, command=command)
        ui.notify(t('utilities.decided'))
        await self._on_done()


def _no_photo(name: str) -> str:
    return t('utilities.photo_elsewhere', name=name) if name else t('utilities.no_photo')
