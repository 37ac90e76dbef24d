"""The roles every mall starts with. They are seeded as rows; from then on the rows count, not this file.

Grants are listed one by one on purpose: a new permission belongs to nobody until somebody decides.
"""

from dataclasses import dataclass
from typing import Literal

Holder = Literal['staff', 'tenant', 'partner', 'device', 'consumer']

_EVERYONE = ('identity.own_account',)
_SEE_FOOTFALL = ('mall.view', 'footfall.view')
_SEE_COCKPIT = (*_SEE_FOOTFALL, 'cockpit.view')


@dataclass(frozen=True, slots=True)
class Role:
    """`holder` says whom it may be given to; a tenant's role needs a tenant, a device's cannot sign in by password."""

    code: str
    zh: str
    en: str
    holder: Holder
    grants: tuple[str, ...]


ADMINISTRATOR = Role('administrator', '系统管理员', 'Administrator', 'staff', ('*',))
ROLES: tuple[Role, ...] = (
    ADMINISTRATOR,
    Role(
        'general_manager',
        '总经理',
        'General manager',
        'staff',
        (
            *_EVERYONE,
            *_SEE_COCKPIT,
            'footfall.export',
            'devices.view',
            'identity.view_accounts',
            'identity.view_roles',
            'audit.view',
        ),
    ),
    Role(
        'operations',
        '运营',
        'Operations',
        'staff',
        (
            *_EVERYONE,
            *_SEE_COCKPIT,
            'mall.edit',
            'footfall.configure',
            'footfall.export',
            'devices.view',
        ),
    ),
    Role('leasing', '招商', 'Leasing', 'staff', (*_EVERYONE, *_SEE_FOOTFALL, 'footfall.export')),
    Role('finance', '财务', 'Finance', 'staff', (*_EVERYONE, *_SEE_COCKPIT, 'footfall.export')),
    Role('marketing', '市场', 'Marketing', 'staff', (*_EVERYONE, *_SEE_COCKPIT, 'footfall.export')),
    Role(
        'engineering',
        '工程',
        'Engineering',
        'staff',
        (
            *_EVERYONE,
            *_SEE_FOOTFALL,
            'footfall.configure',
            'devices.view',
            'devices.manage',
        ),
    ),
    Role('security', '安保', 'Security', 'staff', (*_EVERYONE, *_SEE_FOOTFALL, 'devices.view', 'devices.acknowledge')),
    Role('hr', '人事', 'Human resources', 'staff', (*_EVERYONE, 'mall.view')),
    Role('customer_service', '客服', 'Customer service', 'staff', (*_EVERYONE, 'mall.view')),
    Role('warehouse', '仓管', 'Warehouse', 'staff', (*_EVERYONE, 'mall.view')),
    Role('cashier', '收银', 'Cashier', 'staff', (*_EVERYONE, 'mall.view')),
    Role('tenant_manager', '商户店长', 'Tenant manager', 'tenant', (*_EVERYONE, 'mall.view')),
    Role('tenant_staff', '商户店员', 'Tenant staff', 'tenant', (*_EVERYONE, 'mall.view')),
    Role('partner', '异业伙伴', 'Partner', 'partner', _EVERYONE),
    Role(
        'auditor',
        '审计',
        'Auditor',
        'staff',
        (
            *_EVERYONE,
            *_SEE_COCKPIT,
            'devices.view',
            'identity.view_accounts',
            'identity.view_roles',
            'audit.view',
        ),
    ),
    Role('kiosk', '导览机', 'Kiosk', 'device', ('mall.view',)),
    Role('consumer', '消费者', 'Consumer', 'consumer', ('identity.own_account',)),
)
ROLE_BY_CODE = {role.code: role for role in ROLES}
