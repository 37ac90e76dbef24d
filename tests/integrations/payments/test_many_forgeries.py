"""Unverifiable notices are limited and told once a minute, and never hinder genuine ones."""

import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from integrations.payments.forgeries import PER_MINUTE, REFUSED, Forgeries, network_of
from integrations.payments.webhook import MOST_BYTES
from tests.integrations.payments.conftest import Mall
from tests.integrations.payments.test_forgeries import audited, paid_at_the_gateway

FORM = {'content-type': 'application/json'}


def counted(outcome: str) -> float:
    return sum(
        sample.value for family in REFUSED.collect() for sample in family.samples
        if sample.name.endswith('_total') and sample.labels['outcome'] == outcome
    )  # fmt: skip


def test_a_flood_is_cut_off_and_a_genuine_notice_comes_through(shop: Mall) -> None:
    key, order = paid_at_the_gateway(shop)
    before, refused, limited = audited(shop), counted('refused'), counted('limited')
    with capture_logs() as logs:
        said = [shop.notify('wechat', FORM, b'{}') for _ in range(PER_MINUTE + 10)]

    assert said == [401] * PER_MINUTE + [429] * 10
    assert audited(shop) == before + PER_MINUTE, 'what is cut off writes nothing'
    assert (counted('refused') - refused, counted('limited') - limited) == (PER_MINUTE, 10)
    lines = [line for line in logs if line['event'] == 'forged payment notice']
    assert 1 <= len(lines) <= 2, 'a minute may have ended meanwhile'
    assert lines[0]['address'] == '127.0.0.1'

    assert shop.notify('wechat', *shop.gateway('wechat').notice(order)) == 204
    assert shop.read(key).state == 'paid'


def test_a_limited_caller_is_told_when_to_come_again(shop: Mall) -> None:
    address = f'{shop.address}/callbacks/payments/{shop.actor.mall_id}/wechat'
    for _ in range(PER_MINUTE):
        httpx.post(address, content=b'{}')
    answer = httpx.post(address, content=b'{}')
    assert (answer.status_code, answer.headers['retry-after']) == (429, '60')


def test_a_body_that_does_not_end_is_not_read_to_its_end(shop: Mall) -> None:
    assert shop.notify('wechat', FORM, b'x' * (MOST_BYTES + 1)) == 404
    assert shop.notify('wechat', FORM, b'x' * MOST_BYTES) == 401


def test_each_address_and_each_reason_is_told_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    middle_of_a_minute = time.time() // 60 * 60 + 30
    monkeypatch.setattr(time, 'time', lambda: middle_of_a_minute)
    forgeries = Forgeries(per_minute=3)

    def bear(address: str, reason: str) -> bool:
        return forgeries.bear(address, channel='wechat', reason=reason, mall_id=1)

    with capture_logs() as logs:
        borne = [bear('10.0.0.1', reason) for reason in ('too old', 'too old', 'unsigned', 'unsigned')]
        assert bear('10.0.0.2', 'too old')
    assert borne == [True, True, True, False]
    assert [(line['address'], line['why']) for line in logs] == [
        ('10.0.0.1', 'too old'), ('10.0.0.1', 'unsigned'), ('10.0.0.2', 'too old'),
    ]  # fmt: skip


@given(host=st.ip_addresses(v=6, network='2001:db8:1:2::/64'))
def test_law_an_ipv6_network_counts_as_one(host: object) -> None:
    assert network_of(str(host)) == '2001:db8:1:2::/64'


@given(host=st.ip_addresses(v=4))
def test_law_an_ipv4_address_counts_for_itself(host: object) -> None:
    assert network_of(str(host)) == network_of(f'::ffff:{host}') == str(host)


def test_what_is_no_address_is_taken_as_it_is() -> None:
    assert network_of('unix socket') == 'unix socket'
