"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictPaymentView:
    """`state`: received, earned, held (another channel brought it too), rejected, stranger (no member's)."""

    transaction_no: str
    shop: str
    fen: int
    refunded_fen: int
    state: str
    points: int
    is_synced: bool
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTaken:
    refund_no: str
    points_lost: int
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundImport:
    """What a bill brought: new refunds, refunds known before, refunds of people who are no members, contradictions."""

    taken: int
    known: int
    others: int
    contradicting: tuple[str, ...]
    points_lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsSync:
    """What WeChat is to hear about a transaction."""

    transaction_no: str
    openid: SecretStr
    points: int
    remark: str
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkingSync:
    key: str
    openid: SecretStr
    plate: SecretStr
    is_inside: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkingView:
    key: str
    is_synced: bool
    is_replay: bool
