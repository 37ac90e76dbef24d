"""From the wire's readings to those of footfall, safety and utilities, with the device's clock corrected."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.devices.views import Admitted
from domain.footfall.commands import CrossingReading, DeviceState, HealthReading, PresenceReading, VisitReading
from domain.safety.commands import HazardReading
from domain.utilities.commands import MeterReport
from integrations.mqtt.topics import Channel

MILLI = 1_000
_PICTURES = {state.value: state for state in DeviceState}


def crossing(admitted: Admitted, received_at: datetime) -> CrossingReading:
    """Translate one person's step over a line."""
    said: Any = admitted.reading
    return CrossingReading(
        device_id=admitted.device_id,
        seq=said.seq,
        occurred_at=said.at - admitted.correction if admitted.correction else said.at,
        received_at=received_at,
        line=said.line,
        direction=said.direction,
        track=said.track,
        group=said.group,
        band=said.band,
        staff=tuple(said.staff),
        reported_at=said.at,
    )


def visit(admitted: Admitted, received_at: datetime) -> VisitReading:
    """Translate one stay."""
    said: Any = admitted.reading
    return VisitReading(
        device_id=admitted.device_id,
        seq=said.seq,
        received_at=received_at,
        zone=said.zone,
        track=said.track,
        entered_at=said.entered_at - admitted.correction,
        left_at=said.left_at - admitted.correction,
        staff=tuple(said.staff),
        reported_at=said.at,
    )


def presence(admitted: Admitted, received_at: datetime) -> PresenceReading:
    """Translate one minute of a floor."""
    said: Any = admitted.reading
    return PresenceReading(
        device_id=admitted.device_id,
        seq=said.seq,
        occurred_at=said.at - admitted.correction,
        received_at=received_at,
        floor=said.floor,
        cells=tuple(said.cells),
        cell_m=said.cell_m,
        reported_at=said.at,
    )


def health(admitted: Admitted, received_at: datetime) -> HealthReading:
    """Translate one minute of a device's own watch over itself."""
    said: Any = admitted.reading
    return HealthReading(
        device_id=admitted.device_id,
        seq=said.seq,
        occurred_at=said.at - admitted.correction,
        received_at=received_at,
        observed_s=said.observed_s,
        state=_PICTURES[said.state],
        reported_at=said.at,
    )


def hazard(admitted: Admitted, received_at: datetime) -> HazardReading:
    """Translate a camera's alarm, begun or over."""
    said: Any = admitted.reading
    return HazardReading(
        device_id=admitted.device_id,
        seq=said.seq,
        occurred_at=said.at - admitted.correction,
        received_at=received_at,
        hazard=said.hazard,
        kind=said.kind,
        edge=said.edge,
        alarm=said.alarm,
        value=said.value,
        limit=said.limit,
        box=said.box,
        clip=said.clip,
    )


def meter(admitted: Admitted, received_at: datetime) -> MeterReport:
    """Translate one look at a register."""
    said: Any = admitted.reading
    return MeterReport(
        device_id=admitted.device_id,
        seq=said.seq,
        occurred_at=said.at - admitted.correction,
        received_at=received_at,
        meter=said.meter,
        register_milli=int(said.value * MILLI),
    )


TRANSLATORS: dict[Channel, Callable[[Admitted, datetime], Any]] = {
    Channel.CROSSINGS: crossing,
    Channel.VISITS: visit,
    Channel.PRESENCE: presence,
    Channel.HEALTH: health,
    Channel.HAZARDS: hazard,
    Channel.METERS: meter,
}
