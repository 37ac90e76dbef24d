"""Sends webhooks: signed, to addresses of the public internet alone, again when they were not taken."""
