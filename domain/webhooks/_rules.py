"""When a refused delivery is tried again."""

from datetime import timedelta

# After the first try: seconds are for a restart, hours for a night without anybody.
WAITS = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip


def next_wait(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is given up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None
