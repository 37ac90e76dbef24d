"""Event → reaction: the one table of who reacts to what.

A reaction is a plain function that runs in a thread, after the commit of what it reacts to. It may run more than once
(the worker was killed between doing and saying so), so it recognises `event_id`; it may meet facts it does not know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from domain.permits.changes import release_refused
from domain.permits.commands import PromotionId
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from integrations.worker import acts, district, messages, paying, tenants, tills, webhooks

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """An event as it arrives from the outbox."""

    event_id: str
    name: str
    version: int
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def mall_id(self) -> int:
        return int(self.facts['mall_id'])

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.facts['occurred_at'])


Reaction = Callable[[Delivered], None]


def tell_the_log(event: Delivered) -> None:
    """Every event reaches the log, which is where operators follow what the platform did by itself."""
    log.info('event', name=event.name, event_id=event.event_id, version=event.version, facts=dict(event.facts))


def finish_paid_sale(event: Delivered) -> None:
    """A payment became certain after the till had to let its customer wait."""
    tills.finish_paid_sale(system_actor('worker', MallId(event.mall_id)), str(event.facts['order_key']))


def settle_bill(event: Delivered) -> None:
    """A tenant paid its bills online."""
    tenants.settle_bill(system_actor('worker', MallId(event.mall_id)), str(event.facts['order_key']))


def tell_shop_of_rejection(event: Delivered) -> None:
    """A shop's day was not accepted: its people read why, and report it again."""
    tenants.tell_of_rejection(system_actor('worker', MallId(event.mall_id)), event.facts, event.occurred_at)


def give_money_back(event: Delivered) -> None:
    """Asks the channel at once for a refund that was decided; the upkeep asks again for what it did not confirm."""
    paying.give_back(system_actor('worker', MallId(event.mall_id)))


def post_district_points(event: Delivered) -> None:
    """Points for a payment in a shop, and the word to WeChat; the upkeep does what this did not."""
    district.settle(system_actor('worker', MallId(event.mall_id)))


def tell_of_parking(event: Delivered) -> None:
    """WeChat hears of a car at once, so that the visit's payments earn by themselves."""
    district.sync_parking(system_actor('worker', MallId(event.mall_id)))


def tell_buyer(event: Delivered) -> None:
    """A receipt reaches the member who bought; it is no advertising (AF-R7)."""
    messages.send_receipt_of(system_actor('worker', MallId(event.mall_id)), event.facts)


def tell_who_returned(event: Delivered) -> None:
    """A member hears what they get for goods that went back."""
    messages.send_return_of(system_actor('worker', MallId(event.mall_id)), event.facts)


def keep_act(event: Delivered) -> None:
    """What a member did sets the tags that stand on it."""
    acts.record(system_actor('worker', MallId(event.mall_id)), event.name, event.facts)


def release_spaces(event: Delivered) -> None:
    """A promotion was refused: others may have its spaces."""
    kind, _, number = str(event.facts['subject']).partition(':')
    if kind == 'permits.promotion' and event.facts['status'] == 'rejected':
        actor = system_actor('worker', MallId(event.mall_id))
        perform(release_refused, actor=actor, promotion_id=PromotionId(int(number)))


def charge_promotion(event: Delivered) -> None:
    """A promotion's shared cost was settled: the brand's part goes onto its next bill."""
    tenants.charge_promotion(system_actor('worker', MallId(event.mall_id)), event.facts, event.occurred_at)


def tell_webhooks(event: Delivered) -> None:
    """Other systems hear of what they asked for."""
    actor = system_actor('worker', MallId(event.mall_id))
    webhooks.write_down(actor, event.event_id, event.name, event.facts)


ALWAYS: tuple[Reaction, ...] = (tell_the_log, tell_webhooks)
SUBSCRIPTIONS: Mapping[str, tuple[Reaction, ...]] = {
    'payments.order_paid': (finish_paid_sale, settle_bill),
    'leasing.turnover_report_rejected': (tell_shop_of_rejection,),
    'payments.refund_requested': (give_money_back,),
    'sales.sale_finished': (tell_buyer,),
    'sales.goods_returned': (tell_who_returned, keep_act),
    'district.payment_received': (post_district_points,),
    'district.parking_reported': (tell_of_parking,),
    'coupons.coupons_used': (keep_act,),
    'coupons.coupons_rolled_back': (keep_act,),
    'members.points_spent': (keep_act,),
    'members.points_given_back': (keep_act,),
    'members.message_read': (keep_act,),
    'aftersales.receipt_claimed': (keep_act,),
    'aftersales.request_opened': (keep_act,),
    'approvals.approval_decided': (release_spaces,),
    'permits.promotion_settled': (charge_promotion,),
}


def reactions_to(name: str) -> tuple[Reaction, ...]:
    """Everything that happens when an event of this name arrives."""
    return ALWAYS + SUBSCRIPTIONS.get(name, ())
