"""Composition root and command line of Atrium."""
