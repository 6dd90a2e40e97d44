"""Where the process limits of a series begin again: an input of everything that reads limits."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class RecalculatedFrom:
    """A date from which the process limits are recalculated, and why.

    They rest on the first `fix_after` figures from then on; on all where it is null.
    """

    starts: dt.date
    reason: str
    fix_after: int | None = None
