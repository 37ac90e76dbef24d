"""A code to be scanned from a screen (二维码): black on white in either appearance."""

import segno
from nicegui import ui

SCALE = 6


def code_picture(content: str, label: str, *, scale: int = SCALE) -> ui.element:
    """The content as a QR code; `label` says what to do with it."""
    picture = segno.make_qr(content, error='m').svg_data_uri(scale=scale, border=2, light='#fff')
    return ui.element('img').props(f'src="{picture}"').props(f'alt="{label}"')
