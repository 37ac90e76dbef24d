"""Who may open what: kept by hand. A page, route or permission that is not in here fails the build.

Each column is a role, in this order; `x` may, `.` may not. "nobody" is a visitor without a session or a caller without
a key.
"""

ROLES = (
    'nobody', 'administrator', 'general_manager', 'operations', 'leasing', 'finance', 'marketing', 'engineering',
    'security', 'hr', 'customer_service', 'warehouse', 'cashier', 'tenant_manager', 'tenant_staff', 'partner',
    'auditor', 'kiosk', 'consumer',
)  # fmt: skip

#                                         no ad gm op le fi ma en se hr cs wa ca tm ts pa au ki co
PAGES: dict[str, str] = {
    '/':                                  '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x',
    '/login':                             'x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x',
    '/me':                                '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x',
    '/me/password':                       '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x',
    '/me/second-factor':                  '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x',
    '/cockpit':                           '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/cockpit/wall':                      '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall':               '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/plan':          '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/capture':       '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/dwell':         '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/flows':         '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/lines':         '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/lines/{line}':  '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/operations/footfall/coverage':      '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/devices':                           '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    '/devices/alarms':                    '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    '/devices/quarantine':                '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    '/cameras':                           '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .',
    '/cameras/{camera}':                  '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .',
    '/cameras/ways':                      '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/cameras/heat':                      '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    '/safety':                            '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    '/safety/record':                     '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    '/safety/viewings':                   '.  x  .  .  .  .  .  .  x  .  .  .  .  .  .  .  x  .  .',
    '/pos':                               '.  x  .  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .',
    '/operations/sales':                 '.  x  x  x  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/operations/sales/receipts/{key}':  '.  x  x  x  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/operations/sales/shifts':          '.  x  x  x  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/operations/sales/cashiers':        '.  x  x  x  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/operations/sales/tills':           '.  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .',
    '/marketing/members':                '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/{member}':       '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/points':         '.  x  x  .  .  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/marketing/members/enrol':          '.  x  .  .  .  .  x  .  .  .  x  .  x  .  .  .  .  .  .',
    '/marketing/members/tags':           '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/segments':       '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/rules':          '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/benefits':       '.  x  x  x  .  .  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/members/merges':         '.  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .',
    '/marketing/members/postings':       '.  x  x  .  .  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/marketing/coupons':                '.  x  x  .  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/coupons/register':       '.  x  x  .  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/coupons/stacking':       '.  x  x  .  .  x  x  .  .  .  x  .  x  .  .  .  x  .  .',
    '/marketing/coupons/desk':           '.  x  .  .  .  .  .  .  .  .  x  .  x  .  .  .  .  .  .',
    '/payments':                         '.  x  x  .  .  x  .  .  .  .  x  .  .  .  .  .  x  .  .',
    '/payments/exceptions':              '.  x  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .',
    '/payments/cards':                   '.  x  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .',
    '/payments/refunds':                 '.  x  x  .  .  x  .  .  .  .  x  .  .  .  .  .  x  .  .',
    '/operations/after-sales':           '.  x  x  .  .  .  x  .  .  .  x  .  .  .  .  .  x  .  .',
    '/operations/after-sales/claims':    '.  x  .  .  .  .  x  .  .  .  x  .  .  .  .  .  .  .  .',
    '/operations/after-sales/shops':     '.  x  x  .  .  .  x  .  .  .  x  .  .  .  .  .  x  .  .',
    '/operations/utilities':               '.  x  x  x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/utilities/waiting':       '.  x  x  x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/utilities/losses':        '.  x  .  x  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .',
    '/operations/utilities/tariffs':       '.  x  x  x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/utilities/bills':         '.  x  .  x  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .',
    '/operations/utilities/meters/{meter}': '.  x  x  x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing':               '.  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing/units':         '.  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing/turnover':      '.  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing/portfolio':     '.  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing/new':           '.  x  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .',
    '/operations/leasing/leases/{lease}': '.  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  x  .  .',
    '/operations/leasing/leases/{lease}/amend': '.  x  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .',
}  # fmt: skip

# A key has scopes instead of a role: the column says whether a key with all that the role holds may call.
#                                             no ad gm op le fi ma en se hr cs wa ca tm ts pa au ki co
ROUTES: dict[str, str] = {
    'GET /whoami':                           '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x',
    'GET /mall':                             '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  .',
    'GET /floors':                           '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  .',
    'GET /floors/{floor_id}/plan':           '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  .',
    'GET /units':                            '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  .',
    'GET /units/{unit_id}':                  '.  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  .',
    'GET /footfall/summary':                 '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/occupancy':               '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/entries':                 '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/lines':                   '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/series':                  '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/capture-rates':           '.  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /footfall/export.csv':              '.  x  x  x  x  x  x  .  .  .  .  .  .  .  .  .  .  .  .',
    'POST /footfall/annotations':            '.  x  x  x  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .',
    'GET /devices':                          '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /devices/health':                   '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /devices/{device_id}':              '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    'GET /alarms':                           '.  x  x  x  .  .  .  x  x  .  .  .  .  .  .  .  x  .  .',
    'POST /alarms/{alarm_id}/acknowledge':   '.  x  .  x  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .',
    'POST /district/parking':                '.  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .',
    'POST /pos/orders':                      'x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x',
}  # fmt: skip

# Routes that ask for no key, and what they ask for instead.
SIGNED: dict[str, str] = {
    'POST /pos/orders': 'the signature of a till over its order',
}

# Permissions that no role holds by default, and why.
NOBODYS: dict[str, str] = {
    'devices.strays': 'messages of no known mall concern the administrator',
    'footfall.record': 'the ingest alone records',
    'safety.record': 'the gateway to the fire panel alone records',
    'identity.manage_accounts': 'the administrator appoints who may',
    'identity.manage_api_keys': 'the administrator appoints who may',
    'identity.manage_roles': 'the administrator appoints who may',
    'mall.found': 'founding a mall is an act of the group',
    'members.run_loyalty': 'the worker runs it',
    'platform.upkeep': 'the worker does it',
    'coupons.run': 'the worker runs it',
    'aftersales.run': 'the worker runs it',
    'payments.take': 'the tills take money on the cashier’s word, the worker resolves it',
    'payments.receive_notices': 'the channels’ adapters receive them',
    'district.receive': 'the adapter of WeChat receives them',
    'district.run': 'the worker runs it',
    'district.report_parking': 'the parking system alone reports, with a key of its own',
    'sales.sync_offline': 'a till proves itself by its signature',
}

# What one person must not hold together (separation of duties).
APART: tuple[tuple[str, str], ...] = (
    ('sales.sell', 'payments.reconcile'),
    ('billing.prepare', 'billing.approve'),
    ('leasing.draft', 'leasing.sign'),
    ('leasing.report_turnover', 'leasing.close_turnover'),
    ('members.propose_adjustment', 'members.approve_adjustment'),
)
