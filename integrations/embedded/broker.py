"""An MQTT broker inside the process, for the demo and the tests: amqtt with passwords and topic rules.

What it does not do: it keeps nothing on disk, so when it dies, messages on their way and retained ones are gone
(devices send again what was not acknowledged); it forgets a message that its receiver has not acknowledged within
5 s, even if the receiver is alive; it knows neither MQTT 5 nor shared subscriptions, and carries about 1,000
messages a second. For a mall, run Mosquitto with ``mosquitto.conf`` beside this file.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from amqtt.broker import Broker
from amqtt.contexts import Action, BaseContext
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from domain.devices.credentials import hash_secret, is_hashed, verify_secret
from integrations.embedded.access import may_hear, may_publish

log = logging.getLogger(__name__)


class Passwords(BaseAuthPlugin):
    """User names and hashed secrets, the same as in Mosquitto's password file."""

    async def authenticate(self, *, session: Session) -> bool:
        """Let in who knows the secret."""
        hashed = self.config.hashes.get(session.username or '')
        return hashed is not None and verify_secret(session.password or '', hashed)

    @dataclass
    class Config:
        """Hashed secret by user name."""

        hashes: dict[str, str] = field(default_factory=dict)


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


class TakingOver(Broker):
    """amqtt with a session that lives on when a new connection has taken it over.

    NOTE: in amqtt 0.12.1 the old connection's end marks the session as disconnected, also when its client has
    connected again meanwhile: a lasting session, as the ingest's, would be kept waiting for ever for what comes.
    """

    def __init__(self, config: dict[str, object]) -> None:
        super().__init__(config)
        self._ended: WeakSet[BrokerProtocolHandler] = WeakSet()

    async def _handle_disconnect(
        self, client_session: Session, handler: BrokerProtocolHandler, disconnect_waiter: asyncio.Future[Any]
    ) -> None:
        self._ended.add(handler)
        await super()._handle_disconnect(client_session, handler, disconnect_waiter)
        successor = self._get_handler(client_session)
        if successor is not None and successor not in self._ended and client_session.transitions.is_disconnected():
            client_session.transitions.connect()
            await self._publish_session_retained_messages(client_session)


class EmbeddedBroker:
    """The broker as a context manager of the running event loop."""

    def __init__(self, *, port: int, accounts: Mapping[str, str], host: str = '127.0.0.1') -> None:
        """``accounts``: secret, or hashed secret as the registry keeps it, by user name."""
        self.host = host
        self.port = port
        self._hashes = {user: secret if is_hashed(secret) else hash_secret(secret) for user, secret in accounts.items()}
        self._broker: TakingOver | None = None

    async def start(self) -> None:
        """Listen.

        :raises amqtt.errors.BrokerError: when the port is taken.
        """
        self._broker = TakingOver(self._config())
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

    def _config(self) -> dict[str, object]:
        return {
            'listeners': {'default': {'type': 'tcp', 'bind': f'{self.host}:{self.port}'}},
            'plugins': {
                f'{__name__}.{Passwords.__name__}': {'hashes': self._hashes},
                f'{__name__}.{TopicRules.__name__}': {},
            },
        }
