"""Writes `atrium.svg`, the sprite of the product's own icons: 24 px, one stroke width, round ends.

Run `.venv/bin/python assets/icons/build.py` after a change below.
"""

from pathlib import Path

STROKES = {
    'alarm': 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4M12 2.5V5',
    'arrow-down': 'M12 5v14M6 13l6 6 6-6',
    'arrow-left': 'M19 12H5M11 6l-6 6 6 6',
    'arrow-right': 'M5 12h14M13 6l6 6-6 6',
    'arrow-up': 'M12 19V5M6 11l6-6 6 6',
    'calendar': 'M4 6.5h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4',
    'camera': 'M3.5 8.5 17 5l1.3 5L5 13.5zM8.5 13v3.5H4M18.5 9l2-.5M4 14v6',
    'chart': 'M4 4v16h16M8 16v-4M12 16V8M16 16v-6',
    'check': 'M5 12.5 10 17.5 19.5 7',
    'chevron-down': 'M6 9l6 6 6-6',
    'chevron-left': 'M15 6l-6 6 6 6',
    'chevron-right': 'M9 6l6 6-6 6',
    'chevron-up': 'M6 15l6-6 6 6',
    'clock': 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
    'close': 'M6 6l12 12M18 6 6 18',
    'copy': 'M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4',
    'coverage': 'M12 3.5a8.5 8.5 0 1 0 8.5 8.5M12 3.5V12h8.5A8.5 8.5 0 0 0 12 3.5z',
    'cockpit': 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
    'device': 'M7 7h10v10H7zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5',
    'door': 'M6 20.5v-17h9v17M3.5 20.5h17M15 5.5l3.5 1.5v13.5M11.8 12v.1',
    'download': 'M12 4v11M7 10.5l5 5 5-5M4.5 19.5h15',
    'edit': 'M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3',
    'empty': 'M4 13.5 6.5 5h11l2.5 8.5v5.5H4zM4 13.5h5l1 2.5h4l1-2.5h5',
    'error': 'M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM12 8v4.5M12 15.8v.1',
    'external': 'M10 5H5v14h14v-5M13.5 4.5h6v6M19 5l-8.5 8.5',
    'eye-off': 'M4 12s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S4 12 4 12zM5 4.5l14 15',
    'filter': 'M4 6h16M7 12h10M10 18h4',
    'fit': 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
    'flow': 'M3.5 6.5c7 0 7 11 17 11M3.5 12h17M3.5 17.5c7 0 7-11 17-11',
    'footfall': 'M9 10.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.5 19.5c0-3.5 2.5-6 5.5-6s5.5 2.5 5.5 6M15.5 10.4a3 3 0 0 0 0-5.8M17 13.8c2 .7 3.5 2.8 3.5 5.7',  # noqa: E501
    'heat': 'M12 3.5c.5 4 5.5 5.5 5.5 10.500a5.5 5.5 0 0 1-11 0c0-2 1-3.5 2-4.5.5 1.5 1 2 2 2.5 0-3 .5-6 1.5-8.500z',
    'history': 'M4.5 5v4.500H9M4.8 9.500A8 8 0 1 1 4 13M12 8v4.500l3 2',
    'home': 'M4 11l8-7 8 7v9h-5.500v-5.500h-5V20H4z',
    'info': 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8v.1',
    'key': 'M8 12.500a4 4 0 1 0 0 .1zM11.9 12.500H20v3.500M16.5 12.500v2.5',
    'language': 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.500c3 3 3.5 6 3.5 8.500s-.5 5.5-3.5 8.500c-3-3-3.5-6-3.5-8.500s.5-5.5 3.5-8.500z',  # noqa: E501
    'layers': 'M12 4l8.5 4.500L12 13 3.5 8.500zM4 12.500l8 4.2 8-4.200M4 16.300l8 4.2 8-4.2',
    'line': 'M5 18.5 19 5.500M5 18.500v.1M19 5.500v.1M14 15l3.5 3.500M17.5 15v3.500H14',
    'lock': 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
    'logout': 'M10 4.500H5v15h5M15 8l4 4-4 4M19 12H9.5',
    'map': 'M4 6.500l5-2 6 2.5 5-2v13l-5 2-6-2.5-5 2zM9 4.500v13M15 7v13',
    'menu': 'M4 7h16M4 12h16M4 17h16',
    'minus': 'M5 12h14',
    'moon': 'M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z',
    'more': 'M5.5 12v.1M12 12v.1M18.5 12v.1',
    'pause': 'M8.5 5.500v13M15.5 5.500v13',
    'play': 'M8 5l11 7-11 7z',
    'plus': 'M12 5v14M5 12h14',
    'quarantine': 'M12 3.500l7.5 3v5.500c0 4.5-3 7-7.5 8.5-4.5-1.5-7.5-4-7.5-8.500V6.500zM9.5 9.500l5 5M14.5 9.500l-5 5',  # noqa: E501
    'refresh': 'M19.5 5v4.500H15M4.5 19v-4.500H9M5.5 9.500A7 7 0 0 1 18.8 9M18.5 14.500A7 7 0 0 1 5.2 15',
    'search': 'M10.5 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5',
    'settings': 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
    'sun': 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4',  # noqa: E501
    'trash': 'M5 7h14M9.5 7V4.500h5V7M7 7l1 13h8l1-13M10.5 10.500v6M13.5 10.500v6',
    'user': 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c0-4 3.5-6.5 7.5-6.500s7.5 2.5 7.5 6.5',
    'wall': 'M3.5 5h17v11h-17zM9 20h6M12 16v4',
    'warning': 'M12 4.5 21 19.500H3zM12 10v4.500M12 17v.1',
    'wifi-off': 'M4 4l16 16M8.5 14.500a5 5 0 0 1 5-1.200M5.5 11.200a9 9 0 0 1 3.5-2M12.5 8.500a9 9 0 0 1 6 2.700M12 18v.1',  # noqa: E501
    'zone': 'M7 4.500h10l4 7.5-4 7.500H7L3 12z',
}


def symbol(name: str, path: str) -> str:
    """One icon of the sprite, drawn in the colour of the text around it."""
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24"><path d="{path}" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/></symbol>\n'
    )


def main() -> None:
    """Write the sprite beside this script."""
    symbols = ''.join(symbol(name, path) for name, path in STROKES.items())
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'
    Path(__file__).with_name('atrium.svg').write_text(sprite, encoding='utf-8')


if __name__ == '__main__':
    main()
