"""The arithmetic of billing: pure functions over integers and days."""
