"""The door: signing in. Public, in a frame of its own, in both languages."""
