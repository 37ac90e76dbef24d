"""Where the shop's pages are."""

HOME = '/tenant'
BILLS = '/tenant/bills'
TURNOVER = '/tenant/turnover'
NOTICES = '/tenant/notices'
ORDERS = '/tenant/work-orders'
STAFF = '/tenant/staff'
ENERGY = '/tenant/energy'
FILINGS = '/tenant/promotions'
PERMITS = '/tenant/permits'
SALES = '/tenant/sales'
KEYS = '/tenant/interfaces'
HOOKS = '/tenant/interfaces/webhooks'
