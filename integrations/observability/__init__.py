"""Logs that machines can read and people can search: JSON lines with request and actor, secrets removed."""
