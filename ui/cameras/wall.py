"""The wall: every camera that the vision service looks through, live and masked, and beside it those it does not."""

from dataclasses import dataclass

from nicegui import ui

from domain.safety.commands import WatchCameras
from domain.safety.operations import watch_cameras
from domain.safety.ports import CameraNow
from domain.safety.queries import list_cameras
from domain.safety.views import CameraView
from domain.shared.operations import run_operation, run_query
from ui.cameras.frame import Place
from ui.cameras.words import FINE, remedy_words, state_of, state_words
from ui.kit.camera_picture import CameraPicture
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.status_badge import StatusBadge
from ui.kit.text import Text
from ui.kit.toolbar import toolbar
from ui.loading import together
from ui.shell import paths

ALL, TROUBLED = 'all', 'troubled'


@dataclass(frozen=True, slots=True)
class Shown:
    """A camera as the platform knows it and as the vision service sees it; the latter may not know it."""

    view: CameraView
    now: CameraNow | None

    @property
    def is_troubled(self) -> bool:
        return self.now is None or self.now.state not in FINE or self.view.open_hazards > 0


async def load_cameras(place: Place) -> list[Shown]:
    """:raises VisionUnavailable: when the service does not answer"""
    views, states = await together(run_query(list_cameras, actor=place.actor), place.port.cameras())
    by_code = {state.code: state for state in states}
    return [Shown(view, by_code.get(view.code)) for view in views]


class Wall:
    """Cards are made once and then only told what changed, so that no picture flickers."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._cards: dict[str, _Card] = {}
        self._shown: list[Shown] = []
        self._wanted = ALL
        with toolbar():
            segmented({ALL: t('cameras.all'), TROUBLED: t('cameras.troubled')}, ALL, self._choose).mark(
                'cameras.filter'
            )
            self._summary = Text(classes='at-small at-muted')
        self._grid = ui.element('div').classes('at-wall-grid').mark('cameras.wall')
        self._none = ui.element('div')
        with section(t('cameras.others'), t('cameras.others_hint')) as self._others_card:
            self._others = ui.element('div').classes('at-feed')

    async def load(self) -> list[Shown]:
        """The cameras; those that are new go on record before their pictures come."""
        shown = await load_cameras(self._place)
        fresh = tuple(each.view.code for each in shown if each.now and each.view.code not in self._cards)
        if fresh:
            await run_operation(watch_cameras, actor=self._place.actor, command=WatchCameras(device_codes=fresh))
        return shown

    def show(self, shown: list[Shown]) -> None:
        self._shown = shown
        live = [each for each in shown if each.now is not None]
        with self._grid:
            for each in live:
                if each.view.code not in self._cards:
                    self._cards[each.view.code] = _Card(self._place, each)
        self._tell(live)

    def _choose(self, wanted: str) -> None:
        self._wanted = wanted
        self._tell([each for each in self._shown if each.now is not None])

    def _tell(self, live: list[Shown]) -> None:
        watching = sum(each.now is not None and each.now.state in FINE for each in live)
        people = sum(each.now.people for each in live if each.now)
        self._summary.text = t(
            'cameras.summary', watching=number(watching), cameras=number(len(live)), people=number(people)
        )
        for each in live:
            card = self._cards[each.view.code]
            card.show(each)
            card.box.visible = self._wanted == ALL or each.is_troubled
        self._say_none(not any(card.box.visible for card in self._cards.values()))
        self._list_others([each for each in self._shown if each.now is None])

    def _say_none(self, is_none: bool) -> None:
        self._none.clear()
        if is_none:
            with self._none:
                words = ('cameras.no_trouble', '') if self._cards else ('cameras.none', 'cameras.none_help')
                empty_state(t(words[0]), t(words[1]) if words[1] else '', symbol='camera')

    def _list_others(self, others: list[Shown]) -> None:
        self._others_card.visible = bool(others)
        self._others.clear()
        with self._others:
            for each in others:
                with ui.element('div').classes('at-feed__line'):
                    is_online = each.view.is_online
                    StatusBadge('good' if is_online else 'off', t(f'cameras.online.{is_online}'))
                    Text(each.view.name or each.view.code, classes='at-grow')
                    Text(self._place.floor_code(each.view.floor_id), classes='at-faint')


class _Card:
    def __init__(self, place: Place, shown: Shown) -> None:
        self._place = place
        name = shown.view.name or shown.view.code
        with ui.element('div').classes('at-card at-camera-card').mark(f'camera:{shown.view.code}') as self.box:
            with ui.link(target=paths.camera(shown.view.code)).props(f'aria-label="{t("cameras.open")}"'):
                CameraPicture(place.picture(shown.view.code), label=t('cameras.picture_of', camera=name), every_s=1.0)
            with ui.element('div').classes('at-camera-card__foot'):
                self._badge = StatusBadge(state_of(shown.now), state_words(shown.now))
                Text(name, classes='at-strong at-grow at-truncate')
                Text(place.floor_code(shown.view.floor_id), classes='at-faint')
                self._people = Text(classes='at-figures')
            self._trouble = Text(tag='div', classes='at-small')
            self._hazards = ui.link('', paths.SAFETY).classes('at-small')

    def show(self, shown: Shown) -> None:
        now, hazards = shown.now, shown.view.open_hazards
        assert now is not None
        self._badge.show(state_of(now), state_words(now))
        self._people.text = t('cameras.people', people=number(now.people))
        self._trouble.text = '' if now.state in FINE else f'{remedy_words(now)} {now.detail}'
        self._trouble.visible = bool(self._trouble.text)
        self._hazards.text = t('cameras.hazards', hazards=number(hazards))
        self._hazards.visible = hazards > 0
