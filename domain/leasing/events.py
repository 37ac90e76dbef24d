"""What happened to leases."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class LeaseSigned(Event):
    name: ClassVar[str] = 'leasing.lease_signed'

    lease_id: int
    tenant_id: int


@dataclass(frozen=True, kw_only=True)
class LeaseAmended(Event):
    name: ClassVar[str] = 'leasing.lease_amended'

    lease_id: int
    tenant_id: int
    lease_version: int


@dataclass(frozen=True, kw_only=True)
class LeaseEnded(Event):
    name: ClassVar[str] = 'leasing.lease_ended'

    lease_id: int
    tenant_id: int
    ends_on: str


@dataclass(frozen=True, kw_only=True)
class TurnoverMonthClosed(Event):
    name: ClassVar[str] = 'leasing.turnover_month_closed'

    lease_id: int
    tenant_id: int
    month: str
    gto_fen: int


@dataclass(frozen=True, kw_only=True)
class TurnoverReportRejected(Event):
    """A day that a shop typed in was not accepted; it is missing again."""

    name: ClassVar[str] = 'leasing.turnover_report_rejected'

    report_id: int
    lease_id: int
    tenant_id: int
    number: str
    day: str
    reason: str
