"""Whether an order needs approval, and asking for it."""

from datetime import datetime

from sqlmodel import Session, select

from domain.approvals.commands import Step, Submit
from domain.approvals.operations import submit
from domain.approvals.permissions import SUBMIT
from domain.purchasing.models import PurchaseLimit
from domain.purchasing.permissions import APPROVE
from domain.purchasing.views import OrderView
from domain.shared.actor import Actor


def subject_of(order_id: int) -> str:
    return f'purchasing.order:{order_id}'


def exceeds_limit(session: Session, order: OrderView) -> bool:
    limit = session.exec(select(PurchaseLimit)).one_or_none()
    return limit is not None and order.value_fen > limit.limit_fen


def ask_for_approval(session: Session, actor: Actor, order: OrderView, now: datetime) -> None:
    """Submits the whole order; who may order may submit what he orders, and nothing else."""
    content = {
        'number': order.number, 'supplier': order.supplier_id, 'value_fen': order.value_fen,
        'lines': [[line.item_id, line.ordered, line.unit_cost_fen] for line in order.lines],
    }  # fmt: skip
    command = Submit(
        subject=subject_of(order.id), content=content, steps=(Step(name='采购 Purchase', permission=APPROVE.code),)
    )
    submit(session, actor=actor.also(SUBMIT), command=command, now=now)
