"""Payments for finance: channels' days in three books, the queue of exceptions, refunds."""
