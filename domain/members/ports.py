"""What members need of the outside: somebody who sends a text message."""

from typing import Protocol

from domain.shared.errors import DomainError


class SmsUnavailable(DomainError):
    code = 'members.sms_unavailable'
    status = 503
    zh = '短信暂时无法发送，请稍后再试。'
    en = 'Text messages cannot be sent at the moment. Please try again later.'


class SmsPort(Protocol):
    """An adapter in `integrations/sms`."""

    def send_code(self, phone: str, code: str, *, minutes: int) -> None:
        """Sends a one-time code.

        :raises SmsUnavailable:
        """
