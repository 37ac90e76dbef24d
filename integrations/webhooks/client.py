"""One try of one delivery over HTTP, signed as Standard Webhooks 1.0 asks (https://www.standardwebhooks.com).

The receiver computes HMAC-SHA256 over `id.timestamp.body` with the secret after its prefix, decoded from URL-safe
base64, compares it with the header, and refuses a time stamp that is older than five minutes.
"""

import hashlib
import hmac
import socket
from base64 import b64encode, urlsafe_b64decode
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import orjson

from domain.webhooks.addresses import is_public
from domain.webhooks.commands import Outcome
from domain.webhooks.views import DueDelivery

TIMEOUT_S = 5.0
PREFIX = 'whsec_'


class AddressRefused(Exception):
    """The name leads into a network where webhooks have no business."""


def send(delivery: DueDelivery, *, now: datetime) -> Outcome:
    """Tries once. Redirects are not followed: they would lead past the look at the address."""
    body = orjson.dumps({
        'id': delivery.event_id, 'type': delivery.event, 'timestamp': delivery.created_at, 'data': delivery.facts,
    })  # fmt: skip
    try:
        status = _post(delivery, body, _signed(delivery, body, int(now.timestamp())))
    except AddressRefused:
        return Outcome(delivery_id=delivery.id, status=None, why='the address is not on the public internet')
    except (httpx.HTTPError, OSError, UnicodeError) as error:
        return Outcome(delivery_id=delivery.id, status=None, why=type(error).__name__)
    return Outcome(delivery_id=delivery.id, status=status)


def signature(secret: str, event_id: str, stamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 in base64."""
    encoded = secret.removeprefix(PREFIX)
    key = urlsafe_b64decode(encoded + '=' * (-len(encoded) % 4))
    digest = hmac.digest(key, f'{event_id}.{stamp}.'.encode() + body, hashlib.sha256)
    return f'v1,{b64encode(digest).decode()}'


def _signed(delivery: DueDelivery, body: bytes, stamp: int) -> dict[str, str]:
    return {
        'content-type': 'application/json',
        'user-agent': 'Atrium-Webhooks/1',
        'webhook-id': delivery.event_id,
        'webhook-timestamp': str(stamp),
        'webhook-signature': signature(delivery.secret.get_secret_value(), delivery.event_id, stamp, body),
    }


def _post(delivery: DueDelivery, body: bytes, headers: dict[str, str]) -> int:
    """Connects to the address that was looked at, so that a name cannot lead elsewhere in between."""
    parts = urlsplit(delivery.url)
    host, port = parts.hostname or '', parts.port or (443 if parts.scheme == 'https' else 80)
    address = _address_of(host, port, allows_private=delivery.allows_private)
    literal = f'[{address}]' if ':' in address else address
    target = parts._replace(netloc=f'{literal}:{port}').geturl()
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            'POST', target, content=body, headers={**headers, 'host': parts.netloc},
            extensions={'sni_hostname': host},
        )  # fmt: skip
        answer = client.send(request, stream=True)  # the body is of no interest, and may be without end
        answer.close()
        return answer.status_code


def _address_of(host: str, port: int, *, allows_private: bool) -> str:
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    fitting = [address for address in found if allows_private or is_public(address)]
    if not fitting or len(fitting) < len(found):
        raise AddressRefused
    return fitting[0]
