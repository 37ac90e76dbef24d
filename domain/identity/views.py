"""What identity tells. No view holds a hash or a secret, but for those shown once at their making."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.actor import AccountId, Actor, Kind, MallId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView:
    id: int
    mall_id: MallId
    role_code: str
    role_zh: str
    role_en: str
    tenant_id: TenantId | None
    valid_from: datetime
    valid_until: datetime | None
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    id: AccountId
    login: str
    display_name: str
    kind: str
    is_administrator: bool
    is_active: bool
    has_totp: bool
    must_change_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A valid session with all that its account may do, mall by mall, at one instant."""

    id: int
    account_id: AccountId
    login: str
    display_name: str
    kind: Kind
    is_administrator: bool
    locale: str
    theme: str
    must_change_password: bool
    has_totp: bool
    last_mall_id: int | None
    memberships: tuple[MembershipView, ...]
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime

    @property
    def mall_ids(self) -> tuple[MallId, ...]:
        return tuple(dict.fromkeys(membership.mall_id for membership in self.memberships))

    def valid_until(self, mall_id: MallId | None) -> datetime:
        """When these rights end by themselves: with the session, or with the first membership that runs out."""
        ends = [m.valid_until for m in self.memberships if m.mall_id == mall_id and m.valid_until is not None]
        return min([self.expires_at, *ends])

    def actor_in(self, mall_id: MallId | None, *, request_id: str = '') -> Actor:
        """The person acting in one mall (or in none), with what the memberships there allow.

        Who serves a tenant and nobody else is confined to that tenant; who also holds a role of the mall is not.
        """
        here = [membership for membership in self.memberships if membership.mall_id == mall_id]
        tenant = None if not here or any(m.tenant_id is None for m in here) else here[0].tenant_id
        counted = [m for m in here if tenant is None or m.tenant_id == tenant]
        granted = frozenset().union(*(m.permissions for m in counted))
        return Actor(
            name=self.display_name,
            kind=self.kind,
            mall_id=mall_id,
            account_id=self.account_id,
            tenant_id=tenant,
            roles=frozenset(m.role_code for m in counted) | ({'administrator'} if self.is_administrator else set()),
            permissions=granted | {'identity.own_account'} | ({'*'} if self.is_administrator else set()),
            request_id=request_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The token to keep in the cookie; nobody can read it from the database again."""

    token: str
    session_id: int
    account_id: AccountId
    locale: str
    must_change_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner sees it in the list of his browsers."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    code: str
    zh: str
    en: str
    holder: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpEnrolment:
    """Shown once, as a QR code, until the first code confirms it."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key as everybody may see it: by its prefix."""

    id: int
    prefix: str
    name: str
    mall_id: int
    tenant_id: TenantId | None
    created_by: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at this instant."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """The one time that the key is seen."""

    id: int
    key: str
    prefix: str
