"""Things are submitted for approval, and decided step by step."""

from datetime import datetime

from pydantic_core import to_jsonable_python
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.approvals.commands import ApprovalId, Decide, Step, Submit, Withdraw
from domain.approvals.events import ApprovalDecided, ApprovalReopened, ApprovalWithdrawn
from domain.approvals.models import Approval, ApprovalDecision, ApprovalRound
from domain.approvals.permissions import DECIDE, SUBMIT, VIEW
from domain.approvals.views import ApprovalView, DecisionView, WithdrawalView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import DomainError, Invalid, PermissionDenied
from domain.shared.events import emit
from domain.shared.idempotency import request_hash
from domain.shared.live import notify
from domain.shared.operations import operation, query

ENDED = {'reject': 'rejected', 'return': 'returned'}


class ApprovalUnknown(DomainError):
    code = 'approvals.unknown'
    status = 404
    zh = '找不到审批单 {approval}。'
    en = 'There is no approval {approval}.'


class ApprovalClosed(DomainError):
    code = 'approvals.closed'
    status = 409
    zh = '该审批已结束（{status}）。'
    en = 'The approval is {status} already.'


class ContentChanged(DomainError):
    code = 'approvals.content_changed'
    status = 409
    zh = '内容已变更，请重新查看后再处理。'
    en = 'The content has changed; look at it again.'


class OwnSubmission(DomainError):
    code = 'approvals.own_submission'
    status = 403
    zh = '提交人或已审批过的人不能再审批。'
    en = 'Who submitted it, or has decided in this round, cannot decide.'


@operation(SUBMIT, name='approvals.submit')
def submit(session: Session, *, actor: Actor, command: Submit, now: datetime) -> ApprovalView:
    """Asks for approval of a subject's content. The same content again changes nothing; other content opens another
    round, also when the earlier one was approved (rule PF-R2).

    :raises ApprovalClosed: when it was withdrawn.
    """
    digest = request_hash(dict(command.content))
    approval = session.exec(select(Approval).where(Approval.subject == command.subject).with_for_update()).one_or_none()
    if approval is not None and approval.status == 'withdrawn':
        raise ApprovalClosed(status=approval.status)
    if approval is not None and approval.content_hash == digest:
        return _view(session, approval)
    if approval is None:
        approval = Approval(
            mall_id=_mall_of(actor), tenant_id=command.tenant_id, subject=command.subject, status='pending', round=0,
            step=0, steps=[], content_hash='', submitted_by='', submitted_at=now,
        )  # fmt: skip
        session.add(approval)
    _open_round(session, approval, actor, command, digest, now)
    if approval.round > 1:
        emit(session, ApprovalReopened(
            mall_id=approval.mall_id, occurred_at=now, approval_id=approval.id, subject=approval.subject,
            round=approval.round,
        ))  # fmt: skip
    notify(session, 'approvals', approval.mall_id)
    return _view(session, approval)


@operation(DECIDE, name='approvals.decide')
def decide(session: Session, *, actor: Actor, command: Decide, now: datetime) -> ApprovalView:
    """Decides the step that waits.

    :raises ApprovalUnknown:
    :raises ApprovalClosed: when it is decided.
    :raises ContentChanged: when the hash is not that of the newest round.
    :raises OwnSubmission: when the actor submitted it, or decided in this round before.
    :raises PermissionDenied: when the step needs another permission.
    """
    statement = select(Approval).where(Approval.id == command.approval_id).with_for_update()
    approval = session.exec(statement).one_or_none()
    if approval is None:
        raise ApprovalUnknown(approval=command.approval_id)
    _check(approval, actor, command)
    session.add(ApprovalDecision(
        mall_id=approval.mall_id, approval_id=approval.id, round=approval.round, step=approval.step,
        tenant_id=approval.tenant_id, verdict=command.verdict, comment=command.comment, decided_by=actor.name,
        decided_at=now, content_hash=command.content_hash,
    ))  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        raise OwnSubmission from error
    _advance(session, approval, command, now)
    notify(session, 'approvals', approval.mall_id)
    return _view(session, approval)


@operation(SUBMIT, name='approvals.withdraw')
def withdraw(session: Session, *, actor: Actor, command: Withdraw, now: datetime) -> ApprovalView:
    """Takes back what waits, or what was sent back. Its rounds and its trail stay; it is not opened again.

    :raises ApprovalUnknown:
    :raises ApprovalClosed: when it is decided or was withdrawn.
    """
    approval = session.exec(select(Approval).where(Approval.subject == command.subject).with_for_update()).one_or_none()
    if approval is None:
        raise ApprovalUnknown(approval=command.subject)
    if approval.status not in ('pending', 'returned'):
        raise ApprovalClosed(status=approval.status)
    approval.status, approval.withdrawn_by, approval.withdrawn_at = 'withdrawn', actor.name, now
    approval.withdrawn_why = command.reason
    session.flush()
    emit(session, ApprovalWithdrawn(
        mall_id=approval.mall_id, occurred_at=now, approval_id=approval.id, subject=approval.subject
    ))  # fmt: skip
    notify(session, 'approvals', approval.mall_id)
    return _view(session, approval)


