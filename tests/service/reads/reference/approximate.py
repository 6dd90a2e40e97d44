"""A number that the reference and the service compute in different ways."""

import math
from typing import Any


class Approximate(float):
    """A number that is right to nine digits."""

    def is_about(self, other: Any) -> bool:
        """Whether another number is the same, as far as two ways of computing it can tell."""
        is_number = isinstance(other, int | float) and not isinstance(other, bool)
        return is_number and math.isclose(self, other, rel_tol=1e-9, abs_tol=1e-12)
