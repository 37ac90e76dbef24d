"""The protocol of WeChat Pay v3 (微信支付), whatever is asked over it: signed calls, verified notices, files.

Signatures and AES-GCM are wechatpayv3's; it is called below its own wrappers, some of which build wrong requests.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType

from integrations.payments.client import FRESH, TIMEOUT_S, ChannelRefused, NoticeForged
from integrations.payments.reach import Reach
from integrations.payments.settings import WechatPaySettings

ASK_AGAIN_S = 600.0


class WechatV3:
    """One merchant's signed line to WeChat Pay."""

    def __init__(self, settings: WechatPaySettings) -> None:
        self._settings = settings
        self._reach = Reach('wechat')
        self._lock = threading.Lock()
        self._asked_at = float('-inf')

    def call(self, path: str, data: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and answer; status 0 where no trustworthy answer came."""
        method = RequestType.GET if data is None else RequestType.POST
        try:
            status, text = self._wx._core.request(path, method=method, data=data)
        except Exception as error:  # what requests raises, and the bare Exception of an answer that is not signed
            self._reach.lost(path.partition('?')[0], type(error).__name__)
            return 0, {}
        self._reach.answered()
        try:
            return status, orjson.loads(text) if text else {}
        except orjson.JSONDecodeError:
            return status, {}

    def sign(self, words: Sequence[str]) -> str:
        """The merchant's signature of lines, for what a mini-program hands on."""
        return str(self._wx.sign(list(words)))

    def verified(self, headers: Mapping[str, str], body: bytes, now: datetime) -> dict[str, Any]:
        """The notice, decrypted. Age and key are looked at first: unknown keys make us ask for certificates at most
        every ten minutes.

        :raises NoticeForged: when key, age, signature or encryption do not hold.
        """
        if not self._knows(headers.get('wechatpay-serial', '')):
            raise NoticeForged(reason='signed by an unknown key')
        stamp = headers.get('wechatpay-timestamp', '')
        if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > FRESH.total_seconds():
            raise NoticeForged(reason='too old')
        try:
            told = self._wx.callback(dict(headers), body)
        except Exception as error:  # the library raises bare Exception, and whatever its parsers do
            raise NoticeForged(reason=type(error).__name__) from error
        if not told:
            raise NoticeForged(reason='the signature or the encryption does not hold')
        return dict(told)

    def file(self, url: str) -> str:
        """The text of a bill.

        :raises ChannelRefused:
        """
        status, content = self._wx.download_bill(url)
        if status != 200:
            raise ChannelRefused(reason=f'the bill did not come: {status}')
        return content.decode('utf-8-sig') if isinstance(content, bytes) else str(content)

    def _knows(self, serial: str) -> bool:
        """Whether a signing key is WeChat Pay's: by its name, or by the certificates (平台证书) that it hands out."""
        if self._settings.public_key_id:
            return serial == self._settings.public_key_id
        with self._lock:
            if serial.upper() in self._serials():
                return True
            if time.monotonic() - self._asked_at < ASK_AGAIN_S:
                return False
            self._asked_at = time.monotonic()
            try:
                self._wx._core._update_certificates()
            except Exception as error:  # whatever requests and the library raise
                self._reach.lost('/v3/certificates', type(error).__name__)
            return serial.upper() in self._serials()

    def _serials(self) -> set[str]:
        now = datetime.now(UTC)
        known = self._wx._core._certificates
        return {f'{one.serial_number:X}' for one in known if one.not_valid_before_utc <= now <= one.not_valid_after_utc}

    @cached_property
    def _wx(self) -> WeChatPay:
        """NOTE: without a public key the library would ask for certificates at the real gateway before it can be told
        of another; it is given our own to begin with, which is taken away again.
        """
        given, private = self._settings, self._settings.private_key.get_secret_value()
        client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=given.mchid,
            private_key=private,
            cert_serial_no=given.certificate_serial,
            appid=given.appid,
            apiv3_key=given.api_v3_key.get_secret_value(),
            public_key=given.public_key or _public(private),
            public_key_id=given.public_key_id,
            timeout=TIMEOUT_S,
        )
        client._core._gate_way = given.gateway.rstrip('/')
        if not given.public_key_id:
            client._core._public_key = client._core._public_key_id = None
        return client


def _public(private: str) -> str:
    key = serialization.load_pem_private_key(private.encode(), None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
