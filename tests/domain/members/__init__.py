"""Members and points."""
