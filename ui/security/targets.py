"""Where a link or a redirect may lead."""

import re
from urllib.parse import urlsplit

HOME = '/'
_CONTROL = re.compile(r'[\x00-\x20\\]')
_LINK_SCHEMES = frozenset({'http', 'https', 'mailto', 'tel'})


def local_path(target: str | None, *, otherwise: str = HOME) -> str:
    """The target if it is a path of this site, else the fallback: no scheme, no host, no tricks with slashes."""
    if not target or not target.startswith('/') or target.startswith('//') or _CONTROL.search(target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target


def safe_link(target: str) -> str | None:
    """A link that a tenant or a coupon brought, if following it can do no harm; `javascript:` and `data:` are not."""
    if _CONTROL.search(target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme:
        return target if parts.scheme.lower() in _LINK_SCHEMES else None
    return target if local_path(target, otherwise='') else None
