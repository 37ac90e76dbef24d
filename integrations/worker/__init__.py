"""The worker (后台): delivers events from the outbox, does the upkeep of every mall, takes in what devices say.

Any number may run: jobs are taken with SKIP LOCKED, upkeep is queued once per minute whoever asks, and the ingest
keeps one session of its own.
"""
