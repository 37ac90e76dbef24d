"""What one may do with accounts, roles and keys."""

from domain.shared.permission import Permission

OWN_ACCOUNT = Permission('identity.own_account', zh='管理自己的账号', en="Manage one's own account")
VIEW_ACCOUNTS = Permission('identity.view_accounts', zh='查看账号', en='View accounts')
MANAGE_ACCOUNTS = Permission('identity.manage_accounts', zh='管理账号与任职', en='Manage accounts and memberships')
VIEW_ROLES = Permission('identity.view_roles', zh='查看角色与权限', en='View roles and permissions')
MANAGE_ROLES = Permission('identity.manage_roles', zh='管理角色权限', en='Manage role permissions')
MANAGE_API_KEYS = Permission('identity.manage_api_keys', zh='管理接口密钥', en='Manage API keys')
MANAGE_SHOP_KEYS = Permission('identity.manage_shop_keys', zh='管理本商户接口密钥', en="Manage the shop's own API keys")

PERMISSIONS = (
    OWN_ACCOUNT, VIEW_ACCOUNTS, MANAGE_ACCOUNTS, VIEW_ROLES, MANAGE_ROLES, MANAGE_API_KEYS, MANAGE_SHOP_KEYS,
)  # fmt: skip
