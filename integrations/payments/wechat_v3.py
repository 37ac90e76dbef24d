"""The protocol of WeChat Pay v3 (微信支付), whatever is asked over it: signed calls, verified notices, files.

Signatures and AES-GCM are wechatpayv3's; it is called below its own wrappers, some of which build wrong requests.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType

from integrations.payments.client import FRESH, TIMEOUT_S, ChannelRefused, NoticeForged
from integrations.payments.reach import Reach
from integrations.payments.settings import WechatPaySettings


class WechatV3:
    """One merchant's signed line to WeChat Pay."""

    def __init__(self, settings: WechatPaySettings) -> None:
        self._settings = settings
        self._reach = Reach('wechat')

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
        """The notice, decrypted. Age and key are looked at first: an unknown key never makes us call out.

        :raises NoticeForged: when key, age, signature or encryption do not hold.
        """
        if headers.get('wechatpay-serial') != self._settings.public_key_id:
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

    @cached_property
    def _wx(self) -> WeChatPay:
        given = self._settings
        client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=given.mchid,
            private_key=given.private_key.get_secret_value(),
            cert_serial_no=given.certificate_serial,
            appid=given.appid,
            apiv3_key=given.api_v3_key.get_secret_value(),
            public_key=given.public_key,
            public_key_id=given.public_key_id,
            timeout=TIMEOUT_S,
        )
        client._core._gate_way = given.gateway.rstrip('/')
        return client
