"""A figure compared with what is published for its cell, and with the history of its series."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from schema.alike import is_same_series
from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.enumerations import Counts, Qualifier, Unit
from schema.london import day_of
from schema.periods import long_date
from schema.tables import Measurement
from service.statistics import doubts, sentences
from service.statistics.goals import Goals, judging
from service.statistics.points import Point, measured, printed
from service.statistics.process import Group, latest_limits
from service.statistics.stretches import latest_stretch
from service.writes.submissions.validation.entries import Entry, with_printed_limits
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.jumps import jumps
from service.writes.submissions.validation.known import Known, Past, Published, Series


def is_change(entry: Entry, published: Published | None) -> bool:
    """Whether an entry changes what is published. A withdrawn figure is published again; an absent note stays."""
    if published is None:
        return not entry.is_nil_return
    if entry.is_nil_return:
        return published.stands
    was, sent = published.measurement, with_printed_limits(entry.measurement, published.measurement)
    counts = was if published.is_derived and sent.numerator is None else sent
    same = replace(
        sent,
        note=was.note if sent.note is None else sent.note,
        # What was calculated keeps its counts, where somebody sends the same value without them.
        numerator=counts.numerator,
        denominator=counts.denominator,
    )
    cites_another = entry.source is not None and entry.source != published.source
    return published.status != entry.status or cites_another or same != was


def compare_with_published(entry: Entry, known: Known) -> Iterator[Finding]:
    """Whether the cell is published already: its value, who published it and when."""
    published = known.published.get(entry.cell)
    if published is None or (not published.stands and entry.is_nil_return):
        return
    by, when = published.published_by or "an import", long_date(day_of(published.published_at))
    value = sentences.number(Unit(entry.metric.unit), published.measurement.value or Decimal(0))
    before = f"{entry.name} was published as {value} by {by} on {when}"
    if not is_change(entry, published):
        yield of_row("validation/unchanged", f"{before}, and is the same.", entry.row)
        return
    at = f"{published.published_at:%H:%M} UTC"
    is_seen = entry.base_revision is None or entry.base_revision >= published.revision
    # What members' figures make is nobody's word: `members` compares it.
    if not is_seen and not published.is_derived:
        message = f"{before} at {at}, after this submission was last saved."
        yield of_row("validation/published-since", message, entry.row)
    yield of_row("validation/no-reason", f"{before} at {at}, and changes.", entry.row, "reason")


def compare_with_past(entry: Entry, known: Known, entries: Mapping[Series, Sequence[Entry]]) -> Iterator[Finding]:
    """What is unusual in the history of its own series; a nil return cannot be compared."""
    if entry.value is None:
        return
    comparable = _comparable(entry, known)
    past = [one for one in comparable if one.ends < entry.period.ends]
    later = [one for one in comparable if one.ends > entry.period.ends]
    if not past and entry.cell not in known.published:
        yield of_row("validation/first-figure", f"{entry.name} is the first of its series.", entry.row)
    yield from _limits(entry, entry.value, past, known.recalculations.get(entry.series, ()))
    yield from jumps(entry, entry.value, past, later)
    yield from _unattainable(entry, entry.value, past, known, entries)
    if past:
        yield from _lost(entry, past[-1], known.goals.get(entry.series, ()))


def _comparable(entry: Entry, known: Known) -> list[Past]:
    """The published figures of its series that the entry can be compared with, oldest first."""
    counts = Counts(entry.metric.counts)
    return [one for one in known.histories.get(entry.series, ()) if is_same_series(counts, entry.period, one)]


def _limits(
    entry: Entry, value: Decimal, past: Sequence[Past], recalculations: Sequence[RecalculatedFrom]
) -> Iterator[Finding]:
    """Whether a value is outside the limits in force, once they are firm. A count since a launch has none: it grows."""
    if not past or entry.metric.counts == Counts.SINCE:
        return
    start, baseline = latest_stretch([*(one.ends for one in past), entry.period.ends], recalculations)
    group = latest_limits([one.value for one in past], start, baseline)
    if group is None or not group.is_firm or group.lower <= value <= group.upper:
        return
    unit = Unit(entry.metric.unit)
    limits = " to ".join(sentences.number(unit, float(each)) for each in (group.lower, group.upper))
    since = " since the limits were recalculated" if start else ""
    message = (
        f"{sentences.number(unit, value)} is outside its process limits, {limits}, from {_of_earlier(group)} "
        f"figures of {entry.metric.name} of {entry.organisation.name}{since}."
    )
    yield of_row("validation/outside-limits", message, entry.row, "value")


def _of_earlier(group: Group) -> str:
    """Which earlier figures limits are calculated from, up to the word before "figures"."""
    first = "" if group.points == group.size else f"first {group.points} of the "
    return f"the {first}{group.size} earlier"


def _unattainable(
    entry: Entry, value: Decimal, past: Sequence[Past], known: Known, entries: Mapping[Series, Sequence[Entry]]
) -> Iterator[Finding]:
    """An exact percentage without its numerator that no whole number of a known denominator makes.

    A derived one is compared with its members' figures instead: some of them may not have answered.
    """
    if Unit(entry.metric.unit) is not Unit.PERCENT or entry.measurement.denominator is not None:
        return
    if entry.metric.derived_from_id is not None or entry.measurement.qualifier != Qualifier.EXACT:
        return
    denominators = sorted(_denominators(entry, past, known, entries))
    decimals = max(-int(value.normalize().as_tuple().exponent), 0)
    shares = [doubts.attainable(value, denominator, decimals) for denominator in denominators]
    if not shares or any(each.is_attainable for each in shares):
        return
    denominator, nearest = denominators[-1], shares[-1].nearest
    near = " and ".join(f"{numerator} of {denominator} is {percent}%" for numerator, percent in nearest)
    message = f"{value}% is the share of no whole number of {', '.join(map(str, denominators))}: {near}."
    yield of_row("validation/unattainable-percentage", message, entry.row, "value")


def _denominators(
    entry: Entry, past: Sequence[Past], known: Known, entries: Mapping[Series, Sequence[Entry]]
) -> set[int]:
    """The denominators of earlier figures, and the latest count of what the denominator counts."""
    plausible = {one.measurement.denominator for one in past if one.measurement.denominator is not None}
    counting = entry.metric.denominator_metric_id
    if counting is not None:
        series = (counting, entry.series[1])
        counted = [one.value for one in known.histories.get(series, ()) if one.ends <= entry.period.ends]
        sent = [each.value for each in entries.get(series, ()) if each.value is not None]
        plausible |= {*counted[-1:], *sent}
    return {int(each) for each in plausible if each >= 1 and each == int(each)}


def _lost(entry: Entry, last: Past, targets: Sequence[Goals]) -> Iterator[Finding]:
    """Targets that judge both figures, and that the last one met and this one does not."""
    unit = Unit(entry.metric.unit)
    now = _point(unit, entry.measurement, entry.period.ends, entry.period.starts)
    before = _point(unit, last.measurement, last.ends, None)
    for target in targets:
        if judging([target], now) is None or not target.judges(before):
            continue
        goal = target.on(now.on)
        if target.on(before.on).is_met_by(before.value) and not goal.is_met_by(now.value):
            message = (
                f"{sentences.number(unit, printed(now, goal.is_met_by))} no longer meets {sentences.target(goal)}, "
                f"which {sentences.number(unit, last.value)} ({last.label}) met."
            )
            yield of_row("validation/target-lost", message, entry.row, "value")


def _point(unit: Unit, numbers: Measurement, on: dt.date, starts: dt.date | None) -> Point:
    value = numbers.value or Decimal(0)
    return measured(unit, value, numbers.numerator, numbers.denominator, on=on, starts=starts)
