"""Meters that somebody walks to: a light box, a kiosk's tap, a screen. What happens to such meters has happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.shared.actor import Actor, TenantId
from domain.shared.database import Session
from domain.utilities.commands import (
    HandOverMeter,
    MeterId,
    NewReading,
    ReadingKind,
    RecordReadings,
    RegisterMeter,
    ReplaceMeter,
)
from domain.utilities.operations import hand_over_meter, record_readings, register_meter, replace_meter

Holders = Mapping[str, tuple[TenantId, int]]
ROLLS_OVER, REPLACED, ESTIMATED = 'E-AD-01', 'E-K-03', 'E-LED-02'
ROLLED_DAYS_AGO, REPLACED_DAYS_AGO, READ_EVERY = 9, 12, 7
BOX_MILLI, KIOSK_MILLI, SCREEN_MILLI = 31_400, 18_600, 44_250  # a day


def read_by_hand(
    session: Session, *, actor: Actor, holders: Holders, midnights: Sequence[datetime], now: datetime
) -> int:
    """Registers them, tells their weeks, and gives them to shops. `midnights` go back in time. Returns how many."""
    _roll_over(session, actor, holders, midnights, now)
    _replace(session, actor, holders, midnights, now)
    _estimate(session, actor, holders, midnights, now)
    return 3


def _roll_over(session: Session, actor: Actor, holders: Holders, midnights: Sequence[datetime], now: datetime) -> None:
    """A five-digit register that passed 99,999 some days ago, read every day."""
    end = 10**5 * 1_000
    meter = _made(session, actor, ROLLS_OVER, 5, '正立面灯箱', now)
    first = end - BOX_MILLI * (len(midnights) - ROLLED_DAYS_AGO) + BOX_MILLI // 2
    for number, at in enumerate(reversed(midnights)):
        flowed = first + BOX_MILLI * number
        kind = ReadingKind.ROLLOVER if flowed >= end > flowed - BOX_MILLI else ReadingKind.ACTUAL
        _read(session, actor, ROLLS_OVER, at, flowed % end, now, kind)
    _give(session, actor, meter, holders.get('b1-01'), midnights[-1], first % end, now)


def _replace(session: Session, actor: Actor, holders: Holders, midnights: Sequence[datetime], now: datetime) -> None:
    """A device that stood still was changed; the new one did not begin at nothing."""
    meter = _made(session, actor, REPLACED, 5, 'F1 中岛 3 号', now)
    begins, new = 1_845_200, 700
    for days_ago in range(len(midnights) - 1, REPLACED_DAYS_AGO, -READ_EVERY):
        _read(session, actor, REPLACED, midnights[days_ago], _since(begins, midnights, days_ago, KIOSK_MILLI), now)
    at = midnights[REPLACED_DAYS_AGO] + timedelta(hours=10)
    final = _since(begins, midnights, REPLACED_DAYS_AGO, KIOSK_MILLI)
    replace_meter(session, actor=actor, now=now, command=ReplaceMeter(
        meter_id=meter, at=at, final_milli=final, initial_milli=new
    ))  # fmt: skip
    for days_ago in range(REPLACED_DAYS_AGO - 1, -1, -READ_EVERY):
        passed = (REPLACED_DAYS_AGO - days_ago) * KIOSK_MILLI
        _read(session, actor, REPLACED, midnights[days_ago], new + passed, now)
    _give(session, actor, meter, holders.get('f1-03'), midnights[-1], begins, now)


def _estimate(session: Session, actor: Actor, holders: Holders, midnights: Sequence[datetime], now: datetime) -> None:
    """Nobody came to the last one: the cabinet was locked."""
    meter = _made(session, actor, ESTIMATED, 6, 'F2 中庭 LED 屏', now)
    begins = 20_112_000
    days = range(len(midnights) - 1, -1, -READ_EVERY)
    for days_ago in days:
        kind = ReadingKind.ESTIMATE if days_ago == days[-1] else ReadingKind.ACTUAL
        shown = _since(begins, midnights, days_ago, SCREEN_MILLI)
        _read(session, actor, ESTIMATED, midnights[days_ago], shown, now, kind)
    _give(session, actor, meter, holders.get('f2-01'), midnights[-1], begins, now)


def _since(begins: int, midnights: Sequence[datetime], days_ago: int, daily: int) -> int:
    return begins + (len(midnights) - 1 - days_ago) * daily


def _made(session: Session, actor: Actor, code: str, digits: int, place: str, now: datetime) -> MeterId:
    command = RegisterMeter(code=code, utility='electricity', digits=digits, place=place)
    return register_meter(session, actor=actor, command=command, now=now).id


def _read(
    session: Session, actor: Actor, code: str, at: datetime, register: int, now: datetime,
    kind: ReadingKind = ReadingKind.ACTUAL,
) -> None:  # fmt: skip
    reading = NewReading(meter_code=code, read_at=at, register_milli=register, kind=kind)
    record_readings(session, actor=actor, command=RecordReadings(source='hand', readings=(reading,)), now=now)


def _give(
    session: Session, actor: Actor, meter: MeterId, holder: tuple[TenantId, int] | None, at: datetime, register: int,
    now: datetime,
) -> None:  # fmt: skip
    if holder is not None:
        hand_over_meter(session, actor=actor, now=now, command=HandOverMeter(
            meter_id=meter, at=at, register_milli=register, tenant_id=holder[0], lease_id=holder[1],
        ))  # fmt: skip
