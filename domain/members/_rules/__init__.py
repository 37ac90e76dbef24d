"""Pure arithmetic and decisions of members and points: no session, no clock, no randomness."""
