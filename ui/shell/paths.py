"""Addresses of pages, by name: slices link through these and never import each other."""

from urllib.parse import urlencode

HOME = '/'
LOGIN = '/login'
ME = '/me'
PASSWORD = '/me/password'  # noqa: S105 - an address
SECOND_FACTOR = '/me/second-factor'
COCKPIT = '/cockpit'
WALL = '/cockpit/wall'
FOOTFALL = '/operations/footfall'
DEVICES = '/devices'
SAFETY = '/safety'
CAMERAS = '/cameras'
TILL = '/pos'
SALES = '/operations/sales'
INVENTORY = '/operations/inventory'
WAREHOUSE = '/warehouse'
MEMBERS = '/marketing/members'
COUPONS = '/marketing/coupons'
PAYMENTS = '/payments'
AFTERSALES = '/operations/after-sales'
LEASING = '/operations/leasing'
BILLING = '/operations/billing'
UTILITIES = '/operations/utilities'
TENANTS = '/operations/tenants'
GATE = '/operations/gate'
APPROVALS = '/operations/approvals'


def camera(code: str) -> str:
    return f'{CAMERAS}/{code}'


def lease(lease_id: int) -> str:
    return f'{LEASING}/leases/{lease_id}'


def tenant_account(tenant_id: int) -> str:
    """A tenant's bills, payments and statement."""
    return f'{BILLING}/tenants/{tenant_id}'


def with_query(path: str, **parameters: object) -> str:
    """The path with its filters; those that are None are left out."""
    given = {name: str(value) for name, value in parameters.items() if value is not None}
    return f'{path}?{urlencode(given)}' if given else path


def login(*, then: str = HOME, chosen: str | None = None) -> str:
    """`chosen` is a language that somebody picked there, which the account then keeps."""
    return with_query(LOGIN, next=None if then == HOME else then, chosen=chosen)
