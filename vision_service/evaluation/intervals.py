"""How sure a share of few is."""

import math

Z_95 = 1.959964


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for `hits` of `total`; all of it for nothing of nothing."""
    if total == 0:
        return 0.0, 1.0
    share, spread = hits / total, Z_95**2 / total
    middle = (share + spread / 2) / (1 + spread)
    reach = Z_95 * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
