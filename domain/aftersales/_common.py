"""The mall, its clock, and the actor on whose word this slice asks others."""

from datetime import date, datetime

from sqlmodel import Session

from domain.mall import queries as mall
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import Invalid


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='after-sales belong to a mall; choose one')
    return actor.mall_id


def ourselves(actor: Actor) -> Actor:
    return system_actor(f'after-sales for {actor.name}', mall_of(actor))


def business_on(session: Session, actor: Actor, instant: datetime) -> date:
    return mall.get_business_clock(session, actor=actor).business_on(instant)
