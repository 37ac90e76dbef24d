"""API keys and webhooks in words: what a key may do, whether it holds, what became of a delivery."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.identity.views import ApiKeyView
from domain.webhooks.views import DeliveryView, EndpointView
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.tokens import State
from ui.screens import Place

API = '/api/v1'
DESCRIPTION = f'{API}/openapi.json'
SOON = timedelta(days=14)
WHYS = {
    'gaierror': 'no_such_host', 'ConnectTimeout': 'no_answer', 'ReadTimeout': 'no_answer', 'ConnectError': 'refused',
    'ConnectionRefusedError': 'refused', 'the address is not on the public internet': 'not_public',
}  # fmt: skip
DELIVERED: dict[str, State] = {'waiting': 'watch', 'taken': 'good', 'given_up': 'act'}


def scope_words(scope: str) -> str:
    """What a scope lets a machine do; scopes that only the mall's keys have go by their code."""
    known = ('mall.view', 'leasing.view', 'leasing.report_turnover', 'billing.view', 'inventory.view',
             'webhooks.manage')  # fmt: skip
    return t(f'interfaces.scope.{scope.replace(".", "_")}') if scope in known else scope


def listed(parts: Iterable[str]) -> str:
    """Several of them in a line."""
    return t('interfaces.comma').join(parts)


def event_words(event: str) -> str:
    """An event in words."""
    return t(f'interfaces.event.{event.replace(".", "_")}')


def key_state(key: ApiKeyView, now: datetime) -> tuple[State, str]:
    """Whether a key holds."""
    if key.revoked_at is not None:
        return 'off', t('interfaces.revoked')
    if not key.is_valid(now):
        return 'off', t('interfaces.expired')
    if key.expires_at is not None and key.expires_at <= now + SOON:
        return 'watch', t('interfaces.expires_soon')
    return 'good', t('interfaces.valid')


def key_ends(place: Place, key: ApiKeyView) -> str:
    """The day on which a key ends, with its year."""
    if key.expires_at is None:
        return t('interfaces.no_end')
    return day(place.clock.local(key.expires_at).date(), with_year=True, with_weekday=False)


def last_used(place: Place, key: ApiKeyView) -> str:
    return place.moment(key.last_used_at) if key.last_used_at else t('interfaces.never_used')


def endpoint_state(endpoint: EndpointView) -> tuple[State, str]:
    """How an address stands: what was given up needs somebody."""
    if endpoint.is_paused:
        return 'off', t('interfaces.paused')
    if endpoint.given_up:
        return 'act', t('interfaces.given_up', count=endpoint.given_up)
    if endpoint.waiting:
        return 'watch', t('interfaces.waiting', count=endpoint.waiting)
    return 'good', t('interfaces.in_order')


def delivery_state(delivery: DeliveryView) -> tuple[State, str]:
    return DELIVERED[delivery.state], t(f'interfaces.delivery.{delivery.state}')


def delivery_answer(delivery: DeliveryView) -> str:
    """What the receiver said to the last try."""
    if delivery.last_status is not None:
        return f'HTTP {delivery.last_status}'
    known = WHYS.get(delivery.last_error)
    return t(f'interfaces.why.{known}') if known else delivery.last_error or '—'


def delivery_line(place: Place, delivery: DeliveryView) -> str:
    """When, how often, what was answered, and when it is tried again."""
    parts = [place.moment(delivery.created_at)]
    parts.append(t('interfaces.tries', count=delivery.tries) if delivery.tries else t('interfaces.not_tried'))
    if delivery.last_status is not None or delivery.last_error:
        parts.append(delivery_answer(delivery))
    if delivery.tries and delivery.next_try_at is not None:
        parts.append(t('interfaces.next_try', at=place.moment(delivery.next_try_at)))
    return ' · '.join(parts)
