"""What whoever keeps the spaces does with them: block one for the mall, open another."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from nicegui import ui

from domain.permits.commands import BlockSpace, OpenSpace
from domain.permits.operations import open_space
from domain.permits.spaces import block_space, list_calendar, list_conflicts
from domain.permits.views import CalendarEntry, Conflict, SpaceView
from domain.shared.operations import run_operation, run_query
from ui.kit.day_field import moment_field, parse_moment
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.screens import Place
from ui.spacedays import span

KINDS = ('atrium', 'advertising', 'corridor')
LONGEST_SETUP_H = 7 * 24


class SpaceForms:
    """Two forms side by side; a block that meets a booking says which, and changes nothing."""

    def __init__(self, place: Place, after: Callable[[], Awaitable[None]]) -> None:
        self._place, self._after = place, after
        self._titles: Callable[[CalendarEntry], str] = lambda entry: entry.title
        tomorrow = place.clock.local(place.clock.bounds(place.today)[0]) + timedelta(days=1)
        opens = tomorrow.replace(hour=10, minute=0, tzinfo=None)
        with split(even=True):
            with section(t('spaces.block'), t('spaces.block_hint')), form(self._block, label=t('spaces.block')):
                self._space = choice_field(t('spaces.space'), {}, checks=(required,))
                self._from = moment_field(t('spaces.from'), opens, checks=(required,))
                self._until = moment_field(t('spaces.until'), opens.replace(hour=22), checks=(required,))
                self._reason = text_field(t('spaces.reason'), help_text=t('spaces.reason_help'),
                                          checks=(required, at_most(200)))  # fmt: skip
                self._conflicts = ui.element('div').classes('at-stack').mark('spaces.conflicts')
            with section(t('spaces.new')), form(self._open, label=t('spaces.new')):
                self._code = text_field(t('spaces.code'), help_text=t('spaces.code_help'), checks=(required, _code))
                self._zh = text_field(t('spaces.name_zh'), checks=(required, at_most(80)))
                self._en = text_field(t('spaces.name_en'), checks=(required, at_most(80)))
                self._kind = choice_field(t('spaces.kind_label'), {one: t(f'spaces.kind.{one}') for one in KINDS},
                                          KINDS[0], checks=(required,))  # fmt: skip
                self._buffer = number_field(t('spaces.buffer'), 4, unit=t('spaces.hours'),
                                            checks=(between(0, LONGEST_SETUP_H),))  # fmt: skip

    def offer(self, spaces: list[SpaceView], titles: Callable[[CalendarEntry], str]) -> None:
        """The spaces there are now; what was typed stays."""
        self._titles = titles
        options = {space.id: words(space.name_zh, space.name_en) for space in spaces}
        chosen = self._space.value if self._space.value in options else next(iter(options), None)
        self._space.set_options(options, value=chosen)

    async def _block(self) -> None:
        starts, ends = parse_moment(self._from.value), parse_moment(self._until.value)
        assert starts is not None
        assert ends is not None
        command = BlockSpace(
            space_id=self._space.value, starts_at=self._place.instant(starts), ends_at=self._place.instant(ends),
            reason=self._reason.value.strip(),
        )  # fmt: skip
        self._conflicts.clear()
        in_the_way = await run_query(
            list_conflicts, actor=self._place.actor, space_id=command.space_id, starts_at=command.starts_at,
            ends_at=command.ends_at,
        )  # fmt: skip
        real = [one for one in in_the_way if one.why != 'own_setup']  # a block of the mall's needs no set-up
        if real:
            await self._say(real)
            return
        await run_operation(block_space, actor=self._place.actor, command=command)
        self._reason.value = ''
        await self._after()

    async def _say(self, conflicts: list[Conflict]) -> None:
        first = min(one.booking.occupied_from for one in conflicts)
        last = max(one.booking.ends_at for one in conflicts)
        entries = await run_query(list_calendar, actor=self._place.actor, starts_at=first, ends_at=last)
        titles = {entry.booking.id: self._titles(entry) for entry in entries}
        with self._conflicts:
            for one in conflicts:
                when = span(self._place, one.booking.occupied_from, one.booking.ends_at)
                notice(t(f'spaces.conflict.{one.why}', title=titles.get(one.booking.id, '—'), when=when), 'act')

    async def _open(self) -> None:
        await run_operation(open_space, actor=self._place.actor, command=OpenSpace(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            kind=self._kind.value, buffer_minutes=round(float(self._buffer.value) * 60),
        ))  # fmt: skip
        self._code.value, self._zh.value, self._en.value = '', '', ''
        await self._after()


def _code(value: object) -> str | None:
    plain = str(value or '').strip()
    fits = plain.isascii() and len(plain) <= 64 and plain.replace('-', '').replace('.', '').replace('_', '').isalnum()
    return None if fits else t('spaces.code_help')
