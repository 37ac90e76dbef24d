"""Inputs, validated and frozen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitClaim:
    """What was read off a photograph; `receipt_no` is empty where it cannot be read."""

    key: str
    member_id: int
    shop: str
    bought_at: datetime
    fen: int
    receipt_no: str
    photo_hash: str
    category: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideClaim:
    claim_id: int
    is_genuine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """`minutes` is the time to answer; the clock stops in the shop's closed hours where the contract says so."""

    key: str
    sale_key: str
    line: int
    complaint: str
    minutes: int = 24 * 60
    stops_when_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    key: str
    answer: str
