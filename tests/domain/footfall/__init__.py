"""Footfall: its rules by their IDs, its recording under duplicates, disorder and concurrency, its questions."""
