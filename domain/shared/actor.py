"""Who acts: the one argument by which every operation knows whom to trust and whom to blame."""

from dataclasses import dataclass, replace
from typing import Literal, NewType

from domain.shared.errors import PermissionDenied
from domain.shared.permission import Permission

MallId = NewType('MallId', int)
AccountId = NewType('AccountId', int)
TenantId = NewType('TenantId', int)

Kind = Literal['person', 'machine', 'system', 'kiosk', 'consumer', 'anonymous']
EVERYTHING = '*'


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, machine or process acting within one mall (or none yet), with the permissions it holds there."""

    name: str
    kind: Kind
    mall_id: MallId | None = None
    account_id: AccountId | None = None
    tenant_id: TenantId | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    request_id: str = ''

    def may(self, permission: Permission | str) -> bool:
        code = permission if isinstance(permission, str) else permission.code
        return code in self.permissions or EVERYTHING in self.permissions

    def require(self, permission: Permission) -> None:
        """:raises PermissionDenied: when the actor does not hold the permission."""
        if not self.may(permission):
            raise PermissionDenied(permission=permission.code)

    def also(self, permission: Permission) -> 'Actor':
        """The same actor with one more permission, for what his act brings with it."""
        return replace(self, permissions=self.permissions | {permission.code})

    def within(self, mall_id: MallId) -> 'Actor':
        """The same actor, acting in another mall. The caller has checked that it may."""
        return replace(self, mall_id=mall_id)


def system_actor(name: str, mall_id: MallId | None = None) -> Actor:
    """A process of the platform itself: the worker, the seeder, the simulator."""
    return Actor(name=name, kind='system', mall_id=mall_id, permissions=frozenset({EVERYTHING}))


ANONYMOUS = Actor(name='anonymous', kind='anonymous')
