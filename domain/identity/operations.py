"""The public face of identity's changes; each noun has its own module."""

from domain.identity.accounts import (
    begin_totp,
    change_password,
    confirm_totp,
    create_account,
    disable_totp,
    set_account_active,
    set_preferences,
)
from domain.identity.api_keys import authenticate_api_key, create_api_key, revoke_api_key
from domain.identity.memberships import end_membership, grant_membership, install_roles, set_role_grant
from domain.identity.sessions import forget_attempts, sign_in, sign_out, touch_session

__all__ = [
    'authenticate_api_key',
    'begin_totp',
    'change_password',
    'confirm_totp',
    'create_account',
    'create_api_key',
    'disable_totp',
    'end_membership',
    'forget_attempts',
    'grant_membership',
    'install_roles',
    'revoke_api_key',
    'set_account_active',
    'set_preferences',
    'set_role_grant',
    'sign_in',
    'sign_out',
    'touch_session',
]
