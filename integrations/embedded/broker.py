"""An MQTT broker inside the process, for the demo and the tests: amqtt with passwords and topic rules.

What it does not do: it keeps nothing on disk, so when it dies, messages on their way and retained ones are gone
(devices send again what was not acknowledged); it forgets a message that its receiver has not acknowledged within
5 s, even if the receiver is alive; it knows neither MQTT 5 nor shared subscriptions, and carries about 1,000
messages a second. For a mall, run Mosquitto with ``mosquitto.conf`` beside this file.
"""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from amqtt.broker import Broker
from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseTopicPlugin
from amqtt.session import Session

from integrations.embedded.access import may_hear, may_publish, write_password_file

log = logging.getLogger(__name__)


class TopicRules(BaseTopicPlugin):
    """The rules of ``access`` as a plugin of the broker."""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._told: set[tuple[str, str]] = set()

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Allow or refuse; a refusal is told once per user and topic, since amqtt drops it without a word."""
        username = (session.username if session else None) or ''
        allowed = (may_publish if action == Action.PUBLISH else may_hear)(username, topic or '')
        if not allowed and action != Action.RECEIVE and (username, topic or '') not in self._told:
            self._told.add((username, topic or ''))
            log.warning('broker refused: user %r may not %s %r', username, action, topic)
        return allowed

    @dataclass
    class Config:
        """Needs none: the rules follow from the user names."""


class EmbeddedBroker:
    """The broker as a context manager of the running event loop."""

    def __init__(self, *, port: int, accounts: Mapping[str, str], host: str = '127.0.0.1') -> None:
        """``accounts``: secret by user name; a device's user name is ``{mall_code}/{device_code}``."""
        self.host = host
        self.port = port
        self._accounts = dict(accounts)
        self._broker: Broker | None = None

    async def start(self) -> None:
        """Listen.

        :raises amqtt.errors.BrokerError: when the port is taken.
        """
        with tempfile.TemporaryDirectory(prefix='atrium-broker-') as folder:
            passwords = Path(folder) / 'passwords'
            write_password_file(passwords, self._accounts)
            self._broker = Broker(self._config(passwords))
        await self._broker.start()

    async def stop(self) -> None:
        """Close every connection; what is on its way is gone."""
        if self._broker is not None:
            await self._broker.shutdown()
            self._broker = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _config(self, passwords: Path) -> dict[str, object]:
        return {
            'listeners': {'default': {'type': 'tcp', 'bind': f'{self.host}:{self.port}'}},
            'plugins': {
                'amqtt.plugins.authentication.FileAuthPlugin': {'password_file': str(passwords)},
                f'{__name__}.{TopicRules.__name__}': {},
            },
        }
