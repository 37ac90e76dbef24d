"""Notices that cannot be verified: so many an address and minute, and a line in the log a minute, not one a notice.

Only what has failed its verification is counted, so a channel that shares its address with whoever forges (a proxy,
say) is never hindered. Counts are this process's own.
"""

import ipaddress

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from prometheus_client import Counter

log = structlog.get_logger(__name__)

PER_MINUTE = 30
IPV6_HOUSEHOLD = 64  # whoever has one IPv6 address has the network around it
REFUSED = Counter(
    'atrium_payment_notices_refused_total',
    'Payment notices that could not be verified',
    ('channel', 'reason', 'outcome'),
)


class Forgeries:
    """What came unverified, by address."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        storage = MemoryStorage()
        self._limiter, self._item = MovingWindowRateLimiter(storage), RateLimitItemPerMinute(per_minute)
        self._told, self._once = FixedWindowRateLimiter(storage), RateLimitItemPerMinute(1)

    def bear(self, address: str, *, channel: str, reason: str, mall_id: int) -> bool:
        """Counts one, and logs the first a minute of its address and reason; False when there were too many."""
        network = network_of(address)
        is_borne = self._limiter.hit(self._item, 'notice', network)
        REFUSED.labels(channel, reason, 'refused' if is_borne else 'limited').inc()
        if self._told.hit(self._once, 'log', network, reason):
            log.warning('forged payment notice', channel=channel, mall_id=mall_id, why=reason, address=network)
        return is_borne


def network_of(address: str) -> str:
    """The address, or the network that one household or server has of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(found.ipv4_mapped or ipaddress.ip_network((found, IPV6_HOUSEHOLD), strict=False))
    return str(found)
