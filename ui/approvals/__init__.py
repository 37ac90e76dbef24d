"""Approvals: everything that waits for one person, of whatever kind."""
