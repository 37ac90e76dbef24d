"""The words of messages to members (会员消息), in both languages; what they tell of is filled in when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.shared.money import Money


class Words(StrEnum):
    RECEIPT = 'receipt'
    RECEIPT_WITH_POINTS = 'receipt_with_points'
    GOODS_RETURNED = 'goods_returned'


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


WORDINGS: Mapping[Words, Wording] = {
    Words.RECEIPT: Wording(
        title_zh='消费小票', title_en='Your receipt',
        body_zh='您在{shop}消费 {money}，小票号 {number}。',
        body_en='You paid {money} at {shop}. Receipt no. {number}.',
    ),
    Words.RECEIPT_WITH_POINTS: Wording(
        title_zh='消费小票', title_en='Your receipt',
        body_zh='您在{shop}消费 {money}，获得 {points} 积分，小票号 {number}。',
        body_en='You paid {money} at {shop} and earned {points} points. Receipt no. {number}.',
    ),
    Words.GOODS_RETURNED: Wording(
        title_zh='退货完成', title_en='Your return',
        body_zh='您在{shop}的退货已完成，退回 {money}。',
        body_en='Your return at {shop} is done: {money} goes back to you.',
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message tells of. The shop is named as it was called then."""

    shop: str
    shop_zh: str
    shop_en: str
    money_fen: int
    points: int = 0
    number: int = 0


def worded(words: Words, told: Told) -> Wording:
    """The finished sentences."""
    wording = WORDINGS[words]
    facts = {'money': str(Money(told.money_fen)), 'points': f'{told.points:,}', 'number': told.number}
    return Wording(
        title_zh=wording.title_zh, title_en=wording.title_en,
        body_zh=wording.body_zh.format(shop=told.shop_zh, **facts),
        body_en=wording.body_en.format(shop=told.shop_en, **facts),
    )  # fmt: skip
