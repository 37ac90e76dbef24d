"""The roles that every mall starts with."""

from domain.identity._tokens import hash_of, new_api_key, parse_api_key
from domain.identity.roles import ADMINISTRATOR, ROLE_BY_CODE, ROLES

ASKED_FOR = {
    'general_manager', 'operations', 'leasing', 'finance', 'marketing', 'engineering', 'security', 'hr',
    'customer_service', 'warehouse', 'cashier', 'tenant_manager', 'tenant_staff', 'partner', 'auditor', 'kiosk',
    'consumer', 'administrator',
}  # fmt: skip


def test_every_role_of_the_mall_is_there_once() -> None:
    assert set(ROLE_BY_CODE) == ASKED_FOR
    assert len(ROLES) == len(ASKED_FOR)


def test_only_the_administrator_holds_everything() -> None:
    assert [role for role in ROLES if '*' in role.grants] == [ADMINISTRATOR]


def test_no_role_lists_a_permission_twice() -> None:
    for role in ROLES:
        assert len(role.grants) == len(set(role.grants)), role.code


def test_the_auditor_reads_and_never_writes() -> None:
    verbs = {grant.split('.')[1].split('_')[0] for grant in ROLE_BY_CODE['auditor'].grants}

    assert verbs == {'view', 'own', 'verify'}


def test_an_api_key_is_recognised_by_its_parts_and_kept_as_a_hash() -> None:
    key, prefix, kept = new_api_key()
    parts = parse_api_key(key)

    assert parts is not None
    assert (parts.prefix, hash_of(parts.secret)) == (prefix, kept)
    assert parse_api_key(key + 'x') is None
    assert parse_api_key('') is None
