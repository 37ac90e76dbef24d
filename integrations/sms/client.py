"""Sends a text message over HTTP, signed.

Chinese providers (阿里云, 腾讯云 …) take a number, the code of an approved template and its parameters; each signs in
its own way. This speaks the common part; fit `_signed` to the provider's contract.
"""

import hashlib
import hmac
import time

import httpx
import orjson
import structlog

from domain.members.ports import SmsUnavailable
from integrations.sms.settings import SmsSettings

log = structlog.get_logger(__name__)

TIMEOUT_S = 5.0


class HttpSms:
    """`SmsPort` over HTTP. Neither number nor code reaches a log."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    def send_code(self, phone: str, code: str, *, minutes: int) -> None:
        """Sends a one-time code.

        :raises SmsUnavailable: without a gateway, or when it does not take the message.
        """
        if not self._settings.gateway:
            raise SmsUnavailable
        facts = {'phone': phone, 'template': self._settings.template, 'params': {'code': code, 'minutes': minutes}}
        body = orjson.dumps(facts)
        try:
            answer = httpx.post(self._settings.gateway, content=body, headers=self._signed(body), timeout=TIMEOUT_S)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning('the text message was not taken', why=type(error).__name__)
            raise SmsUnavailable from error

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        return {
            'content-type': 'application/json',
            'x-timestamp': stamp,
            'x-signature': signature(self._settings.secret.get_secret_value(), stamp, body),
        }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over time stamp and body, in hexadecimal."""
    return hmac.new(secret.encode(), stamp.encode() + b'\n' + body, hashlib.sha256).hexdigest()
