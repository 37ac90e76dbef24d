"""Which events are offered, which addresses fit, and when a refused delivery is tried again."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

# What others may hear of. A name that is not here never leaves the platform.
OFFERED = (
    'billing.payment_received',
    'billing.reminder_due',
    'billing.run_posted',
    'leasing.turnover_month_closed',
    'permits.promotion_settled',
    'tenancy.notice_published',
    'tenancy.work_order_done',
    'tenancy.work_order_escalated',
    'tenancy.work_order_opened',
)
# After the first try: seconds are for a restart, hours for a night without anybody.
WAITS = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip


def next_wait(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is given up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


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
