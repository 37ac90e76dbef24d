"""Quiet placeholders in the shape of what is being loaded."""

from nicegui import ui


def skeleton(*, width: str = '100%', height: str = '16px') -> ui.element:
    """A grey bar of this size."""
    bar = ui.element('div').classes('at-skeleton').style(f'width: {width}; height: {height}; max-width: 100%')
    return bar.props('aria-hidden=true')


def skeleton_lines(count: int = 4) -> ui.element:
    """Lines of text yet to come, of uneven length as text is."""
    with ui.element('div').classes('at-stack').props('aria-busy=true') as lines:
        for index in range(count):
            skeleton(width=f'{(92, 78, 86, 64)[index % 4]}%')
    return lines
