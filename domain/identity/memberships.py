"""Memberships, and the roles they give."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.identity import events
from domain.identity._guards import account_row, check_within_own, mall_of
from domain.identity.commands import EndMembership, GrantMembership, SetRoleGrant
from domain.identity.errors import RoleNeedsTenant, UnknownPermission, UnknownRole
from domain.identity.models import Membership, RoleGrant, RoleRow
from domain.identity.permissions import MANAGE_ACCOUNTS, MANAGE_ROLES
from domain.identity.roles import ROLES
from domain.identity.sessions import ROLE_TOPIC, announce_change_of_rights
from domain.shared.actor import Actor
from domain.shared.errors import Invalid, NotFound
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation


@operation(MANAGE_ACCOUNTS, name='identity.grant_membership')
def grant_membership(session: Session, *, actor: Actor, command: GrantMembership, now: datetime) -> int:
    """Gives an account a role in the actor's mall, for a time. Its open pages are built anew.

    :raises UnknownRole: when there is no such role.
    :raises RoleNeedsTenant: when role and tenant do not go together.
    :raises GrantBeyondOwn: when the role can do what the actor cannot.
    """
    mall_id = mall_of(actor)
    role = session.get(RoleRow, command.role_code)
    if role is None:
        raise UnknownRole(role=command.role_code)
    if (role.holder == 'tenant') != (command.tenant_id is not None):
        raise RoleNeedsTenant
    check_within_own(actor, _grants_of(session, role.code))
    account = account_row(session, command.account_id)
    start = command.valid_from or now
    if command.valid_until is not None and command.valid_until <= start:
        raise Invalid(field='valid_until', reason='must lie after valid_from')
    row = Membership(
        mall_id=mall_id,
        account_id=account.id,
        role_code=role.code,
        tenant_id=command.tenant_id,
        valid_from=start,
        valid_until=command.valid_until,
        granted_by=actor.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    announce_change_of_rights(session, account.id)
    emit(
        session,
        events.MembershipGranted(
            mall_id=mall_id, occurred_at=now, membership_id=row.id, account_id=account.id, role_code=role.code
        ),
    )
    return row.id


@operation(MANAGE_ACCOUNTS, name='identity.end_membership')
def end_membership(session: Session, *, actor: Actor, command: EndMembership, now: datetime) -> None:
    """Ends a membership now; one that has not begun is made to last an instant. Its open pages are shut.

    :raises NotFound: when the actor's mall has no such membership.
    """
    row = session.exec(select(Membership).where(Membership.id == command.membership_id).with_for_update()).first()
    if row is None:
        raise NotFound
    row.valid_until = max(now, row.valid_from + timedelta(microseconds=1))
    announce_change_of_rights(session, row.account_id)
    emit(
        session,
        events.MembershipEnded(
            mall_id=row.mall_id,
            occurred_at=now,
            membership_id=row.id,
            account_id=row.account_id,
            role_code=row.role_code,
        ),
    )


@operation(MANAGE_ROLES, name='identity.install_roles')
def install_roles(session: Session, *, actor: Actor, now: datetime) -> int:
    """Seeds the roles and grants that are not there yet; what a group has changed stays. Returns how many were new."""
    roles = [{'code': r.code, 'zh': r.zh, 'en': r.en, 'holder': r.holder} for r in ROLES]
    grants = [{'role': role.code, 'permission': permission} for role in ROLES for permission in role.grants]
    session.execute(
        text(
            'INSERT INTO role (code, name_zh, name_en, holder) VALUES (:code, :zh, :en, :holder) ON CONFLICT DO NOTHING'
        ),
        roles,
    )
    before = session.execute(text('SELECT count(*) FROM role_grant')).scalar_one()
    session.execute(
        text(
            'INSERT INTO role_grant (role_code, permission, is_granted) VALUES (:role, :permission, true)'
            ' ON CONFLICT DO NOTHING'
        ),
        grants,
    )
    return int(session.execute(text('SELECT count(*) FROM role_grant')).scalar_one() - before)


@operation(MANAGE_ROLES, name='identity.set_role_grant')
def set_role_grant(
    session: Session, *, actor: Actor, command: SetRoleGrant, known: frozenset[str], now: datetime
) -> None:
    """Gives a permission to a role or takes it away; open pages of its holders are built anew.

    :raises UnknownRole: when there is no such role.
    :raises UnknownPermission: when no slice declares it (`known` holds those that are declared).
    """
    if session.get(RoleRow, command.role_code) is None:
        raise UnknownRole(role=command.role_code)
    if command.permission not in known:
        raise UnknownPermission(permissions=command.permission)
    check_within_own(actor, {command.permission})
    session.merge(RoleGrant(role_code=command.role_code, permission=command.permission, is_granted=command.is_granted))
    notify(session, f'{ROLE_TOPIC}{command.role_code}', 0)  # holders in other malls cannot be listed from here


def _grants_of(session: Session, role_code: str) -> set[str]:
    return set(
        session.exec(select(RoleGrant.permission).where(RoleGrant.role_code == role_code, col(RoleGrant.is_granted)))
    )