@query(VIEW)
def get_approval(session: Session, *, actor: Actor, subject: str) -> ApprovalView | None:
    """The approval of a subject, with its trail."""
    approval = session.exec(select(Approval).where(Approval.subject == subject)).one_or_none()
    return _view(session, approval) if approval else None


@query(VIEW)
def list_waiting(session: Session, *, actor: Actor) -> list[ApprovalView]:
    """What waits for the actor, the oldest first: the step is his, and he has neither submitted nor decided it."""
    statement = select(Approval).where(Approval.status == 'pending').order_by(col(Approval.submitted_at))
    views = [_view(session, approval) for approval in session.exec(statement).all()]
    return [view for view in views if _is_for(actor, view)]


def _is_for(actor: Actor, view: ApprovalView) -> bool:
    decided = {one.decided_by for one in view.trail if one.round == view.round}
    return actor.may(view.steps[view.step].permission) and actor.name not in {view.submitted_by, *decided}


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='approvals belong to a mall; choose one')
    return actor.mall_id


def _open_round(
    session: Session, approval: Approval, actor: Actor, command: Submit, digest: str, now: datetime
) -> None:
    approval.round, approval.step, approval.status = approval.round + 1, 0, 'pending'
    approval.steps = [{'name': step.name, 'permission': step.permission} for step in command.steps]
    approval.content_hash, approval.submitted_by, approval.submitted_at = digest, actor.name, now
    session.flush()
    session.add(ApprovalRound(
        mall_id=approval.mall_id, approval_id=approval.id, round=approval.round, tenant_id=approval.tenant_id,
        content=to_jsonable_python(dict(command.content), fallback=str), content_hash=digest,
        submitted_by=actor.name, submitted_at=now,
    ))  # fmt: skip
    session.flush()


def _check(approval: Approval, actor: Actor, command: Decide) -> None:
    if approval.status != 'pending':
        raise ApprovalClosed(status=approval.status)
    if approval.content_hash != command.content_hash:
        raise ContentChanged
    if approval.submitted_by == actor.name:
        raise OwnSubmission
    needed = approval.steps[approval.step]['permission']
    if not actor.may(needed):
        raise PermissionDenied(permission=needed)


def _advance(session: Session, approval: Approval, command: Decide, now: datetime) -> None:
    if command.verdict in ENDED:
        approval.status = ENDED[command.verdict]
    elif approval.step + 1 == len(approval.steps):
        approval.status = 'approved'
    else:
        approval.step += 1
    session.flush()
    if approval.status != 'pending':
        emit(session, ApprovalDecided(
            mall_id=approval.mall_id, occurred_at=now, approval_id=approval.id, subject=approval.subject,
            status=approval.status,
        ))  # fmt: skip


def _view(session: Session, approval: Approval) -> ApprovalView:
    content = session.get_one(ApprovalRound, (approval.mall_id, approval.id, approval.round))
    trail = session.exec(
        select(ApprovalDecision).where(ApprovalDecision.approval_id == approval.id)
        .order_by(col(ApprovalDecision.round), col(ApprovalDecision.step))
    )  # fmt: skip
    return ApprovalView(
        id=ApprovalId(approval.id), subject=approval.subject, status=approval.status, round=approval.round,
        step=approval.step, steps=tuple(Step(**step) for step in approval.steps), content=content.content,
        content_hash=approval.content_hash, submitted_by=approval.submitted_by, submitted_at=approval.submitted_at,
        tenant_id=None if approval.tenant_id is None else TenantId(approval.tenant_id),
        withdrawal=_withdrawal(approval),
        trail=tuple(
            DecisionView(
                round=one.round, step=one.step, verdict=one.verdict, comment=one.comment, decided_by=one.decided_by,
                decided_at=one.decided_at, content_hash=one.content_hash,
            ) for one in trail
        ),
    )  # fmt: skip


def _withdrawal(approval: Approval) -> WithdrawalView | None:
    if approval.withdrawn_at is None:
        return None
    return WithdrawalView(by=approval.withdrawn_by or '', at=approval.withdrawn_at, why=approval.withdrawn_why or '')
