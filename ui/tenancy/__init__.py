"""商户服务 (tenancy): the mall's side of work orders, notices and promotions that shops filed."""
