"""The demo's past hazards: what its cameras hinted at in the last two weeks, and what people made of it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.devices.queries import list_devices
from domain.safety.commands import HazardId, HazardKind, HazardReading, Reason, ReviewHazard
from domain.safety.operations import review_hazard
from domain.safety.queries import list_hazards
from domain.safety.recording import record_hazards
from domain.shared.actor import MallId, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import ask, perform
from integrations.demo.cameras import DRAWN

DAYS, WAITING = 14, 3
FIRST_NUMBER = 2**61  # of the readings: the cameras count their own from 1 and never come as far
FALSE = {
    HazardKind.FLAME: (Reason.LIGHT, Reason.CLOTHING),
    HazardKind.SMOKE: (Reason.STEAM, Reason.LIGHT),
    HazardKind.ABANDONED: (Reason.OWNED, Reason.STAFF),
    HazardKind.FALL: (Reason.OTHER, Reason.STAFF),
    HazardKind.DENSITY: (Reason.SHORT,),
    HazardKind.INFLOW: (Reason.SHORT,),
}
LIMITS = {HazardKind.DENSITY: 4.0, HazardKind.INFLOW: 60.0, HazardKind.FLAME: 1.5, HazardKind.SMOKE: 4.0}
GUARD = '周毅'


def seed_hazards(mall_id: MallId, now: datetime) -> int:
    """Two weeks of hazards, the oldest reviewed, the last ones waiting; answers how many."""
    chance = random.Random(17)  # noqa: S311 - a demo's dice
    actor = system_actor('seeder', mall_id)
    ids = {device.code: device.id for device in ask(list_devices, actor=actor)}
    with transaction(Scope(mall_id=mall_id, actor_name='seeder')) as session:
        for index, (device_id, reading) in enumerate(_past(ids, chance, now)):
            record_hazards(session, mall_id=mall_id, readings=_words(device_id, reading, FIRST_NUMBER + 2 * index))
    hazards = ask(list_hazards, actor=actor, limit=200).rows
    for hazard in sorted(hazards, key=lambda each: each.raised_at)[:-WAITING]:
        took = timedelta(seconds=chance.randint(14, 160))
        _review(mall_id, hazard.id, hazard.kind, chance, hazard.raised_at + took)
    return len(hazards)


def _past(
    ids: dict[str, int], chance: random.Random, now: datetime
) -> Iterator[tuple[int, tuple[str, HazardKind, datetime]]]:
    for camera in DRAWN:
        for code, kind in camera.hazards if camera.code in ids else ():
            for _ in range(chance.randint(2, 5)):
                at = now - timedelta(minutes=chance.randint(20, DAYS * 24 * 60))
                yield ids[camera.code], (code, HazardKind(kind), at)


def _words(device_id: int, said: tuple[str, HazardKind, datetime], seq: int) -> list[HazardReading]:
    code, kind, at = said
    limit = LIMITS.get(kind, 5.0)

    def word(number: int, edge: str, moment: datetime, value: float) -> HazardReading:
        return HazardReading(
            device_id=device_id,
            seq=number,
            occurred_at=moment,
            received_at=moment,
            hazard=code,
            kind=kind,
            edge=edge,  # type: ignore[arg-type]
            alarm=f'past-{seq}',
            value=value,
            limit=limit,
        )

    return [word(seq, 'raised', at, limit * 1.15), word(seq + 1, 'cleared', at + timedelta(seconds=75), limit * 0.4)]


def _review(mall_id: MallId, hazard_id: HazardId, kind: HazardKind, chance: random.Random, at: datetime) -> None:
    is_real = kind in (HazardKind.DENSITY, HazardKind.INFLOW) or chance.random() < 0.15
    command = ReviewHazard(
        hazard_id=hazard_id,
        verdict='confirmed' if is_real else 'dismissed',
        reason=Reason.REAL if is_real else chance.choice(FALSE[kind]),
    )
    actor = system_actor(GUARD, mall_id)
    perform(review_hazard, actor=actor, command=command, now=at)
