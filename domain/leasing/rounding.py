"""One way to round: half up, away from zero, once per amount."""


def divided(numerator: int, denominator: int) -> int:
    """The quotient rounded half up in size, so that a credit is rounded like the charge it takes back."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    size, whole = abs(numerator), abs(denominator)
    return sign * ((2 * size + whole) // (2 * whole))


BASIS = 10_000


def share(amount: int, rate_bp: int) -> int:
    """`rate_bp` basis points of an amount."""
    return divided(amount * rate_bp, BASIS)
