"""Bill runs: previewed, approved by somebody else, posted once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import orjson
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.billing._computing import compute
from domain.billing._rules.lines import Anchor, NewLine, Owed, grouped, new_lines
from domain.billing.commands import ApproveRun, PostRun, PreviewRun, RunId
from domain.billing.errors import FourEyes, MallNeeded, RunChanged, RunNotReady, RunOutdated, RunUnknown, WindowInvalid
from domain.billing.events import RunPosted
from domain.billing.models import BillRun, Charge
from domain.billing.permissions import APPROVE, POST, PREPARE, VIEW
from domain.billing.views import LineView, RunState, RunView
from domain.leasing.commands import LeaseId
from domain.leasing.periods import Period, add_months
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.events import emit
from domain.shared.idempotency import request_hash
from domain.shared.live import notify
from domain.shared.operations import operation, query

LONGEST_WINDOW_MONTHS = 12

_POST = text("""
    INSERT INTO charge (mall_id, run_id, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on, ends_on,
                        amount_fen, due_on, is_adjustment, facts, posted_at)
    SELECT mall_id, run_id, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on, ends_on, amount_fen,
           due_on, is_adjustment, facts, :now
      FROM bill_run_line WHERE mall_id = app_mall() AND run_id = :run ORDER BY number
""")

# One statement however many lines there are: a year of a mall is tens of thousands.
_WRITE = text("""
    INSERT INTO bill_run_line (mall_id, run_id, number, lease_id, tenant_id, kind, source, anchor_on, sequence,
                               starts_on, ends_on, amount_fen, due_on, is_adjustment, facts)
    SELECT app_mall(), :run, r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
               number integer, lease_id bigint, tenant_id bigint, kind text, source text, anchor_on date,
               sequence integer, starts_on date, ends_on date, amount_fen bigint, due_on date, is_adjustment boolean,
               facts jsonb)
""")
_LINES = text("""
    SELECT lease_id, tenant_id, kind, source, starts_on, ends_on, amount_fen, due_on, is_adjustment
      FROM bill_run_line WHERE mall_id = app_mall() AND run_id = :run ORDER BY number
