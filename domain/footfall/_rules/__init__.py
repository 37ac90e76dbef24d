"""The pure rules of footfall, one idea to a file. No database, no clock, no randomness."""
