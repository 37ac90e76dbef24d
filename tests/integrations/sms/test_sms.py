"""Text messages over the wire."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from domain.members.ports import SmsUnavailable
from integrations.simulator.smsgate import SmsGate
from integrations.sms.client import HttpSms
from integrations.sms.settings import SmsSettings
from tests.integrations.brokers import free_port
from tests.integrations.payments.conftest import serving

SECRET = 'a secret of the tests'


@pytest.fixture
def gate() -> SmsGate:
    return SmsGate(SECRET)


@pytest.fixture
def address(gate: SmsGate) -> Iterator[str]:
    with serving(Starlette(routes=[gate.mount('/sms')]), free_port()) as served:
        yield f'{served}/sms/send'


def sms(address: str, secret: str = SECRET) -> HttpSms:
    return HttpSms(SmsSettings(gateway=address, secret=SecretStr(secret)))


def test_a_code_arrives(gate: SmsGate, address: str) -> None:
    sms(address).send_code('+8619900001234', '424242', minutes=5)

    assert gate.last_code('+8619900001234') == '424242'


@pytest.mark.parametrize('fault', ['another secret', 'down', 'nobody there', 'none set up'])
def test_what_does_not_arrive_is_said(gate: SmsGate, address: str, fault: str) -> None:
    gate.is_down = fault == 'down'
    wrong = {'nobody there': f'http://127.0.0.1:{free_port()}/', 'none set up': ''}.get(fault, address)

    with pytest.raises(SmsUnavailable):
        sms(wrong, 'wrong' if fault == 'another secret' else SECRET).send_code('+8619900001234', '1', minutes=5)

    assert list(gate.messages) == []
