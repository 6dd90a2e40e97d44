"""Numbers as exact decimals: from the floats that JSON brings, and rounded as the NHS rounds."""

from decimal import ROUND_HALF_UP, Context, Decimal

# A float has up to 309 digits before the point, and quantize needs room for all of them.
_CONTEXT = Context(prec=400)


def exact(number: float | None) -> Decimal | None:
    """The exact decimal of the shortest text of a number: 69.57 stays 69.57, and 89.0 is 89."""
    if number is None:
        return None
    return Decimal(int(number)) if float(number).is_integer() else Decimal(str(number))


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A value to some decimal places, half up: 12.5 becomes 13."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _CONTEXT)
