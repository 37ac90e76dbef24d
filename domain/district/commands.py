"""Inputs, validated and frozen. An openid and a plate are secrets, so that no log and no audit entry holds them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import SecretStr


class RefundSource(StrEnum):
    """How a refund reached us."""

    NOTICE = 'notice'
    BILL = 'bill'


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictPayment:
    """A member paid a shop; `shop` is the number under which the mall registered it with WeChat: its unit."""

    transaction_no: str
    openid: SecretStr
    shop: str
    fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRefund:
    refund_no: str
    transaction_no: str
    fen: int
    refunded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRefunds:
    """The refunds of a shop's own bill, members' and others'."""

    shop: str
    refunds: tuple[DistrictRefund, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParking:
    """A member's car came or left. `key` names the passage."""

    key: str
    openid: SecretStr
    plate: SecretStr
    is_inside: bool
    occurred_at: datetime
