"""What a target is judged by becomes its status and its gap on every day from a day on.

As the figures are now, these change only when a date passes that its inputs name: a due date, the last day of the
organisation or of a period, the first day of a revision. So they are worked out on those days, and hold in between.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from schema.computed_inputs.targets import JudgedTarget, ProgressInputs
from schema.enumerations import TargetStatus
from service.computed.progress import TargetProgress, progress, progress_of_members

FOR_EVER = dt.date.max
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days, both inclusive, on which a target has one status and one gap, in units and in percent of the target."""

    starts: dt.date
    ends: dt.date
    status: TargetStatus
    gap: float | None = None
    gap_percent: float | None = None


def stretches(judged: JudgedTarget, since: dt.date) -> list[Stretch]:
    """The statuses of a target from a day on, each following the one before, for ever."""
    return _merged(lambda day: progress(ProgressInputs(judged, day)), _dates(judged), since)


def stretches_of_members(judged: JudgedTarget, members: Sequence[Stretch], since: dt.date) -> list[Stretch]:
    """The same for a target that members inherit, by their statuses on the days on which they inherit it."""

    def progress_on(day: dt.date) -> TargetProgress:
        theirs = [each.status for each in members if each.starts <= day <= each.ends]
        return progress_of_members(ProgressInputs(judged, day), theirs)

    return _merged(progress_on, [*_dates(judged), *_dates(members)], since)


def _merged(
    progress_on: Callable[[dt.date], TargetProgress], dates: Iterable[dt.date], since: dt.date
) -> list[Stretch]:
    turns = {day for each in dates if each < FOR_EVER for day in (each, each + _A_DAY)}
    days = sorted({since, *(day for day in turns if day > since)})
    changes = [(day, (found.status, found.gap, found.gap_percent)) for day in days for found in [progress_on(day)]]
    firsts = [next(same) for _, same in groupby(changes, itemgetter(1))]
    ends = [later - _A_DAY for _, (later, _) in pairwise(firsts)]
    return [Stretch(day, end, *each) for (day, each), end in zip(firsts, [*ends, FOR_EVER], strict=True)]


def _dates(value: Any) -> Iterator[dt.date]:
    """Every date in some inputs, at any depth."""
    if isinstance(value, dt.date):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _dates(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _dates(getattr(value, field.name))
