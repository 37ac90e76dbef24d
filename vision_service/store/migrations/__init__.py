"""Migrations of the vision store, in a schema of its own."""
