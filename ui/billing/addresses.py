"""Addresses of the billing pages, in the order of their tabs."""

from ui.shell import paths

RUNS = paths.BILLING
BILLS = f'{RUNS}/bills'
PAYMENTS = f'{RUNS}/payments'
ARREARS = f'{RUNS}/arrears'
COSTS = f'{RUNS}/costs'
RECONCILIATION = f'{RUNS}/reconciliation'
INVOICES = f'{RUNS}/invoices'
RUN = f'{RUNS}/runs/{{run}}'
BILL = f'{BILLS}/{{charge}}'
ACCOUNT = f'{RUNS}/tenants/{{tenant}}'

NAMES = {
    RUNS: 'runs', BILLS: 'bills', PAYMENTS: 'payments', ARREARS: 'arrears', COSTS: 'costs',
    RECONCILIATION: 'reconciliation', INVOICES: 'invoices',
}  # fmt: skip


def run(run_id: int) -> str:
    return RUN.format(run=run_id)


def bill(charge_id: int) -> str:
    return BILL.format(charge=charge_id)
