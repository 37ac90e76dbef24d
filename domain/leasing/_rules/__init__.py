"""The arithmetic of leases: pure functions over integers and days."""
