"""我的店 (tenant): a shop's own pages, made for a phone: to do, bills, turnover, notices, repairs, energy."""
