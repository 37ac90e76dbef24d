"""One business day, with its neighbours one click away."""

from collections.abc import Callable
from datetime import date, timedelta

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.kit.button import icon_button
from ui.kit.format import day
from ui.kit.i18n import current_locale, t
from ui.kit.icons import icon_source
from ui.kit.text import Text

WEEKDAYS = {
    'zh-CN': ('日 一 二 三 四 五 六', '周日 周一 周二 周三 周四 周五 周六'),
    'en': ('Su Mo Tu We Th Fr Sa', 'Sun Mon Tue Wed Thu Fri Sat'),
}
MONTHS = {
    'zh-CN': [f'{month}月' for month in range(1, 13)],
    'en': [
        'January',
        'February',
        'March',
        'April',
        'May',
        'June',
        'July',
        'August',
        'September',
        'October',
        'November',
        'December',
    ],
}


class DatePicker(ui.element):
    """Shows the chosen day; never goes beyond `last`."""

    def __init__(self, value: date, *, last: date, on_change: Callable[[date], object] | None = None) -> None:
        super().__init__('div')
        self.classes('at-datepick')
        self.value, self._last, self._on_change = value, last, on_change
        with self:
            icon_button('chevron-left', t('kit.date.previous_day'), lambda: self.choose(self.value - timedelta(1)))
            with ui.button(color=None).classes('at-button--quiet').props(f'icon="{icon_source("calendar")}"'):
                self._label = Text(classes='at-datepick__day')
                with ui.menu() as self._menu:
                    self._calendar = self._build_calendar()
            self._next = icon_button('chevron-right', t('kit.date.next_day'), self._step_forward)
        self._say()

    def choose(self, value: date) -> object:
        """Take another day and tell the page."""
        if value == self.value or value > self._last:
            return None
        self.value = value
        self._say()
        return self._on_change(value) if self._on_change else None

    def _step_forward(self) -> object:
        return self.choose(self.value + timedelta(1))

    def _build_calendar(self) -> ui.date:
        short, full = WEEKDAYS[current_locale()]
        calendar = ui.date(value=self.value.isoformat(), on_change=self._picked).props('minimal first-day-of-week=1')
        months = MONTHS[current_locale()]
        calendar.props['locale'] = {
            'days': full.split(),
            'daysShort': short.split(),
            'months': months,
            'monthsShort': months,
        }
        calendar.props['navigation-max-year-month'] = f'{self._last:%Y/%m}'
        return calendar

    def _picked(self, event: ValueChangeEventArguments) -> object:
        self._menu.close()
        return self.choose(date.fromisoformat(event.value)) if event.value else None

    def _say(self) -> None:
        self._label.text = day(self.value)
        self._calendar.value = self.value.isoformat()
        self._next.set_enabled(self.value < self._last)


def date_picker(value: date, *, last: date, on_change: Callable[[date], object] | None = None) -> DatePicker:
    """A day up to and including `last`."""
    return DatePicker(value, last=last, on_change=on_change)
