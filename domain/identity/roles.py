"""The roles every mall starts with. They are seeded as rows; from then on the rows count, not this file.

Grants are listed one by one on purpose: a new permission belongs to nobody until somebody decides.
"""

from dataclasses import dataclass
from typing import Literal

Holder = Literal['staff', 'tenant', 'partner', 'device', 'consumer']

_EVERYONE = ('identity.own_account',)
_SEE_MALL = ('mall.view',)
_SEE_FOOTFALL = (*_SEE_MALL, 'footfall.view', 'footfall.export')


@dataclass(frozen=True, slots=True)
class Role:
    """`holder` says whom it may be given to; a tenant's role needs a tenant, a device's cannot sign in by password."""

    code: str
    zh: str
    en: str
    holder: Holder
    grants: tuple[str, ...]


ADMINISTRATOR = Role('administrator', '系统管理员', 'Administrator', 'staff', ('*',))

_MANAGEMENT = (
    Role('general_manager', '总经理', 'General manager', 'staff', (
        *_EVERYONE, *_SEE_FOOTFALL, 'footfall.annotate', 'devices.view', 'leasing.view', 'leasing.sign',
        'billing.view', 'billing.approve', 'members.view', 'members.view_points', 'members.view_liability',
        'utilities.view', 'identity.view_accounts', 'identity.view_roles',
        'sales.view', 'payments.view', 'aftersales.view', 'coupons.view',
        'safety.view', 'safety.watch_cameras',
        'tenancy.view',
        'inventory.view', 'purchasing.view',
        'permits.view', 'permits.approve_settlement', 'approvals.view', 'benchmarks.view', 'purchasing.approve',
        'purchasing.set_limit',
    )),
    Role('operations', '运营', 'Operations', 'staff', (
        *_EVERYONE, *_SEE_FOOTFALL, 'footfall.annotate', 'footfall.edit_layout', 'footfall.audit_accuracy',
        'mall.edit_hours', 'mall.edit_calendar', 'mall.edit_plan', 'devices.view', 'devices.acknowledge',
        'leasing.view', 'leasing.report_turnover', 'members.view', 'utilities.view', 'utilities.bill',
        'sales.view', 'sales.manage_tills', 'sales.sell', 'sales.override_price', 'sales.take_returns',
        'safety.view', 'safety.watch_cameras',
        'tenancy.view', 'tenancy.publish', 'tenancy.ask', 'tenancy.handle', 'tenancy.manage_staff',
        'inventory.view', 'inventory.edit_items', 'inventory.move', 'inventory.count', 'inventory.validate_counts',
        'inventory.recall', 'purchasing.view', 'purchasing.order', 'purchasing.receive', 'purchasing.plan',
        'permits.view', 'permits.file', 'permits.review_operations', 'permits.manage_spaces', 'approvals.view',
        'approvals.decide', 'benchmarks.view',
    )),
    Role('leasing', '招商', 'Leasing', 'staff', (
        *_EVERYONE, *_SEE_FOOTFALL, 'leasing.view', 'leasing.draft', 'leasing.edit_tenants', 'leasing.edit_units',
        'leasing.review_turnover', 'tenancy.view', 'tenancy.publish',
        'permits.view', 'benchmarks.view',
    )),
    Role('finance', '财务', 'Finance', 'staff', (
        *_EVERYONE, *_SEE_FOOTFALL, 'leasing.view', 'leasing.review_turnover', 'leasing.close_turnover',
        'members.view_points', 'members.view_liability', 'members.approve_adjustment', 'utilities.view',
        'utilities.bill', 'billing.view', 'billing.prepare', 'billing.post', 'billing.receive', 'billing.dun',
        'sales.view', 'payments.view', 'payments.reconcile', 'payments.refund', 'payments.manage_cards',
        'district.import_bills', 'coupons.view',
        'inventory.view', 'inventory.validate_counts', 'inventory.close_month', 'purchasing.view',
        'purchasing.approve', 'permits.view', 'permits.settle', 'approvals.view',
    )),
    Role('marketing', '市场', 'Marketing', 'staff', (
        *_EVERYONE, *_SEE_FOOTFALL, 'footfall.annotate', 'members.view', 'members.view_points', 'members.enrol',
        'members.manage_rules', 'members.propose_adjustment', 'members.review_receipts',
        'sales.view', 'aftersales.view', 'aftersales.review', 'coupons.view', 'coupons.manage', 'coupons.grant',
        'permits.view', 'permits.review_prices', 'approvals.view', 'approvals.decide',
    )),
    Role('auditor', '审计', 'Auditor', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'footfall.view', 'devices.view', 'leasing.view', 'billing.view', 'members.view',
        'members.view_points', 'members.view_liability', 'utilities.view', 'identity.view_accounts',
        'identity.view_roles', 'platform.verify_audit',
        'sales.view', 'payments.view', 'aftersales.view', 'coupons.view',
        'safety.view', 'safety.view_log',
        'inventory.view', 'purchasing.view',
    )),
)  # fmt: skip
_SITE = (
    Role('engineering', '工程', 'Engineering', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'footfall.view', 'footfall.edit_layout', 'footfall.audit_accuracy', 'devices.view',
        'devices.manage', 'devices.acknowledge', 'devices.release', 'utilities.view', 'utilities.manage',
        'utilities.read_meters', 'utilities.decide', 'utilities.bill',
        'safety.view', 'safety.watch_cameras',
        'tenancy.view', 'tenancy.handle',
    )),
    Role('security', '安保', 'Security', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'footfall.view', 'devices.view', 'devices.acknowledge',
        'safety.view', 'safety.watch_cameras', 'safety.open_clip', 'safety.review', 'safety.view_log',
        'tenancy.check_badge',
        'permits.view', 'permits.review_safety', 'permits.check', 'approvals.view', 'approvals.decide',
    )),
    Role('hr', '人事', 'Human resources', 'staff', (*_EVERYONE, *_SEE_MALL)),
    Role('customer_service', '客服', 'Customer service', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'members.view', 'members.view_points', 'members.view_personal', 'members.enrol',
        'members.manage', 'members.use_benefits', 'members.post_points',
        'sales.view', 'payments.view', 'aftersales.view', 'aftersales.claim', 'aftersales.review',
        'aftersales.request', 'aftersales.answer', 'coupons.view', 'coupons.grant', 'coupons.redeem',
        'tenancy.view', 'tenancy.ask',
    )),
    Role('warehouse', '仓管', 'Warehouse', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'inventory.view', 'inventory.move', 'inventory.count', 'purchasing.view',
        'purchasing.receive',
    )),
    Role('cashier', '收银', 'Cashier', 'staff', (
        *_EVERYONE, *_SEE_MALL, 'members.view', 'members.enrol', 'members.use_benefits', 'members.post_points',
        'sales.view', 'sales.sell', 'sales.take_returns', 'members.view_points', 'coupons.view', 'coupons.redeem',
    )),
)  # fmt: skip
_OTHERS = (
    Role('tenant_manager', '商户店长', 'Tenant manager', 'tenant', (
        *_EVERYONE, *_SEE_MALL, 'leasing.view', 'leasing.report_turnover', 'billing.view', 'billing.pay',
        'billing.certify', 'utilities.view', 'permits.view', 'permits.file', 'benchmarks.view',
        'tenancy.view', 'tenancy.ask', 'tenancy.manage_staff',
        'inventory.view', 'webhooks.manage', 'identity.manage_shop_keys',
    )),
    Role('tenant_staff', '商户店员', 'Tenant staff', 'tenant', (
        *_EVERYONE, *_SEE_MALL, 'leasing.view', 'leasing.report_turnover', 'permits.view',
        'tenancy.view', 'tenancy.ask',
    )),
    Role('partner', '异业伙伴', 'Partner', 'partner', _EVERYONE),
    Role('kiosk', '导览机', 'Kiosk', 'device', _SEE_MALL),
    Role('consumer', '消费者', 'Consumer', 'consumer', _EVERYONE),
)  # fmt: skip
ROLES: tuple[Role, ...] = (ADMINISTRATOR, *_MANAGEMENT, *_SITE, *_OTHERS)
ROLE_BY_CODE = {role.code: role for role in ROLES}
