"""UnionPay QR (银联二维码) over an acquirer's aggregated interface.

No acquirer publishes one interface for all, so this is the smallest that the others map onto: JSON over POST, each
message signed by HMAC-SHA256 over method, path, time stamp, nonce and body. Adapt `_call` and `read_notice` to the
contract; what stands around them stays.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from domain.payments.commands import BillLine, ImportBill, PaymentNotice
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from integrations.payments.client import FRESH, TIMEOUT_S, ChannelRefused, NoticeForged, Reply
from integrations.payments.reach import Reach
from integrations.payments.settings import AcquirerSettings

STATES = {'paid': Outcome.PAID, 'paying': Outcome.PENDING, 'created': Outcome.PENDING, 'closed': Outcome.CLOSED}
PENDING = PayAnswer(outcome=Outcome.PENDING)


def signature(secret: str, method: str, path: str, stamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA256 over the lines of a message, in hexadecimal."""
    words = f'{method}\n{path}\n{stamp}\n{nonce}\n'.encode() + body
    return hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()


class AcquirerChannel:
    """One mall's UnionPay."""

    name = 'unionpay'

    def __init__(self, settings: AcquirerSettings, *, notify_url: str) -> None:
        self._settings = settings
        self._notify_url = notify_url
        self._reach = Reach('unionpay')

    @property
    def merchant(self) -> str:
        return self._settings.merchant

    def pay(self, request: PayRequest) -> PayAnswer:
        """Charges a scanned code, or shows one; a lost answer is `PENDING`."""
        order = {
            'out_no': request.out_no,
            'fen': request.fen,
            'subject': request.subject,
            'notify_url': self._notify_url,
        }
        told = self._call('/pay', order | ({'auth_code': request.auth_code} if request.auth_code else {}))
        if told.get('state') == 'created':
            return PayAnswer(outcome=Outcome.PENDING, show=told.get('qr', ''))
        return _answer(told)

    def query(self, out_no: str) -> PayAnswer:
        """What became of an attempt."""
        return _answer(self._call('/query', {'out_no': out_no}))

    def cancel(self, out_no: str) -> PayAnswer:
        """撤销."""
        answer = _answer(self._call('/cancel', {'out_no': out_no}))
        return answer if answer.outcome is not Outcome.PENDING else PayAnswer(outcome=Outcome.UNKNOWN)

    def refund(self, request: RefundRequest) -> Outcome:
        """Gives money back; the same number asked twice is one refund."""
        told = self._call(
            '/refund', {'out_no': request.out_no, 'out_refund_no': request.out_refund_no, 'fen': request.refund_fen}
        )
        return Outcome.PAID if told.get('state') == 'refunded' else Outcome.UNKNOWN

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentNotice | None:
        """The verified notice of a payment."""
        stamp, nonce = headers.get('x-timestamp', ''), headers.get('x-nonce', '')
        if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > FRESH.total_seconds():
            raise NoticeForged(reason='too old')
        wanted = signature(self._secret, 'POST', urlsplit(self._notify_url).path, stamp, nonce, body)
        if not hmac.compare_digest(wanted, headers.get('x-signature', '')):
            raise NoticeForged(reason='the signature does not hold')
        told = orjson.loads(body)
        if told.get('merchant') != self.merchant or told.get('currency', 'CNY') != 'CNY':
            raise NoticeForged(reason='another merchant or currency')
        if told.get('state') != 'paid':
            return None
        return PaymentNotice(
            channel=self.name,
            merchant=told['merchant'],
            out_no=told['out_no'],
            transaction_no=told['transaction_id'],
            fen=int(told['fen']),
            paid_at=datetime.fromisoformat(told['paid_at']),
        )

    def reply(self, *, is_taken: bool) -> Reply:
        """200 ends the notice."""
        return Reply(200, b'{"ok":true}') if is_taken else Reply(503, b'{"ok":false}')

    def bill(self, day: date) -> ImportBill | None:
        """The bill of a day."""
        told = self._call('/bill', {'day': day.isoformat()})
        if 'lines' not in told:
            raise ChannelRefused(reason='no answer')
        lines = tuple(BillLine(out_no=row['out_no'], fen=row['fen'], fee_fen=row['fee_fen']) for row in told['lines'])
        return ImportBill(channel=self.name, bill_on=day, lines=lines, settled_fen=told.get('settled_fen'))

    @property
    def _secret(self) -> str:
        return self._settings.secret.get_secret_value()

    def _call(self, path: str, facts: dict[str, Any]) -> dict[str, Any]:
        """The verified answer; empty where no trustworthy one came."""
        url = self._settings.gateway.rstrip('/') + path
        body = orjson.dumps(facts | {'merchant': self.merchant})
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signed = signature(self._secret, 'POST', urlsplit(url).path, stamp, nonce, body)
        headers = {'x-timestamp': stamp, 'x-nonce': nonce, 'x-signature': signed, 'content-type': 'application/json'}
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_S[1])
        except httpx.HTTPError as error:
            self._reach.lost(path, type(error).__name__)
            return {}
        wanted = signature(self._secret, 'ANSWER', urlsplit(url).path, stamp, nonce, answer.content)
        if not hmac.compare_digest(wanted, answer.headers.get('x-signature', '')):
            self._reach.lost(path, 'not signed')
            return {}
        self._reach.answered()
        return dict(orjson.loads(answer.content))


def _answer(told: Mapping[str, Any]) -> PayAnswer:
    outcome = STATES.get(told.get('state', ''), Outcome.PENDING)
    if outcome is not Outcome.PAID:
        return PayAnswer(outcome=outcome)
    return PayAnswer(
        outcome=outcome,
        transaction_no=told['transaction_id'],
        fen=int(told['fen']),
        paid_at=datetime.fromisoformat(told['paid_at']),
    )
