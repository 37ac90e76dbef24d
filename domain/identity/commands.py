"""What may be asked of identity. Secrets are `SecretStr`, so that no log and no audit entry shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

Login = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=2, max_length=64)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class Command(BaseModel):
    """Frozen, and strict about what it knows."""

    model_config = ConfigDict(frozen=True, extra='forbid')


class SignIn(Command):
    """A try to sign in, from where it comes."""

    login: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=200)]
    password: SecretStr
    code: SecretStr | None = None
    address: str = ''
    user_agent: str = ''


class ChangePassword(Command):
    current: SecretStr
    new: SecretStr


class CreateAccount(Command):
    login: Login
    display_name: Name
    password: SecretStr
    kind: Literal['person', 'kiosk', 'consumer'] = 'person'
    is_administrator: bool = False
    must_change_password: bool = True
    locale: Literal['zh-CN', 'en'] = 'zh-CN'


class SetAccountActive(Command):
    account_id: int
    is_active: bool


class GrantMembership(Command):
    """A role in the actor's mall. `tenant_id` belongs to a tenant's roles and to no other."""

    account_id: int
    role_code: str
    tenant_id: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class EndMembership(Command):
    membership_id: int


class SetRoleGrant(Command):
    role_code: str
    permission: str
    is_granted: bool


class SetPreferences(Command):
    """Of one's own account; None leaves as it is."""

    locale: Literal['zh-CN', 'en'] | None = None
    theme: Literal['light', 'dark', 'auto'] | None = None
    mall_id: int | None = None


class ConfirmTotp(Command):
    code: SecretStr


class DisableTotp(Command):
    password: SecretStr


class CreateApiKey(Command):
    """A key of the mall's, or with `tenant_id` one that sees and does nothing beyond that tenant."""

    name: Name
    scopes: tuple[str, ...]
    tenant_id: int | None = None
    expires_at: datetime | None = None


class RevokeApiKey(Command):
    api_key_id: int


class CreateShopKey(Command):
    """A key of the actor's own shop."""

    name: Name
    scopes: Annotated[tuple[str, ...], Field(min_length=1)]
    expires_at: AwareDatetime | None = None


class RotateShopKey(Command):
    """The old key goes on for the overlap; with none it is worthless at once."""

    api_key_id: int
    overlap_hours: Annotated[int, Field(ge=0, le=14 * 24)] = 24
