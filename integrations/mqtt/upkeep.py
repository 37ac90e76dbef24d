"""What the ingest does every few seconds for each mall: find silent devices, and try quarantined messages again."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from domain.devices.alarms import watch_silence
from domain.devices.commands import DeviceId, QuarantineId, SentReadings
from domain.devices.intake import admit
from domain.devices.quarantine import Retry, expire, settle_retries, take_retries
from domain.devices.queries import resolve_devices
from domain.devices.views import Admitted
from domain.shared.actor import MallId, system_actor
from domain.shared.database import Scope, Session, transaction
from domain.shared.errors import DatabaseUnavailable
from domain.shared.operations import perform
from integrations.mqtt.committer import Committer
from integrations.mqtt.decoding import decode
from integrations.mqtt.inbox import Incoming
from integrations.mqtt.recording import ACTOR, Read, record_admitted

log = structlog.get_logger(__name__)


class Upkeep:
    """Runs in a thread, beside the batches."""

    def __init__(self, committer: Committer, malls: Sequence[str]) -> None:
        self._committer = committer
        self._served = frozenset(malls)

    def run(self) -> None:
        """Look after every mall of the slot; while the database is away there is nothing to do."""
        try:
            for code, mall_id in self._committer.malls().items():
                if not self._served or code in self._served:
                    self._look_after(code, mall_id)
        except DatabaseUnavailable:
            return

    def _look_after(self, code: str, mall_id: MallId) -> None:
        now = datetime.now(UTC)
        silent = perform(watch_silence, actor=system_actor(ACTOR, mall_id), now=now)
        if silent:
            log.warning('devices fell silent', mall=code, devices=len(silent))
        with transaction(Scope(mall_id=mall_id, actor_name=ACTOR)) as session:
            retry_quarantined(session, mall_id, now)
            expired = expire(session, mall_id=mall_id, now=now)
        if expired:
            log.warning('quarantined messages expired after 30 days', mall=code, messages=expired)


def retry_quarantined(session: Session, mall_id: MallId, now: datetime) -> None:
    """Try the messages that a person marked, and say what became of each."""
    released: list[QuarantineId] = []
    failed: list[tuple[QuarantineId, str]] = []
    for retry in take_retries(session, mall_id=mall_id):
        trouble = _try_again(session, mall_id, retry, now)
        if trouble:
            failed.append((retry.id, trouble))
        else:
            released.append(retry.id)
    if released or failed:
        settle_retries(session, mall_id=mall_id, released=released, failed=failed)
        log.info('quarantined messages tried again', released=len(released), failed=len(failed))


def _try_again(session: Session, mall_id: MallId, retry: Retry, now: datetime) -> str:
    """Record a message's readings; give what is still wrong with it, or nothing."""
    decoded = decode(retry.topic, retry.payload)
    read = Read(Incoming(retry.topic, retry.payload, retry.received_at, False), decoded, may_be_delayed=True)
    if decoded.rejections or decoded.envelope is None or decoded.topic is None:
        return '; '.join(rejection.detail for rejection in decoded.rejections) or 'a status is of no use later'
    device = resolve_devices(session, mall_id=mall_id, codes=[decoded.topic.device_code])
    if not device:
        return f'there is still no device {decoded.topic.device_code!r}'
    if retry.is_counted:
        admitted = _as_counted(read, device[decoded.topic.device_code], retry)
    else:
        admission = admit(session, mall_id=mall_id, messages=[_sent(read)], now=now)
        if admission.refused:
            return '; '.join(f'{refused.reason}: {refused.detail}' for refused in admission.refused)
        admitted = admission.admitted
    rejected = [one for result in record_admitted(session, mall_id, [read], admitted) for one in result.rejected]
    return '; '.join(sorted({f'{one.code}: {one.reason}' for one in rejected}))


def _as_counted(read: Read, device_id: DeviceId, retry: Retry) -> list[Admitted]:
    """Admit without asking for the numbers: they were counted when the message was set aside.

    A person who releases a message with a wrong clock trusts the skew that was measured then.
    """
    correction = retry.skew if retry.reason == 'clock_skew' else timedelta(0)
    return [Admitted(device_id, 0, reading, correction) for reading in _readings(read)]


def _readings(read: Read) -> Iterable[object]:
    assert read.decoded.envelope is not None
    return read.decoded.envelope.readings


def _sent(read: Read) -> SentReadings:
    topic, envelope = read.decoded.topic, read.decoded.envelope
    assert topic is not None
    assert envelope is not None
    return SentReadings(
        device_code=topic.device_code,
        epoch=envelope.epoch,
        sent_at=envelope.sent_at,
        received_at=read.incoming.received_at,
        readings=envelope.readings,
        key=0,
        oldest=None,
        may_be_delayed=True,
    )
