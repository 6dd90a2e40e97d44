"""Progress towards a target, from the words of its method, in exact fractions. Slow and obvious on purpose.

Nothing is imported from the service: a wrong rule there gives another answer here. Figures and revisions are plain
data, and a rule is one function that looks at all of them again.
"""

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from statistics import median

from tests.service.reads.reference import methods

MORE, LESS = ("AT_LEAST", "MORE_THAN"), ("AT_MOST", "LESS_THAN")


@dataclass(frozen=True)
class Figure:
    """A published value, as it was rounded and as it was counted, for the days of a period."""

    starts: dt.date
    ends: dt.date
    published: Fraction
    counted: Fraction
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True)
class Revision:
    """What a target asks for from a day on."""

    since: dt.date
    comparator: str
    value: Fraction
    upper: Fraction
    baseline: tuple[dt.date, Fraction] | None
    start: dt.date | None
    due: dt.date | None
    kind: str
    milestones: tuple[tuple[dt.date, Fraction], ...]


@dataclass(frozen=True)
class Target:
    """A target: how its metric counts, how it was set and changed, and what else its status depends on."""

    unit: str
    counts: str
    is_sample: bool
    closed_on: dt.date | None
    due_before: dt.date | None
    recalculated_on: dt.date | None
    revisions: tuple[Revision, ...]
    # The length of the periods that it judges, in months; None: the one that most figures have.
    months: int | None = None
    # Whether a member inherits it on a day; None: its organisation set it itself.
    is_inherited_on: Callable[[dt.date], bool] | None = None

    @property
    def accumulates(self) -> bool:
        """Whether its figures add up over days."""
        return self.unit in {"COUNT", "RATE_PER_100000"} and self.counts != "AT_DATE"


@dataclass(frozen=True)
class Stand:
    """The status of a target and its numbers, which are exact, or None. `said` are words that its reason has."""

    status: str
    start: dt.date | None
    figure: int | None = None
    is_met: bool | None = None
    gap: Fraction | None = None
    gap_percent: Fraction | None = None
    percent_of_target: Fraction | None = None
    gap_closed_percent: Fraction | None = None
    expected: Fraction | None = None
    required_per_quarter: Fraction | None = None
    observed_per_quarter: Fraction | None = None
    projected_value: Fraction | None = None
    pace: Fraction | None = None
    said: tuple[str, ...] = ()


def year(day: dt.date) -> int:
    """The year in which the financial year of a day begins."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def quarters(start: dt.date, end: dt.date) -> Fraction:
    """Quarters on the calendar from the end of a day to the end of another; a leap day takes no time."""

    def months(day: dt.date) -> Fraction:
        length = 28 if day.month == 2 else monthrange(day.year, day.month)[1]
        return day.year * 12 + day.month + Fraction(min(day.day, length), length)

    return (months(end) - months(start)) / 3


def in_force(target: Target, day: dt.date) -> Revision:
    """Each revision takes the place of all before it from its day on; before all of them, the earliest holds."""
    held: dict[dt.date, Revision] = {}
    for revision in target.revisions:
        held = {since: one for since, one in held.items() if since < revision.since} | {revision.since: revision}
    days = [since for since in held if since <= day]
    return held[max(days)] if days else held[min(held)]


def start_of(target: Target, revision: Revision) -> dt.date | None:
    """Its own start, its baseline's date, the due date of the target before it, or 1 April of a count of that year."""
    if revision.start is not None:
        return revision.start
    if revision.baseline is not None:
        return revision.baseline[0]
    if revision.due is None:
        return None
    if target.due_before is not None and target.due_before < revision.due:
        return target.due_before
    return dt.date(year(revision.due), 4, 1) if target.counts == "YEAR_TO_DATE" else None


def months_of(figure: Figure) -> int:
    """The whole months of a figure's period; 0 for a single day."""
    if figure.starts == figure.ends:
        return 0
    return (figure.ends.year - figure.starts.year) * 12 + figure.ends.month - figure.starts.month + 1


def of_one_length(target: Target, figures: Sequence[Figure]) -> list[Figure]:
    """The figures of the length that the target judges: its own, or the one of most, of several the one that ends last.

    Of lengths that end on one day it is the shortest.
    """
    if target.counts != "OVER_PERIOD" or not figures:
        return list(figures)
    by_length: dict[int, list[Figure]] = {}
    for figure in figures:
        by_length.setdefault(months_of(figure), []).append(figure)
    usual = max(by_length, key=lambda months: (len(by_length[months]), by_length[months][-1].ends, -months))
    return by_length.get(usual if target.months is None else target.months, [])


def counts_towards(target: Target, figure: Figure) -> bool:
    """Whether a figure is judged by what the target asks for on its last day."""
    revision = in_force(target, figure.ends)
    start = start_of(target, revision)
    if target.is_inherited_on is not None and not target.is_inherited_on(figure.ends):
        return False
    if start is not None and not figure.ends > start:
        return False
    if target.counts == "YEAR_TO_DATE":
        return revision.due is None or year(revision.due) == year(figure.ends)
    is_flow = target.accumulates and target.counts == "OVER_PERIOD"
    return not (is_flow and start is not None and figure.starts < start)


