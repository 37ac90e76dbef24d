"""Composes the cockpit, for the desk and for the wall."""

from nicegui import ui

from domain.footfall.permissions import VIEW
from ui.cockpit.screen import DeskScreen, WallScreen
from ui.cockpit.state import CockpitData, CockpitState, CourseData
from ui.kit.button import button
from ui.kit.format import clock, day
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.text import Text
from ui.loading import Loader, keep_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

TOPICS = ('footfall', 'devices', 'mall')
# Figures follow at once; the day's curve and the heat of an hour move slowly, and drawing them costs most.
COURSE_EVERY_S = 10.0


@page('/cockpit', permission=VIEW, title=Title('驾驶舱', 'Cockpit'), icon='cockpit', nav='overview', order=10)
def cockpit_page(session: ClientSession) -> None:
    """Today at a glance."""
    state = CockpitState(session.actor)
    with page_body():
        with page_header(t('cockpit.title'), t('cockpit.subtitle')):
            button(t('cockpit.wall'), lambda: ui.navigate.to('/cockpit/wall', new_tab=True), icon='wall')
        now: Loader[CockpitData] = Loader()
        course: Loader[CourseData] = Loader()
        screen = DeskScreen()
    keep_fresh(now.serve(state.load, screen.show_now), TOPICS)
    keep_fresh(course.serve(state.load_course, screen.show_course), TOPICS, at_most_every_s=COURSE_EVERY_S)


@page('/cockpit/wall', permission=VIEW, title=Title('驾驶舱大屏', 'Cockpit wall'), frame='wall')
def wall_page(session: ClientSession) -> None:
    """The same figures for a screen on the wall."""
    state = CockpitState(session.actor)
    with ui.element('main').classes('at-wall at-wall__page'):
        head = WallHead(session)
        now: Loader[CockpitData] = Loader()
        course: Loader[CourseData] = Loader()
        screen = WallScreen()
    keep_fresh(now.serve(state.load, lambda data: (head.show(data), screen.show_now(data))), TOPICS)
    keep_fresh(course.serve(state.load_course, screen.show_course), TOPICS, at_most_every_s=COURSE_EVERY_S)


class WallHead:
    """Whose figures these are, of which day, and when they were taken."""

    def __init__(self, session: ClientSession) -> None:
        with ui.element('header').classes('at-wall__head'):
            Text(session.mall.name(session.locale) if session.mall else '', classes='at-wall__mall')
            self._day = Text(classes='at-wall__day')
            self._clock = Text(classes='at-wall__clock')

    def show(self, data: CockpitData) -> None:
        """Show the business day and the time of the figures."""
        self._day.text = day(data.summary.business_on, with_year=True)
        self._clock.text = clock(data.clock.local(data.summary.as_of))
