"""What one may do to footfall."""

from domain.footfall._layout import define_line, define_zone, redraw_line, redraw_zone, retire_line, retire_zone

__all__ = [
    'define_line',
    'define_zone',
    'redraw_line',
    'redraw_zone',
    'retire_line',
    'retire_zone',
]
