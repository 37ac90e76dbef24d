"""Which addresses may be called: those of the public internet, unless an installation's receivers stand inside."""

import ipaddress
from urllib.parse import urlsplit


def fits(url: str, *, allows_private: bool) -> bool:
    """Whether an address may be called at all. Names are looked at again when they are resolved, before each try."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.fragment or port == 0:
        return False
    if allows_private:
        return parts.scheme in ('https', 'http')
    return parts.scheme == 'https' and not _is_private_literal(host)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, 'ipv4_mapped', None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return host == 'localhost' or host.endswith(('.localhost', '.local', '.internal')) or '.' not in host
