"""The garbage collector of a process that serves for months."""

import gc


def collect_less() -> None:
    """Keeps the collector from walking every library's objects again and again: a pause of 0.2 s, measured.

    Called once everything is loaded; what is there by then stays for good.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
