"""Whether messages may have waited at the broker: then their sending time says nothing of the device's clock."""

from datetime import datetime, timedelta

FRESH = timedelta(seconds=5)


class Backlog:
    """Follows one connection. A broker delivers in order, so the first fresh message ends what had piled up."""

    def __init__(self) -> None:
        self._may_remain = True

    def fell_behind(self) -> None:
        """The worker was away, or could not keep up: the broker may have queued."""
        self._may_remain = True

    def caught_up(self) -> None:
        """The broker had nothing more to bring."""
        self._may_remain = False

    def may_have_waited(self, sent_at: datetime, received_at: datetime) -> bool:
        """Say whether this message, next in the order of arrival, may have waited."""
        if self._may_remain and abs(received_at - sent_at) <= FRESH:
            self._may_remain = False
        return self._may_remain