def meets(revision: Revision, value: Fraction) -> bool:
    """Whether a value meets a target."""
    return {
        "AT_LEAST": value >= revision.value,
        "MORE_THAN": value > revision.value,
        "AT_MOST": value <= revision.value,
        "LESS_THAN": value < revision.value,
        "EXACTLY": value == revision.value,
        "BETWEEN": revision.value <= value <= revision.upper,
    }[revision.comparator]


def gap(revision: Revision, value: Fraction) -> Fraction:
    """The distance still to go."""
    if revision.comparator in MORE:
        return revision.value - value
    if revision.comparator in LESS:
        return value - revision.value
    return max(revision.value - value, value - revision.upper, Fraction(0))


def aim(revision: Revision, value: Fraction) -> Fraction:
    """The bound to reach."""
    return revision.upper if value > revision.upper else revision.value


def _percent(part: Fraction, of: Fraction) -> Fraction | None:
    """A part as a percentage of a number, whichever its sign; None of 0."""
    return 100 * part / abs(of) if of else None


def is_short(revision: Revision, value: Fraction, asked: Fraction) -> bool:
    """Whether a value falls short of what was asked for on the way."""
    if revision.comparator in MORE:
        return value < asked
    if revision.comparator in LESS:
        return value > asked
    goal = aim(revision, value)
    return abs(value - goal) > abs(asked - goal)


def expected(revision: Revision, day: dt.date) -> Fraction | None:
    """The straight way from baseline over milestones to the target, on a day."""
    way = [*([revision.baseline] if revision.baseline else []), *revision.milestones]
    if revision.due is None or not way or day < way[0][0]:
        return None
    way.append((revision.due, aim(revision, way[0][1])))
    for (from_day, low), (to_day, high) in pairwise(way):
        if from_day <= day <= to_day:
            return low + (high - low) * Fraction((day - from_day).days, max((to_day - from_day).days, 1))
    return way[-1][1]


def slope(points: Sequence[tuple[dt.date, Fraction]]) -> tuple[Fraction, Fraction] | None:
    """The Theil–Sen slope for a quarter over the last eight quarters, and its level on the last day."""
    last = points[-1][0]
    recent = [(-quarters(day, last), value) for day, value in points if quarters(day, last) <= 8]
    if len({day for day, _ in points if quarters(day, last) <= 8}) < 3:
        return None
    found = median([(b - a) / (y - x) for (x, a), (y, b) in combinations(recent, 2) if x != y])
    return Fraction(found), Fraction(median([value - found * x for x, value in recent]))


def stand(target: Target, figures: Sequence[Figure], on: dt.date) -> Stand:
    """The status of a target on a day, by figures of one length, in the order of their last days."""
    known = [figure for figure in figures if figure.ends <= on]
    judged = [figure for figure in known if counts_towards(target, figure)]
    if not judged:
        return Stand("NO_DATA", start_of(target, in_force(target, on)))
    deciding = judged[-1]
    revision = in_force(target, deciding.ends)
    closes = revision.due is not None and (revision.kind == "REACH" or target.accumulates)
    if closes:
        in_time = [figure for figure in judged if revision.due is not None and figure.ends <= revision.due]
        deciding = in_time[-1] if in_time else deciding
        revision = in_force(target, deciding.ends)
    like = [
        (figure.ends, figure.counted)
        for figure in known
        if figures.index(figure) <= figures.index(deciding)
        and (target.counts != "YEAR_TO_DATE" or year(figure.ends) == year(deciding.ends))
    ]
    return _stand(target, revision, judged, deciding, like, figures, on)


def _stand(
    target: Target,
    revision: Revision,
    judged: list[Figure],
    deciding: Figure,
    like: list[tuple[dt.date, Fraction]],
    figures: Sequence[Figure],
    on: dt.date,
) -> Stand:
    value, due, line = deciding.counted, revision.due, slope(like)
    is_met, is_over = meets(revision, value), due is not None and on > due
    required = None
    if due is not None and not is_over and not is_met and due > deciding.ends:
        required = (aim(revision, value) - value) / quarters(deciding.ends, due)
    observed = line[0] if line else None
    if line is None and revision.baseline is not None and revision.baseline[0] < deciding.ends:
        observed = (value - revision.baseline[1]) / quarters(revision.baseline[0], deciding.ends)
    status, said = _status(target, revision, judged, deciding, figures, on, observed, required)
    base = revision.baseline
    whole = None if base is None else aim(revision, base[1]) - base[1]
    return Stand(
        status=status,
        start=start_of(target, revision),
        figure=figures.index(deciding),
        is_met=is_met,
        gap=gap(revision, value),
        gap_percent=_percent(gap(revision, value), aim(revision, value)),
        percent_of_target=100 * value / revision.value if revision.value else None,
        gap_closed_percent=100 * (value - base[1]) / whole if base is not None and whole else None,
        expected=expected(revision, deciding.ends),
        required_per_quarter=required,
        observed_per_quarter=line[0] if line else None,
        projected_value=_projected(target, line, deciding, due, like) if not is_over else None,
        pace=observed / required if observed is not None and required else None,
        said=said,
    )


