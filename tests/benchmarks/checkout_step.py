"""One whole checkout, as the till and the channel's callback do it."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

from domain.payments import paying
from domain.payments.commands import OpenAttempt, PaymentNotice
from domain.sales import selling
from domain.sales.commands import BasketItem, RingUp
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform

LINES = 5
POINTS = 100
MERCHANT = 'm-bench'


def checkout_step(facts: dict[str, Any], source: Random) -> Callable[[], int]:
    """Rings up five lines for a member, uses what the member has, pays by a channel that tells at once."""
    actor = system_actor('till', MallId(facts['mall']))
    # Two tills serving one member at once refuse each other's coupon, as they should; here each has its own members.
    members = facts['members'][facts.get('own', 0) :: facts.get('of', 1)]

    def step() -> int:
        now, key = datetime.now(UTC), str(uuid4())
        items = tuple(
            BasketItem(sku=f'sku-{n}', name='商品', category='food', quantity=1, unit_fen=source.randint(2_500, 9_000))
            for n in range(LINES)
        )
        sale = perform(selling.ring_up, actor=actor, now=now, command=RingUp(
            key=key, till=facts['till'], items=items, occurred_at=now, member_id=source.choice(members),
            points=POINTS,
        ))  # fmt: skip
        perform(selling.confirm_sale, actor=actor, now=now, sale_key=key)
        attempt = perform(paying.open_attempt, actor=actor, now=now, command=OpenAttempt(
            order_key=key, channel='wechat', fen=sale.money_fen
        ))  # fmt: skip
        notice = PaymentNotice(
            channel='wechat', merchant=MERCHANT, out_no=attempt.out_no, transaction_no=key, fen=sale.money_fen,
            paid_at=now,
        )  # fmt: skip
        perform(paying.receive_notice, actor=actor, now=now, command=notice, merchant=MERCHANT)
        done = perform(selling.finish_sale, actor=actor, now=now, sale_key=key)
        assert done.state == 'paid'
        assert done.discount_fen > 0
        assert done.points == POINTS
        return 1

    return step
