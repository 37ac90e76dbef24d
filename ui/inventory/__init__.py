"""Stock for the office: what lies where, lots, what sells, orders and what to order, counts."""
