"""Staff pages of leasing: the rent roll, one lease, its amendments, new leases, units, the portfolio, turnover."""
