"""What happened to promotions."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class PromotionSettled(Event):
    name: ClassVar[str] = 'permits.promotion_settled'

    promotion_id: int
    tenant_id: int
    brand_fen: int
    mall_fen: int
    title: str = ''
