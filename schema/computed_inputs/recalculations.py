"""Where the process limits of a series begin again: an input of everything that reads limits."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class RecalculatedFrom:
    """A date from which the process limits are recalculated, and why."""

    starts: dt.date
    reason: str
