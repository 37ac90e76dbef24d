"""Inputs of billing, validated and frozen."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.leasing.commands import LeaseId, LettableUnitId
from domain.shared.actor import TenantId

RunId = NewType('RunId', int)
ChargeId = NewType('ChargeId', int)
PaymentId = NewType('PaymentId', int)
KeyTableId = NewType('KeyTableId', int)
CostId = NewType('CostId', int)
FeeId = NewType('FeeId', int)
HandedInId = NewType('HandedInId', int)

Words = Annotated[str, Field(min_length=1, max_length=200)]
Positive = Annotated[int, Field(gt=0)]


class AllocationOrder(StrEnum):
    OLDEST_FIRST = 'oldest_first'
    COST_INTEREST_PRINCIPAL = 'cost_interest_principal'  # 费用→利息→本金
    CURRENT_FIRST = 'current_first'  # 破产程序中先付当期


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRun:
    """What intervals beginning from a day until another make due."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRun:
    run_id: RunId
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRun:
    run_id: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKeyTable:
    """Shares by unit in thousandths of a promille; together 1,000,000."""

    code: Words
    keys: Mapping[LettableUnitId, Annotated[int, Field(ge=0)]]
    spreads_vacant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCost:
    """A shared cost of some days, to be spread by a key table."""

    key_table_id: KeyTableId
    kind: Literal['cam', 'promotion', 'energy']
    starts_on: date
    ends_on: date
    amount_fen: Positive
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFee:
    """A single charge to one lease: a fine, a permit's price."""

    lease_id: LeaseId
    kind: Literal['fine', 'cost', 'other']
    on: date
    due_on: date
    amount_fen: Positive
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeTenant:
    """A single charge that something of another slice makes due; the same origin is charged once."""

    tenant_id: TenantId
    origin: Words
    on: date
    amount_fen: Positive
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """Money that came. `key` is the bank's or the gateway's own number; the same key is the same payment."""

    tenant_id: TenantId
    amount_fen: Positive
    paid_on: date
    method: Literal['bank', 'wechat', 'alipay', 'cash', 'deposit']
    key: Words
    order: AllocationOrder = AllocationOrder.OLDEST_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCheckout:
    """A tenant pays online what is open, or a part. `key` is made where the payment begins and names it for ever."""

    key: Annotated[str, Field(pattern=r'^bill-[A-Za-z0-9-]{8,50}$')]
    tenant_id: TenantId
    amount_fen: Positive
    order: AllocationOrder = AllocationOrder.OLDEST_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCredit:
    """Lets what a tenant paid too much, and what was credited, settle what is open."""

    tenant_id: TenantId
    on: date
    order: AllocationOrder = AllocationOrder.OLDEST_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """An amount of a charge that the tenant contests from a day on."""

    charge_id: ChargeId
    amount_fen: Positive
    from_on: date
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDispute:
    charge_id: ChargeId
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLateFees:
    """Fees through a day on every overdue debt; 500 millionths are 0.05 % a day."""

    through: date
    daily_ppm: Annotated[int, Field(gt=0, le=10_000)] = 500
    cap_ppm: Annotated[int, Field(gt=0, le=1_000_000)] = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminders:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInCertificate:
    """A shop's certificate of its GTO in a calendar year; `attachment` names its kept file."""

    lease_id: LeaseId
    year: Annotated[int, Field(ge=2000, le=2100)]
    audited_gto_fen: Annotated[int, Field(ge=0)]
    document: Words
    attachment: Annotated[str, Field(pattern=r'^([0-9a-f]{32})?$')] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileTurnover:
    """The auditor's certificate of a lease's GTO in a calendar year: its number or title as `document`, and as
    `attachment` the name under which its file is kept.
    """

    lease_id: LeaseId
    year: Annotated[int, Field(ge=2000, le=2100)]
    audited_gto_fen: int
    document: Words
    attachment: Annotated[str, Field(pattern=r'^([0-9a-f]{32})?$')] = ''