def _projected(
    target: Target,
    line: tuple[Fraction, Fraction] | None,
    deciding: Figure,
    due: dt.date | None,
    like: list[tuple[dt.date, Fraction]],
) -> Fraction | None:
    if line is None or due is None:
        return None
    value = line[1] + line[0] * quarters(deciding.ends, due)
    if target.unit == "PERCENT":
        return min(max(value, Fraction(0)), Fraction(100))
    return max(value, Fraction(0)) if all(one >= 0 for _, one in like) else value


def _status(
    target: Target,
    revision: Revision,
    judged: list[Figure],
    deciding: Figure,
    figures: Sequence[Figure],
    on: dt.date,
    observed: Fraction | None,
    required: Fraction | None,
) -> tuple[str, tuple[str, ...]]:
    due, is_met = revision.due, meets(revision, deciding.counted)
    is_over = due is not None and on > due
    closes = due is not None and (revision.kind == "REACH" or target.accumulates)
    met = [figure for figure in judged if meets(in_force(target, figure.ends), figure.counted)]
    if target.closed_on is not None and target.closed_on < on and (due is None or target.closed_on < due):
        return "NOT_ASSESSABLE", ("closed on",)
    if is_over:
        in_time = [figure for figure in met if due is not None and figure.ends <= due]
        by_then = [figure for figure in judged if due is not None and figure.ends <= due]
        # What is decided when due is decided by the last figure until then, also where another revision chose a later.
        if (closes and by_then[-1:] != in_time[-1:]) or not in_time:
            late = [figure for figure in met if due is not None and figure.ends > due]
            return "MISSED", ("met late",) if late else ("the date has passed",)
        if closes:
            return "MET", ()
    if is_met:
        return ("MET_AT_RISK", ("at risk",)) if _is_at_risk(target, revision, deciding, figures) else ("MET", ())
    if any(judged.index(figure) < judged.index(deciding) for figure in met):
        return "LOST", ("it was met in the period to",)
    return _on_its_way(revision, judged, deciding, observed, required)


def _on_its_way(
    revision: Revision, judged: list[Figure], deciding: Figure, observed: Fraction | None, required: Fraction | None
) -> tuple[str, tuple[str, ...]]:
    asked = expected(revision, deciding.ends)
    at = judged.index(deciding)
    worse = at > 0 and gap(revision, deciding.counted) > gap(revision, judged[at - 1].counted)
    said = ["the latest change was"] if worse else []
    if asked is not None and not is_short(revision, deciding.counted, asked):
        return "ON_TRACK", ("the trajectory expects", *said)
    for day, value in reversed(revision.milestones):
        by_then = [figure for figure in judged if figure.ends <= day]
        if day <= deciding.ends and is_short(revision, (by_then[-1] if by_then else judged[0]).counted, value):
            said.append(f"by {day.day} {day:%B} {day.year} was missed")
            break
    if observed is None or not required:
        return "NOT_ASSESSABLE", ("progress cannot be assessed", *said)
    pace = observed / required
    if pace >= Fraction("0.95") and not revision.milestones:
        return "ON_TRACK", tuple(said)
    if pace >= Fraction("0.6"):
        return "ACCELERATE", tuple(said)
    return ("LIMITED" if pace >= 0 else "DETERIORATING"), tuple(said)


def _is_at_risk(target: Target, revision: Revision, deciding: Figure, figures: Sequence[Figure]) -> bool:
    ends = []
    if target.is_sample and deciding.numerator is not None and deciding.denominator:
        ends += [Fraction(each) for each in _wilson(deciding.numerator, deciding.denominator)]
    until = figures[: figures.index(deciding) + 1]
    day = target.recalculated_on
    latest = [figure.published for figure in until if day is None or figure.ends >= day]
    stretch = latest or [figure.published for figure in until]
    limits = methods.process_limits(stretch)
    if limits is not None and len(stretch) >= 12 and target.counts in {"AT_DATE", "OVER_PERIOD"}:
        ends += [limits.lower, limits.upper]
    return any(not meets(revision, end) for end in ends)


def _wilson(count: int, of: int) -> tuple[float, float]:
    z = 1.959963984540054
    share = count / of
    spread = z * math.sqrt(z * z + 4 * count * (1 - share))
    lower, upper = ((2 * count + z * z + sign * spread) / (2 * (of + z * z)) for sign in (-1, 1))
    return (0.0 if count == 0 else 100 * lower), (100.0 if count == of else 100 * upper)
