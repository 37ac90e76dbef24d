"""Approvals: steps in order, one voice each, content frozen by its hash."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest

from domain.approvals.commands import Decide, Step, Submit
from domain.approvals.operations import (
    ApprovalClosed,
    ApprovalUnknown,
    ContentChanged,
    OwnSubmission,
    decide,
    get_approval,
    list_waiting,
    submit,
)
from domain.approvals.permissions import DECIDE, SUBMIT, VIEW
from domain.approvals.views import ApprovalView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database

STEPS = (Step(name='营运', permission='step.one'), Step(name='财务', permission='step.two'))
ActorWith = Callable[..., Actor]
_numbers = count(1)


@pytest.fixture
def author(actor_with: ActorWith) -> Actor:
    return actor_with(SUBMIT, DECIDE, VIEW, 'step.one', 'step.two', name='author')


@pytest.fixture
def first(actor_with: ActorWith) -> Actor:
    return actor_with(DECIDE, VIEW, 'step.one', name='first')


@pytest.fixture
def second(actor_with: ActorWith) -> Actor:
    return actor_with(DECIDE, VIEW, 'step.one', 'step.two', name='second')


def submitted(author: Actor, price: int = 100, subject: str = '') -> ApprovalView:
    command = Submit(subject=subject or f'test:{next(_numbers)}', content={'price': price}, steps=STEPS)
    return perform(submit, actor=author, command=command)


def say(actor: Actor, view: ApprovalView, verdict: str = 'agree') -> ApprovalView:
    command = Decide(approval_id=view.id, content_hash=view.content_hash, verdict=verdict)  # type: ignore[arg-type]
    return perform(decide, actor=actor, command=command)


def test_every_step_agrees_in_its_turn_and_leaves_a_trail(author: Actor, first: Actor, second: Actor) -> None:
    view = submitted(author)

    assert view.id in {one.id for one in ask(list_waiting, actor=first)}
    half = say(first, view)
    done = say(second, half)

    assert (half.status, half.step) == ('pending', 1)
    assert done.is_approved
    assert [(one.step, one.decided_by, one.content_hash) for one in done.trail] == [
        (0, 'first', view.content_hash), (1, 'second', view.content_hash),
    ]  # fmt: skip
    with pytest.raises(ApprovalClosed):
        say(second, done)


def test_who_submitted_or_decided_cannot_decide_and_steps_have_their_permission(
    author: Actor, first: Actor, second: Actor
) -> None:
    view = submitted(author)
    with pytest.raises(OwnSubmission):
        say(author, view)
    half = say(second, view)
    with pytest.raises(OwnSubmission):
        say(second, half)
    with pytest.raises(PermissionDenied):
        say(first, half)
    with pytest.raises(ApprovalUnknown):
        perform(decide, actor=first, command=Decide(approval_id=10**9, content_hash='', verdict='agree'))


def test_PF_R2_the_same_content_changes_nothing_and_other_content_opens_a_new_round(
    author: Actor, first: Actor, second: Actor
) -> None:
    view = submitted(author)
    approved = say(second, say(first, view))

    same = submitted(author, subject=view.subject)
    changed = submitted(author, 101, subject=view.subject)

    assert same == approved
    assert (changed.status, changed.round, changed.step) == ('pending', 2, 0)
    assert changed.content_hash != view.content_hash
    assert len(changed.trail) == 2
    with pytest.raises(ContentChanged):
        say(first, view)
    assert say(second, say(first, changed)).is_approved


def test_a_rejection_ends_the_round_and_a_revision_opens_another(author: Actor, first: Actor) -> None:
    view = submitted(author)

    assert say(first, view, 'reject').status == 'rejected'
    assert submitted(author, 99, subject=view.subject).round == 2


def test_of_many_who_decide_one_step_at_once_one_is_heard(author: Actor, actor_with: ActorWith) -> None:
    view = submitted(author)
    deciders = [actor_with(DECIDE, 'step.one', name=f'decider {n}') for n in range(8)]

    def attempt(actor: Actor) -> bool:
        try:
            say(actor, view)
        except (DomainError, PermissionDenied):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, deciders)) == 1
    found = ask(get_approval, actor=author, subject=view.subject)
    assert found is not None
    assert (found.step, len(found.trail)) == (1, 1)


def test_PF_R2_what_was_submitted_is_never_edited(database: Database, author: Actor) -> None:
    submitted(author)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute("UPDATE approval_round SET content = '{}'")


def test_what_waits_comes_oldest_first_and_neither_back_to_its_author_nor_to_who_decided(
    author: Actor, first: Actor, second: Actor
) -> None:
    views = [submitted(author) for _ in range(3)]
    mine = [view.id for view in views]

    def waiting(actor: Actor) -> list[int]:
        return [one.id for one in ask(list_waiting, actor=actor) if one.id in mine]

    assert waiting(first) == waiting(second) == mine
    assert waiting(author) == []
    say(second, views[0])  # the next step is second's too, but not in the same round
    assert waiting(second) == mine[1:]
    assert waiting(first) == mine[1:]
    again = submitted(author, 200, views[0].subject)
    assert (again.round, waiting(first)) == (2, [*mine[1:], mine[0]])
