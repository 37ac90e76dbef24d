"""Approval of orders above the limit: the word on one order, and the limit itself."""

from collections.abc import Awaitable, Callable

from domain.approvals.views import ApprovalView
from domain.purchasing.approving import decide_order, set_limit
from domain.purchasing.commands import DecideOrder, OrderId, SetLimit
from domain.purchasing.permissions import APPROVE
from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import MISSING
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.text import Text


class ApprovalSection:
    """That an order waits, and for those who may and did not place it: agree or refuse."""

    def __init__(
        self, actor: Actor, order_id: OrderId, approval: ApprovalView, after: Callable[[], Awaitable[object]]
    ) -> None:
        self._actor, self._order_id, self._approval, self._after = actor, order_id, approval, after
        self._is_agreed = True
        with section(t('inventory.approval')):
            notice(t('inventory.waits', name=approval.submitted_by), 'watch')
            if actor.may(APPROVE) and actor.name != approval.submitted_by:
                self._form()

    def _form(self) -> None:
        with form(self._decide, label=t('inventory.decide')):
            segmented({True: t('inventory.agree'), False: t('inventory.refuse')}, value=True, on_change=self._turn)
            self._comment = text_field(t('inventory.comment'), checks=(at_most(500),))

    def _turn(self, is_agreed: bool) -> None:
        self._is_agreed = is_agreed

    async def _decide(self) -> None:
        command = DecideOrder(
            order_id=self._order_id, content_hash=self._approval.content_hash, is_agreed=self._is_agreed,
            comment=(self._comment.value or '').strip(),
        )  # fmt: skip
        await run_operation(decide_order, actor=self._actor, command=command)
        await self._after()


def trail_words(approval: ApprovalView | None) -> str | None:
    """Who decided what, in a line; None of an order that needed nobody."""
    if approval is None or not approval.trail:
        return None
    last = approval.trail[-1]
    return t(f'inventory.verdict.{last.verdict}', name=last.decided_by, comment=last.comment or MISSING)


class LimitSection:
    """The value above which orders need approval, and a form to change it."""

    def __init__(self, actor: Actor, limit_fen: int | None) -> None:
        self._actor = actor
        with (
            section(t('inventory.limit'), t('inventory.limit_hint')),
            form(self._keep, label=t('inventory.keep_limit')),
        ):
            self._said = Text(_said(limit_fen), classes='at-muted')
            self._limit = money_field(t('inventory.limit_value'), limit_fen, checks=(required,))

    async def _keep(self) -> None:
        command = SetLimit(limit_fen=parse_yuan(self._limit.value) or 0)
        self._said.text = _said(await run_operation(set_limit, actor=self._actor, command=command))


def _said(limit_fen: int | None) -> str:
    return t('inventory.no_limit') if limit_fen is None else t('inventory.limit_is', limit=yuan(limit_fen))
