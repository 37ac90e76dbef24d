"""Signing in and out against the database: locks, sessions, second factor, and what stays in the audit log."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pydantic import SecretStr

from domain.identity._totp import code_at
from domain.identity.commands import (
    ChangePassword,
    ConfirmTotp,
    DisableTotp,
    EndMembership,
    SetAccountActive,
    SignIn,
)
from domain.identity.errors import (
    OneTimeCodeNeeded,
    SessionEnded,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
    WrongOneTimeCode,
)
from domain.identity.operations import (
    begin_totp,
    change_password,
    confirm_totp,
    disable_totp,
    end_membership,
    set_account_active,
    sign_in,
    sign_out,
)
from domain.identity.queries import find_session, list_ended, list_own_sessions
from domain.identity.sessions import IDLE, LIFETIME
from domain.identity.views import AccountView, SessionView
from domain.shared.actor import ANONYMOUS, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.identity.conftest import NOW, PASSWORD

Person = Callable[..., AccountView]


def attempt(login: str, password: str = PASSWORD, *, at: datetime = NOW, code: str | None = None, address: str = ''):
    command = SignIn(login=login, password=SecretStr(password), code=SecretStr(code) if code else None, address=address)
    return sign_in(command, now=at)


def session_of(token: str, *, at: datetime = NOW) -> SessionView:
    return ask(find_session, actor=ANONYMOUS, token=token, now=at)


def audit_outcomes(database: Database, login: str | None) -> list[str]:
    with psycopg.connect(database.owner_url) as connection:
        rows = connection.execute(
            "SELECT outcome FROM audit_entry WHERE action = 'identity.sign_in' AND target IS NOT DISTINCT FROM %s"
            ' ORDER BY id',
            [login],
        )
        return [row[0] for row in rows]


def test_a_right_password_opens_a_session_with_the_rights_of_the_role(person: Person, mall: MallId) -> None:
    person('lin', 'general_manager')

    session = session_of(attempt('LIN ').token)
    actor = session.actor_in(mall)

    assert session.login == 'lin'
    assert session.mall_ids == (mall,)
    assert actor.may('footfall.view')
    assert not actor.may('identity.manage_roles')
    assert actor.roles == {'general_manager'}


def test_rights_end_at_the_border_of_the_mall(person: Person, mall: MallId, another_mall: MallId) -> None:
    person('border', 'general_manager')

    elsewhere = session_of(attempt('border').token).actor_in(another_mall)

    assert not elsewhere.may('footfall.view')
    assert elsewhere.may('identity.own_account')


def test_a_wrong_password_and_an_unknown_account_say_the_same_and_are_audited(
    person: Person, database: Database
) -> None:
    person('mei')

    with pytest.raises(WrongCredentials) as wrong:
        attempt('mei', 'not the password')
    with pytest.raises(WrongCredentials) as unknown:
        attempt('nobody-here', 'not the password')

    assert wrong.value.sentence('zh-CN') == unknown.value.sentence('zh-CN')
    assert audit_outcomes(database, 'mei') == ['wrong']
    assert audit_outcomes(database, None)[-1] == 'wrong'


def test_the_token_is_nowhere_in_the_database(person: Person, database: Database) -> None:
    person('token')
    token = attempt('token').token

    with psycopg.connect(database.owner_url) as connection:
        kept = connection.execute('SELECT s::text FROM account_session s').fetchall()
        entries = connection.execute('SELECT e::text FROM audit_entry e').fetchall()

    assert kept
    assert not any(token in row[0] or PASSWORD in row[0] for row in kept + entries)


def test_every_sign_in_has_a_token_of_its_own(person: Person) -> None:
    person('twice')

    assert attempt('twice').token != attempt('twice').token


def test_five_failures_lock_the_account_even_for_the_right_password_and_time_unlocks_it(person: Person) -> None:
    person('locked')
    for second in range(5):
        with pytest.raises(WrongCredentials):
            attempt('locked', 'wrong', at=NOW + timedelta(seconds=second))

    with pytest.raises(TooManyAttempts) as refusal:
        attempt('locked', at=NOW + timedelta(seconds=10))

    assert refusal.value.facts['seconds'] == 50
    assert attempt('locked', at=NOW + timedelta(seconds=61)).token


def test_an_unknown_account_locks_like_a_known_one(database: Database, roles: None) -> None:
    for second in range(5):
        with pytest.raises(WrongCredentials):
            attempt('ghost', 'wrong', at=NOW + timedelta(seconds=second))

    with pytest.raises(TooManyAttempts):
        attempt('ghost', 'wrong', at=NOW + timedelta(seconds=6))


def test_an_address_is_locked_over_many_accounts(database: Database, roles: None) -> None:
    for number in range(20):
        with pytest.raises(WrongCredentials):
            attempt(f'guess-{number}', 'wrong', address='203.0.113.9')

    with pytest.raises(TooManyAttempts):
        attempt('guess-20', 'wrong', address='203.0.113.9')
    with pytest.raises(WrongCredentials):
        attempt('guess-20', 'wrong', address='203.0.113.10')


def test_simultaneous_guesses_cannot_outrun_the_limit(person: Person) -> None:
    person('raced')

    def guess(number: int) -> str:
        try:
            attempt('raced', f'wrong {number}')
        except (WrongCredentials, TooManyAttempts) as error:
            return error.code
        return 'signed in'

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count('identity.wrong_credentials') == 5
    assert answers.count('identity.too_many_attempts') == 19


def test_lock_outs_are_audited_once_a_minute(person: Person, database: Database) -> None:
    person('flooded')
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            attempt('flooded', 'wrong')
    before = len([o for o in audit_outcomes(database, None) if o == 'locked_out'])
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            attempt('flooded', 'wrong')

    after = len([o for o in audit_outcomes(database, None) if o == 'locked_out'])

    assert after - before == 1


def test_signing_out_ends_the_session_for_good(person: Person) -> None:
    person('leaver')
    token = attempt('leaver').token
    view = session_of(token)

    perform(sign_out, actor=view.actor_in(None), session_id=view.id, now=NOW)

    with pytest.raises(SessionEnded):
        session_of(token)


def test_nobody_signs_out_somebody_else(person: Person) -> None:
    person('victim')
    person('attacker')
    victim = session_of(token := attempt('victim').token)
    attacker = session_of(attempt('attacker').token)

    ended = perform(sign_out, actor=attacker.actor_in(None), session_id=victim.id, now=NOW)

    assert ended == 0
    assert session_of(token).id == victim.id


def test_a_session_ends_by_age_and_by_idleness(person: Person) -> None:
    person('sleeper')
    token = attempt('sleeper').token

    assert session_of(token, at=NOW + IDLE).login == 'sleeper'
    with pytest.raises(SessionEnded):
        session_of(token, at=NOW + IDLE + timedelta(seconds=1))
    with pytest.raises(SessionEnded):
        session_of(token, at=NOW + LIFETIME)


def test_locking_an_account_ends_its_sessions_and_its_sign_in(person: Person, mall: MallId) -> None:
    account = person('fired', 'finance')
    token = attempt('fired').token
    view = session_of(token)

    command = SetAccountActive(account_id=account.id, is_active=False)
    perform(set_account_active, actor=system_actor('hr', mall), command=command, now=NOW)

    with pytest.raises(SessionEnded):
        session_of(token)
    with pytest.raises(WrongCredentials):
        attempt('fired')
    assert ask(list_ended, actor=ANONYMOUS, session_ids=[view.id], now=NOW) == [view.id]


def test_a_membership_ends_by_itself_and_says_when(person: Person, mall: MallId) -> None:
    until = NOW + timedelta(hours=1)
    person('temp', 'marketing', valid_until=until)
    token = attempt('temp').token

    assert session_of(token).valid_until(mall) == until
    assert session_of(token).actor_in(mall).may('footfall.view')
    assert not session_of(token, at=until).actor_in(mall).may('footfall.view')


def test_an_ended_membership_gives_nothing(person: Person, mall: MallId) -> None:
    person('moved', 'marketing')
    token = attempt('moved').token
    membership = session_of(token).memberships[0]

    command = EndMembership(membership_id=membership.id)
    perform(end_membership, actor=system_actor('hr', mall), command=command, now=NOW + timedelta(seconds=1))

    assert not session_of(token, at=NOW + timedelta(seconds=2)).actor_in(mall).may('footfall.view')


def test_a_changed_password_ends_every_session_and_opens_one(person: Person, mall: MallId) -> None:
    person('changer', 'finance')
    first, second = attempt('changer').token, attempt('changer').token
    actor = session_of(first).actor_in(mall)
    here = SignIn(login='changer', password=SecretStr(''))

    command = ChangePassword(current=SecretStr(PASSWORD), new=SecretStr('Copper-lantern-77'))
    fresh = change_password(command, actor=actor, signing_in=here, now=NOW)

    assert session_of(fresh.token).login == 'changer'
    for token in (first, second):
        with pytest.raises(SessionEnded):
            session_of(token)
    with pytest.raises(WrongCredentials):
        attempt('changer')
    assert attempt('changer', 'Copper-lantern-77').token


@pytest.mark.parametrize(
    ('current', 'new', 'error'),
    [
        ('not it', 'Copper-lantern-77', WrongCredentials),
        (PASSWORD, PASSWORD, WeakPassword),
        (PASSWORD, 'short', WeakPassword),
    ],
)
def test_a_bad_change_of_password_changes_nothing(
    person: Person, current: str, new: str, error: type[Exception]
) -> None:
    login = f'stays-{len(current)}-{len(new)}'
    person(login)
    token = attempt(login).token
    command = ChangePassword(current=SecretStr(current), new=SecretStr(new))

    with pytest.raises(error):
        change_password(
            command,
            actor=session_of(token).actor_in(None),
            signing_in=SignIn(login=login, password=SecretStr('')),
            now=NOW,
        )

    assert session_of(token).login == login


def test_a_second_factor_is_asked_for_once_confirmed_and_each_code_serves_once(person: Person) -> None:
    person('careful')
    actor = session_of(attempt('careful').token).actor_in(None)
    enrolment = perform(begin_totp, actor=actor, now=NOW)
    assert attempt('careful').token, 'a secret that is not confirmed is not asked for'

    step = int(NOW.timestamp()) // 30
    confirm = ConfirmTotp(code=SecretStr(code_at(enrolment.secret, step)))
    perform(confirm_totp, actor=actor, command=confirm, now=NOW)
    later = NOW + timedelta(seconds=60)
    code = code_at(enrolment.secret, int(later.timestamp()) // 30)

    with pytest.raises(OneTimeCodeNeeded):
        attempt('careful', at=later)
    with pytest.raises(WrongOneTimeCode):
        attempt('careful', at=later, code='000000')
    assert attempt('careful', at=later, code=code).token
    with pytest.raises(WrongOneTimeCode):
        attempt('careful', at=later, code=code)


def test_the_code_is_not_looked_at_before_the_password(person: Person) -> None:
    person('order')

    with pytest.raises(WrongCredentials):
        attempt('order', 'wrong', code='123456')


def test_switching_the_second_factor_off_takes_the_password(person: Person) -> None:
    person('offer')
    actor = session_of(attempt('offer').token).actor_in(None)
    enrolment = perform(begin_totp, actor=actor, now=NOW)
    code = code_at(enrolment.secret, int(NOW.timestamp()) // 30)
    perform(confirm_totp, actor=actor, command=ConfirmTotp(code=SecretStr(code)), now=NOW)

    with pytest.raises(WrongCredentials):
        disable_totp(DisableTotp(password=SecretStr('wrong')), actor=actor, now=NOW)
    disable_totp(DisableTotp(password=SecretStr(PASSWORD)), actor=actor, now=NOW)

    assert attempt('offer').token


def test_one_sees_ones_own_browsers_only(person: Person) -> None:
    person('mine')
    person('theirs')
    attempt('theirs')
    actor = session_of(attempt('mine').token).actor_in(None)

    assert len(ask(list_own_sessions, actor=actor, now=datetime(2026, 11, 22, 5, 1, tzinfo=UTC))) == 1
