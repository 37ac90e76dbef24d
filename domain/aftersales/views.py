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
