"""The people of the demo malls: one for every kind of work, all with the password of this installation."""

from dataclasses import dataclass

from pydantic import SecretStr

from domain.identity.commands import CreateAccount, GrantMembership, SetPreferences
from domain.identity.operations import create_account, grant_membership, install_roles, set_preferences
from domain.identity.permissions import OWN_ACCOUNT
from domain.leasing.queries import list_tenants
from domain.shared.actor import AccountId, Actor, MallId, system_actor
from domain.shared.operations import ask, perform


@dataclass(frozen=True, slots=True)
class Person:
    """A demo login. `malls` are the codes of the malls he works in; one of a shop has its tenant's code."""

    login: str
    name: str
    role: str
    first_page: str
    malls: tuple[str, ...] = ('yunji',)
    tenant: str = ''


PEOPLE = (
    Person('manager', '陈知远', 'general_manager', '驾驶舱 cockpit', ('yunji', 'qinghe')),
    Person('operations', '林悦', 'operations', '客流 footfall', ('yunji', 'qinghe')),
    Person('engineer', '赵海川', 'engineering', '设备 devices'),
    Person('security', '周毅', 'security', '险情核实 safety'),
    Person('marketing', '苏晴', 'marketing', '客流 footfall'),
    Person('leasing', '何建业', 'leasing', '客流 footfall'),
    Person('finance', '沈静', 'finance', '驾驶舱 cockpit'),
    Person('auditor', '郑重', 'auditor', '我的 me'),
    Person('cashier', '吴小满', 'cashier', '收银台 pos'),
    Person('service', '许安然', 'customer_service', '售后 after-sales'),
    Person('warehouse', '梁仓生', 'warehouse', '仓库 warehouse'),
    Person('qinghe', '方晓', 'general_manager', '青禾里驾驶舱 Qinghe cockpit', ('qinghe',)),
    Person('shop', '罗店长', 'tenant_manager', '我的店 tenant: 渝宴火锅', tenant='T-F4-02'),
    Person('shopstaff', '小温', 'tenant_staff', '我的店 tenant: 渝宴火锅', tenant='T-F4-02'),
)
ADMINISTRATOR = Person('admin', '系统管理员', 'administrator', '全部 everything', ())


def settle(*, actor: Actor, malls: dict[str, MallId], password: SecretStr) -> None:
    """Makes the roles, the accounts and their memberships."""
    perform(install_roles, actor=actor)
    _account(actor, ADMINISTRATOR, password, is_administrator=True)
    for person in PEOPLE:
        if person.tenant:
            continue  # comes with the leases
        account_id = _account(actor, person, password)
        for code in person.malls:
            command = GrantMembership(account_id=account_id, role_code=person.role)
            perform(grant_membership, actor=actor.within(malls[code]), command=command)
        _prefer(malls[person.malls[0]], account_id, person)


def settle_shops(*, mall_id: MallId, password: SecretStr) -> None:
    """The people of a mall's shops, each bound to his tenant."""
    actor = system_actor('seeder', mall_id)
    tenants = {tenant.code: tenant.id for tenant in ask(list_tenants, actor=actor)}
    for person in PEOPLE:
        if person.tenant in tenants:
            account_id = _account(actor, person, password)
            command = GrantMembership(
                account_id=account_id, role_code=person.role, tenant_id=tenants[person.tenant]
            )  # fmt: skip
            perform(grant_membership, actor=actor, command=command)
            _prefer(mall_id, account_id, person)


def _prefer(mall_id: MallId, account_id: int, person: Person) -> None:
    """Lets him begin in the first of his malls."""
    himself = Actor(
        name=person.name,
        kind='person',
        account_id=AccountId(account_id),
        mall_id=mall_id,
        permissions=frozenset({OWN_ACCOUNT.code}),
    )
    perform(set_preferences, actor=himself, command=SetPreferences(mall_id=mall_id))


def _account(actor: Actor, person: Person, password: SecretStr, *, is_administrator: bool = False) -> int:
    command = CreateAccount(
        login=person.login,
        display_name=person.name,
        password=password,
        is_administrator=is_administrator,
        must_change_password=False,
    )
    return perform(create_account, actor=actor, command=command).id
