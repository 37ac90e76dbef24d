"""What reviews of filings and permits have in common: the step that waits, the trail, and the decision."""

from collections.abc import Awaitable, Callable

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.permissions import DECIDE
from domain.approvals.views import ApprovalView
from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from ui.kit.data_table import Column
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.plain_table import PlainTable
from ui.screens import Place

VERDICTS = ('agree', 'return', 'reject')


def waiting_step(approval: ApprovalView) -> str:
    """The name of the step that waits; empty where none does."""
    is_waiting = approval.status == 'pending' and approval.step < len(approval.steps)
    return approval.steps[approval.step].name if is_waiting else ''


def may_decide(actor: Actor, approval: ApprovalView) -> bool:
    """Whether the step that waits is this person's, who has not submitted it or decided in this round before."""
    if approval.status != 'pending' or not actor.may(DECIDE) or not actor.may(approval.steps[approval.step].permission):
        return False
    decided = {one.decided_by for one in approval.trail if one.round == approval.round}
    return actor.name not in {approval.submitted_by, *decided}


def trail(place: Place, approval: ApprovalView) -> None:
    """Who decided what, when, and with which words."""
    columns = [Column(name=name, label=t(f'tenancy.{name}')) for name in ('verdict', 'by', 'at', 'said')]
    rows = [
        {'verdict': t(f'tenant.verdict.{one.verdict}'), 'by': one.decided_by, 'at': place.moment(one.decided_at),
         'said': one.comment or '—'} for one in approval.trail
    ]  # fmt: skip
    if approval.withdrawal:
        taken = approval.withdrawal
        rows.append({'verdict': t('review.withdrawn'), 'by': taken.by, 'at': place.moment(taken.at),
                     'said': taken.why or '—'})  # fmt: skip
    if rows:
        PlainTable(columns, rows).mark('tenancy.trail')


def decision(actor: Actor, approval: ApprovalView, after: Callable[[], Awaitable[None]]) -> None:
    """The form by which a step is decided."""

    async def take() -> None:
        command = Decide(
            approval_id=approval.id, content_hash=approval.content_hash, verdict=verdict.value,
            comment=(comment.value or '').strip(),
        )  # fmt: skip
        await run_operation(decide, actor=actor, command=command)
        await after()

    def has_reason(value: object) -> str | None:
        """A shop that is turned down must learn why."""
        return required(value) if verdict.value != 'agree' else None

    with form(take, label=t('tenancy.decide')):
        options = {name: t(f'tenant.verdict.{name}') for name in VERDICTS}
        verdict = choice_field(t('tenancy.verdict'), options, 'agree', checks=(required,))
        comment = text_field(t('tenancy.to_the_shop'), checks=(has_reason, at_most(500)))
