"""Hazards that cameras hint at, before the person who verifies them (安全)."""
