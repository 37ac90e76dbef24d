"""What the tills did: receipts of a day, shifts with their reports, cashiers' pace, the tills themselves."""
