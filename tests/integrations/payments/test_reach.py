"""A channel that falls silent is said once, and once when it answers again, however often it is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from domain.payments.ports import Outcome
from integrations.payments.gateway import channels_of
from integrations.payments.reach import UNANSWERED, Reach
from integrations.payments.settings import PaymentSettings
from integrations.simulator.paygate.app import Paygate
from tests.integrations.payments.conftest import keys, paygate, ports, serving, settings

__all__ = ['keys', 'paygate', 'ports', 'settings']


def counted(channel: str) -> float:
    return float(UNANSWERED.labels(channel)._value.get())


def test_many_calls_into_silence_are_one_line_and_all_are_counted() -> None:
    reach, before = Reach('wechat'), counted('wechat')
    with capture_logs() as said:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: reach.lost('/v3/pay', 'ConnectError'), range(40)))
        reach.answered()
        reach.answered()
    assert [line['event'] for line in said] == [
        'a payment channel does not answer', 'a payment channel answers again',
    ]  # fmt: skip
    assert said[1]['unanswered'] == 40
    assert counted('wechat') - before == 40


@pytest.mark.parametrize('name', ['wechat', 'alipay', 'unionpay'])
def test_each_channel_tells_its_silence_once_and_its_return(
    settings: PaymentSettings, paygate: Paygate, ports: tuple[int, int], name: str
) -> None:
    channel = channels_of(settings)(1)[name]  # type: ignore[index]
    with capture_logs() as said:
        for _ in range(3):
            assert channel.query('nobody').outcome is not Outcome.PAID
        with serving(paygate.application(), ports[0]):
            channel.query('nobody')
    assert [line['event'] for line in said if line.get('channel') == name] == [
        'a payment channel does not answer', 'a payment channel answers again',
    ]  # fmt: skip
