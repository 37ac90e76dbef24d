"""Inputs, validated and frozen."""

from datetime import date
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.shared.actor import TenantId

NoticeId = NewType('NoticeId', int)
WorkOrderId = NewType('WorkOrderId', int)
StaffId = NewType('StaffId', int)

Line = Annotated[str, Field(min_length=1, max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]
Photos = Annotated[tuple[Annotated[str, Field(pattern=r'^[0-9a-f]{32}$')], ...], Field(max_length=4)]
Badge = Annotated[str, Field(pattern=r'^[A-Z0-9-]{3,20}$')]


class Trouble(StrEnum):
    """What a work order is about."""

    POWER = 'power'  # 强弱电
    WATER = 'water'  # 给排水
    AIR = 'air'  # 空调
    CLEANING = 'cleaning'  # 保洁
    SECURITY = 'security'  # 安保
    NETWORK = 'network'  # 网络
    OTHER = 'other'


class Urgency(StrEnum):
    NORMAL = 'normal'
    URGENT = 'urgent'
    EMERGENCY = 'emergency'


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishNotice:
    """To the tenants named, to the trades named, or, where neither is, to all. `must_read` asks for a receipt from
    every shop; `key` names the notice, so that sending twice publishes once.
    """

    key: Annotated[str, Field(min_length=8, max_length=64)]
    title: Line
    body: Words
    tenant_ids: tuple[TenantId, ...] = ()
    categories: tuple[str, ...] = ()
    must_read: bool = False
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotice:
    notice_id: NoticeId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWorkOrder:
    """`key` names the order where it was written: sent again, it is the same one. `photos` name kept pictures."""

    key: Annotated[str, Field(min_length=8, max_length=64)]
    tenant_id: TenantId
    trouble: Trouble
    urgency: Urgency = Urgency.NORMAL
    place: Line
    words: Words
    photos: Photos = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWorkOrder:
    """Accepts an order, or says that it is done; `words` are for the shop to read."""

    work_order_id: WorkOrderId
    words: Annotated[str, Field(max_length=2_000)] = ''
    photos: Photos = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWorkOrder:
    """The shop's mark for what was done, 1 to 5."""

    work_order_id: WorkOrderId
    mark: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[str, Field(max_length=2_000)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenWorkOrder:
    work_order_id: WorkOrderId
    words: Words
    photos: Photos = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngageStaff:
    """Somebody begins to work in a shop. Nothing personal is kept beside the name on the badge."""

    tenant_id: TenantId
    name: Line
    position: Line
    badge: Badge
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStaff:
    """`last_on` is the last day of work; from the next day the badge opens nothing."""

    staff_id: StaffId
    last_on: date
