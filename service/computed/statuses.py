"""What a target is judged by becomes its status on every day from a day on.

As the figures are now, a status changes only when a date passes that its inputs name: a due date, the last day of the
organisation or of a period, the first day of a revision. So it is worked out on those days, and holds in between.
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
from service.computed.progress import progress, progress_of_members

FOR_EVER = dt.date.max
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days, both inclusive, on which a target has one status."""

    starts: dt.date
    ends: dt.date
    status: TargetStatus


def stretches(judged: JudgedTarget, since: dt.date) -> list[Stretch]:
    """The statuses of a target from a day on, without a gap, for ever."""
    return _merged(lambda day: progress(ProgressInputs(judged, day)).status, _dates(judged), since)


def stretches_of_members(judged: JudgedTarget, members: Sequence[Stretch], since: dt.date) -> list[Stretch]:
    """The same for a target that members inherit, by their statuses on the days on which they inherit it."""

    def status(day: dt.date) -> TargetStatus:
        theirs = [each.status for each in members if each.starts <= day <= each.ends]
        return progress_of_members(ProgressInputs(judged, day), theirs).status

    return _merged(status, [*_dates(judged), *_dates(members)], since)


def _merged(status: Callable[[dt.date], TargetStatus], dates: Iterable[dt.date], since: dt.date) -> list[Stretch]:
    turns = {day for each in dates if each < FOR_EVER for day in (each, each + _A_DAY)}
    days = sorted({since, *(day for day in turns if day > since)})
    changes = [(day, status(day)) for day in days]
    firsts = [next(same) for _, same in groupby(changes, itemgetter(1))]
    ends = [later - _A_DAY for _, (later, _) in pairwise(firsts)]
    return [Stretch(day, end, each) for (day, each), end in zip(firsts, [*ends, FOR_EVER], strict=True)]


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
