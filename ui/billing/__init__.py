"""Staff pages of billing: runs, bills, payments, arrears, shared costs, yearly reconciliation, invoices, accounts."""
