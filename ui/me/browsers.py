"""A browser's name as people know it, from what it says about itself."""

_BROWSERS = (
    ('MicroMessenger', '微信 WeChat'),
    ('Edg/', 'Edge'),
    ('Firefox/', 'Firefox'),
    ('Chrome/', 'Chrome'),
    ('Safari/', 'Safari'),
)
_SYSTEMS = (
    ('HarmonyOS', 'HarmonyOS'),
    ('Android', 'Android'),
    ('iPhone', 'iPhone'),
    ('iPad', 'iPad'),
    ('Windows', 'Windows'),
    ('Mac OS X', 'macOS'),
    ('Linux', 'Linux'),
)


def browser_name(user_agent: str) -> str:
    """`Chrome · Windows`; empty when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), '')
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), '')
    return ' · '.join(part for part in (browser, system) if part)