""")


@operation(PREPARE, name='billing.preview_run')
def preview_run(session: Session, *, actor: Actor, command: PreviewRun, now: datetime) -> RunView:
    """Works out what a window would bill, and writes it down for somebody else to approve. Nobody owes it yet.

    :raises WindowInvalid:
    """
    window = _window(command.from_on, command.until_on)
    computed, held = compute(session, actor, window, now)
    waiting = {Anchor(one.lease_id, one.source, one.anchor_on) for one in held}
    lines = new_lines(grouped(computed), _billed(session, window), waiting)
    run = BillRun(
        mall_id=mall_of(actor), from_on=command.from_on, until_on=command.until_on, status='previewed',
        content_hash=_hash(lines), held=[one.reason for one in held], previewed_by=actor.name, previewed_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    session.execute(_WRITE, {'run': run.id, 'rows': orjson.dumps(rows).decode()})
    return _seen(run, (
        LineView(
            lease_id=LeaseId(line.anchor.lease_id), tenant_id=TenantId(line.owed.tenant_id), kind=line.owed.kind,
            source=line.anchor.source, starts_on=line.owed.period.starts_on, ends_on=line.owed.period.ends_on,
            amount_fen=line.owed.amount_fen, due_on=line.owed.due_on, is_adjustment=line.is_adjustment,
        ) for line in lines
    ))  # fmt: skip


@operation(APPROVE, name='billing.approve_run')
def approve_run(session: Session, *, actor: Actor, command: ApproveRun, now: datetime) -> RunState:
    """Lets a run be posted. The hash says what was looked at.

    :raises RunUnknown:
    :raises RunNotReady: when it is not merely previewed.
    :raises RunChanged: when the hash is another run's.
    :raises FourEyes: when the one who prepared it approves it.
    """
    run = _load(session, command.run_id)
    if run.status != 'previewed':
        raise RunNotReady(status=run.status)
    if run.content_hash != command.content_hash:
        raise RunChanged
    if run.previewed_by == actor.name:
        raise FourEyes
    run.status, run.approved_by, run.approved_at = 'approved', actor.name, now
    session.flush()
    return _state(run)


@operation(POST, name='billing.post_run')
def post_run(session: Session, *, actor: Actor, command: PostRun, now: datetime) -> RunState:
    """Makes an approved run's lines charges. Posting it again changes nothing.

    :raises RunUnknown:
    :raises RunNotReady: when it is not approved.
    :raises RunOutdated: when another run has billed one of its intervals since.
    """
    run = _load(session, command.run_id)
    if run.status == 'posted':
        return _state(run)
    if run.status != 'approved':
        raise RunNotReady(status=run.status)
    try:
        session.execute(_POST, {'run': run.id, 'now': now})
    except IntegrityError as error:
        raise RunOutdated from error
    run.status, run.posted_by, run.posted_at = 'posted', actor.name, now
    session.flush()
    view = _view(session, run)
    emit(session, RunPosted(
        mall_id=run.mall_id, occurred_at=now, run_id=run.id, charges=len(view.lines), total_fen=view.total_fen,
    ))  # fmt: skip
    notify(session, 'billing', run.mall_id)
    return view


@query(VIEW)
def get_run(session: Session, *, actor: Actor, run_id: RunId) -> RunView:
    """One run with its lines: for those who prepare it and those who approve it, not for tenants.

    :raises RunUnknown:
    """
    run = session.exec(select(BillRun).where(BillRun.id == run_id)).one_or_none()
    if run is None or actor.tenant_id is not None:
        raise RunUnknown(run=run_id)
    return _view(session, run)


def mall_of(actor: Actor) -> MallId:
    """:raises MallNeeded: when the actor acts in none."""
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def _window(from_on: date, until_on: date) -> Period:
    is_whole = from_on.day == until_on.day == 1
    if not is_whole or not from_on < until_on <= add_months(from_on, LONGEST_WINDOW_MONTHS):
        raise WindowInvalid
    return Period(from_on, until_on)


def _load(session: Session, run_id: RunId) -> BillRun:
    run = session.exec(select(BillRun).where(BillRun.id == run_id).with_for_update()).one_or_none()
    if run is None:
        raise RunUnknown(run=run_id)
    return run


def _billed(session: Session, window: Period) -> dict[Anchor, list[Owed]]:
    """What runs billed for the window's anchors before. Late fees and reconciliations have rules of their own."""
    statement = select(Charge).where(
        Charge.anchor_on >= window.starts_on, Charge.anchor_on < window.ends_on, col(Charge.run_id).is_not(None)
    ).order_by(col(Charge.id))  # fmt: skip
    return grouped([
        (
            Anchor(charge.lease_id, charge.source, charge.anchor_on),
            Owed(charge.tenant_id, charge.kind, Period(charge.starts_on, charge.ends_on), charge.amount_fen,
                 charge.due_on, charge.facts),
        ) for charge in session.exec(statement)
    ])  # fmt: skip


def _row(number: int, line: NewLine) -> dict[str, object]:
    owed = line.owed
    return {
        'number': number, 'lease_id': line.anchor.lease_id,
        'tenant_id': owed.tenant_id, 'kind': owed.kind, 'source': line.anchor.source,
        'anchor_on': line.anchor.anchor_on, 'sequence': line.sequence, 'starts_on': owed.period.starts_on,
        'ends_on': owed.period.ends_on, 'amount_fen': owed.amount_fen, 'due_on': owed.due_on,
        'is_adjustment': line.is_adjustment, 'facts': owed.facts,
    }  # fmt: skip


def _hash(lines: Sequence[NewLine]) -> str:
    return request_hash([
        [*line.anchor, line.sequence, line.owed.period.starts_on, line.owed.period.ends_on, line.owed.amount_fen]
        for line in lines
    ])  # fmt: skip


def _view(session: Session, run: BillRun) -> RunView:
    lines = session.execute(_LINES, {'run': run.id}).all()
    return _seen(run, (
        LineView(
            lease_id=lease, tenant_id=tenant, kind=kind, source=source, starts_on=starts, ends_on=ends,
            amount_fen=fen, due_on=due, is_adjustment=is_adjustment,
        ) for lease, tenant, kind, source, starts, ends, fen, due, is_adjustment in lines
    ))  # fmt: skip


def _seen(run: BillRun, lines: Iterable[LineView]) -> RunView:
    state = _state(run)
    return RunView(**{name: getattr(state, name) for name in RunState.__slots__}, lines=tuple(lines))


def _state(run: BillRun) -> RunState:
    return RunState(
        id=RunId(run.id),
        from_on=run.from_on,
        until_on=run.until_on,
        status=run.status,
        content_hash=run.content_hash,
        held=tuple(str(reason) for reason in run.held),
    )
