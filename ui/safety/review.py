"""One hazard under review: its clip, its facts, and a verdict in two clicks: which, and why."""

from collections.abc import Awaitable, Callable
from typing import Literal

from nicegui import context, ui

from domain.safety.commands import CONFIRMING, HazardState, OpenClip, Reason, ReviewHazard
from domain.safety.operations import open_clip, review_hazard
from domain.safety.permissions import OPEN_CLIP, REVIEW
from domain.safety.ports import CameraPort, Picture
from domain.safety.views import HazardView
from domain.shared.operations import run_operation
from ui.kit.button import button
from ui.kit.camera_picture import CameraPicture
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.toolbar import toolbar
from ui.safety.frame import Place
from ui.safety.words import kind_words, state_of, state_words, value_words
from ui.shell.context import shell

Verdict = Literal['confirmed', 'dismissed']


class Review:
    """A card: a hint, until a hazard is chosen."""

    def __init__(self, place: Place, on_judged: Callable[[], Awaitable[object]]) -> None:
        self._place, self._on_judged = place, on_judged
        self._card = ui.element('aside').classes('at-card at-stack').mark('safety.review')
        with self._card:
            empty_state(t('safety.choose'), symbol='alarm')

    async def open(self, hazard: HazardView) -> None:
        """Show this hazard; opening its clip goes on record."""
        self._card.clear()
        with self._card:
            with ui.element('div').classes('at-row'):
                Text(kind_words(hazard.kind), tag='h2', classes='at-section__title')
                status_badge(state_of(hazard), state_words(hazard))
            clip = ui.element('div').classes('at-stack')
            self._verdicts = ui.element('div').classes('at-stack')
            description_list(self._facts(hazard))
        self._offer_verdicts(hazard)
        await self._show_clip(clip, hazard)

    async def _show_clip(self, box: ui.element, hazard: HazardView) -> None:
        cameras = self._place.cameras
        if not hazard.has_clip or cameras is None or not self._place.actor.may(OPEN_CLIP):
            with box:
                notice(t('safety.no_clip' if self._place.actor.may(OPEN_CLIP) else 'safety.clip_forbidden'))
            return
        opened = await run_operation(open_clip, actor=self._place.actor, command=OpenClip(hazard_id=hazard.id))
        address = shell().pictures.offer(
            context.client, self._place.session, OPEN_CLIP, _fetching(cameras, opened.clip)
        )
        with box:
            CameraPicture(address, label=t('safety.clip_label'), every_s=0).mark('safety.clip')
            Text(t('safety.clip_hint'), classes='at-small at-faint')

    def _offer_verdicts(self, hazard: HazardView) -> None:
        if hazard.state is not HazardState.OPEN or not self._place.actor.may(REVIEW):
            return
        self._verdicts.clear()
        with self._verdicts, toolbar():
            button(t('safety.confirm'), lambda: self._ask_why(hazard, 'confirmed'), rank='danger', icon='check').mark(
                'safety.confirm'
            )
            button(t('safety.dismiss'), lambda: self._ask_why(hazard, 'dismissed'), icon='close').mark('safety.dismiss')

    def _ask_why(self, hazard: HazardView, verdict: Verdict) -> None:
        reasons = [reason for reason in Reason if (reason in CONFIRMING) == (verdict == 'confirmed')]
        self._verdicts.clear()
        with self._verdicts:
            Text(t(f'safety.why.{verdict}'), classes='at-strong')
            with toolbar():
                for reason in reasons:
                    self._reason_button(hazard, verdict, reason)
                button(t('kit.dialog.cancel'), lambda: self._offer_verdicts(hazard), rank='quiet')

    def _reason_button(self, hazard: HazardView, verdict: Verdict, reason: Reason) -> None:
        async def judge() -> None:
            command = ReviewHazard(hazard_id=hazard.id, verdict=verdict, reason=reason)
            seen = await run_operation(review_hazard, actor=self._place.actor, command=command)
            await self._on_judged()
            ui.notify(t('safety.judged'), type='positive')
            self._show_verdict(seen)

        button(t(f'safety.reason.{reason}'), judge).mark(f'safety.reason.{reason}')

    def _show_verdict(self, hazard: HazardView) -> None:
        self._verdicts.clear()
        with self._verdicts:
            status_badge(state_of(hazard), f'{state_words(hazard)} · {t(f"safety.reason.{hazard.reason}")}')

    def _facts(self, hazard: HazardView) -> dict[str, str | None]:
        again = t('safety.times', times=number(hazard.occurrences)) if hazard.occurrences > 1 else None
        reviewed = f'{hazard.reviewed_by} {self._place.moment(hazard.reviewed_at)}' if hazard.reviewed_at else None
        return {
            t('safety.camera'): hazard.device_name or hazard.device_code,
            t('safety.floor'): self._place.floor_code(hazard.floor_id),
            t('safety.watch'): hazard.code,
            t('safety.measured'): value_words(hazard),
            t('safety.raised'): self._place.moment(hazard.raised_at),
            t('safety.cleared'): self._place.moment(hazard.cleared_at) if hazard.cleared_at else t('safety.still_on'),
            t('safety.occurrences'): again,
            t('safety.reviewed'): reviewed,
            t('safety.reason_label'): t(f'safety.reason.{hazard.reason}') if hazard.reason else None,
        }


def _fetching(cameras: CameraPort, clip: str) -> Callable[[], Awaitable[Picture]]:
    return lambda: cameras.clip(clip)
