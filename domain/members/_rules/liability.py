"""What outstanding points are worth. Rule PT-R15."""

MILLIFEN_BP = 1000 * 10_000


def provision_fen(points: int, *, value_millifen: int, breakage_bp: int) -> int:
    """Points times value, less what will never be redeemed, rounded half up to the fen."""
    numerator = points * value_millifen * (10_000 - breakage_bp)
    return (2 * numerator + MILLIFEN_BP) // (2 * MILLIFEN_BP)


def value_fen(points: int, *, value_millifen: int) -> int:
    """What points are worth in fen, rounded down: what may be deducted in cash for them."""
    return points * value_millifen // 1000
