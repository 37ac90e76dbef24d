"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """`duplicate_of_id` points to the claim that said the same before."""

    id: int
    key: str
    member_id: int
    shop: str
    fen: int
    receipt_no: str
    state: str
    duplicate_of_id: int | None
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    id: int
    key: str
    sale_key: str
    line: int
    shop: str
    complaint: str
    state: str
    asked_at: datetime
    due_at: datetime
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a return would bring under each policy."""

    pro_rata_fen: int
    requalify_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim with all that decides about it, and what the claim before it said."""

    id: int
    member_id: int
    shop: str
    bought_at: datetime
    fen: int
    receipt_no: str
    category: str
    state: str
    points: int
    claimed_at: datetime
    decided_by: str | None
    first_id: int | None
    first_receipt_no: str | None
    first_bought_at: datetime | None
    first_member_id: int | None
    is_same_photo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request with its receipt and its clock."""

    id: int
    key: str
    sale_key: str
    line: int
    member_id: int | None
    shop: str
    complaint: str
    state: str
    asked_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    answered_at: datetime | None
    answer: str
    answered_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRecord:
    """A shop's after-sales: how many requests, how many answered in time, how long it takes."""

    shop: str
    requests: int
    open_requests: int
    escalated: int
    in_time: int
    median_hours: float | None
