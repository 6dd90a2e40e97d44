"""The rows of an update, with the facts about them, become all that is wrong with them. Pure."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from schema.enumerations import Unit
from schema.errors import PROBLEMS, Refusal
from schema.periods import Period, parsed
from schema.tables import MetricRow, OrganisationRow

MOST_FIGURES = 10_000
# No count of people, appointments or pounds in an area comes near it; a slip of the keyboard does.
LARGEST = Decimal(10) ** 12
SMALLEST = Decimal(10) ** -6
LONGEST_TEXT = 2_000
# A float has up to 309 digits before the point, and quantize needs room for all of them.
_CONTEXT = Context(prec=400)


@dataclass(frozen=True)
class Row:
    """One figure as it was sent."""

    metric: str
    organisation: str
    period: str | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    note: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Problem:
    """Something wrong; shapes are those of the type `Problem`."""

    code: str
    message: str
    remedy: str
    path: list[str]
    row: int | None


@dataclass(frozen=True)
class Facts:
    """What is known about the codes that rows use."""

    metrics: Mapping[str, MetricRow]
    organisations: Mapping[str, OrganisationRow]
    # The codes of the organisation that the update is for and of all its members at the quarter's end.
    within: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """A row without problems: what it says, in exact decimals and known things."""

    row: int
    metric: MetricRow
    organisation: OrganisationRow
    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    note: str | None
    reason: str | None


def problem(code: str, message: str, *path: str, row: int | None = None) -> Problem:
    """A problem with the remedy of its code."""
    place = ["figures", str(row)] if row is not None else []
    return Problem(code, message, PROBLEMS[code], ["input", *place, *path], row)


def checked(
    rows: Sequence[Row], quarter: Period | None, facts: Facts, *, on: dt.date
) -> tuple[list[Entry], list[Problem]]:
    """The rows as entries, and every problem of every row, in their order. A row with a problem makes no entry.

    Without a quarter, since that is wrong itself, nothing is said of periods. `on` is today: what has not begun by then
    has no figures.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str], int] = {}
    for at, row in enumerate(rows):
        period, found = _period(at, row, quarter, on) if quarter else (None, [])
        found = [*_unknown(at, row, facts), *found, *unusable({"note": row.note, "reason": row.reason}, row=at)]
        metric = facts.metrics.get(row.metric)
        if metric is not None:
            found += _numbers(at, row, metric)
        if period is not None:
            key = (row.metric, row.organisation, period.code)
            if key in seen:
                message = f"Rows {seen[key]} and {at} are both {row.metric} of {row.organisation} for {period.label}."
                found.append(problem("validation/duplicate-row", message, row=at))
            seen.setdefault(key, at)
        problems += found
        if not found and metric is not None and period is not None:
            entries.append(_entry(at, row, metric, facts.organisations[row.organisation], period))
    return entries, problems


def named_quarter(code: str) -> Period | None:
    """The quarter that a code names, or None."""
    try:
        period = parsed(code)
    except Refusal:
        return None
    return period if period.kind == "QUARTER" else None


def reckoned(metric: MetricRow, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The value that a numerator and a denominator give, to the metric's decimals; None where they give none."""
    factor = {Unit.PERCENT: 100, Unit.RATE_PER_100000: 100_000}.get(Unit(metric.unit))
    if factor is None:
        return None
    return _rounded(numerator * factor / denominator, metric.decimals)


def _unknown(at: int, row: Row, facts: Facts) -> Iterator[Problem]:
    organisation, metric = facts.organisations.get(row.organisation), facts.metrics.get(row.metric)
    if organisation is None:
        message = f"No organisation has the code {row.organisation[:40]!r}."
        yield problem("validation/unknown-organisation", message, "organisation", row=at)
    elif row.organisation not in facts.within:
        message = f"{organisation.name} ({row.organisation}) is not a member of the organisation of this update."
        yield problem("validation/outside-organisation", message, "organisation", row=at)
    if metric is None:
        message = f"No metric has the code {row.metric[:80]!r}."
        yield problem("validation/unknown-metric", message, "metric", row=at)
    elif organisation is not None and organisation.kind not in metric.collected_from:
        kinds = ", ".join(metric.collected_from)
        message = f"{metric.name} is collected from {kinds}, and {organisation.name} is a {organisation.kind}."
        yield problem("validation/not-collected", message, "organisation", row=at)


def unusable(texts: Mapping[str, str | None], *, row: int | None = None) -> Iterator[Problem]:
    """The texts that cannot be kept: too long for a note, or with a NUL, which PostgreSQL has no place for."""
    for name, text in texts.items():
        if text is not None and (len(text) > LONGEST_TEXT or "\x00" in text):
            message = f"The {name} has {len(text):,} characters, or a NUL among them."
            yield problem("validation/unusable-text", message, name, row=row)


def _period(at: int, row: Row, quarter: Period, on: dt.date) -> tuple[Period | None, list[Problem]]:
    try:
        period = quarter if row.period is None else parsed(row.period)
    except Refusal as refusal:
        return None, [problem("validation/wrong-period", refusal.message, "period", row=at)]
    if period.quarter != quarter.code:
        message = f"{period.label} does not end in {quarter.label}."
        return period, [problem("validation/wrong-period", message, "period", row=at)]
    if period.starts > on:
        return period, [problem("validation/wrong-period", f"{period.label} has not begun.", "period", row=at)]
    return period, []


def _numbers(at: int, row: Row, metric: MetricRow) -> list[Problem]:
    """What is wrong with the value, the numerator and the denominator."""
    given = {"value": row.value, "numerator": row.numerator, "denominator": row.denominator}
    infinite = [name for name, number in given.items() if number is not None and not math.isfinite(number)]
    if infinite:
        return [problem("validation/not-finite", f"The {name} is not a number.", name, row=at) for name in infinite]
    found = list(_ratio(at, row, metric))
    ratio = None
    if not found and row.numerator is not None and row.denominator is not None:
        ratio = reckoned(metric, decimal(row.numerator), decimal(row.denominator))
    value = ratio if row.value is None else decimal(row.value)
    if value is None:
        if not found:
            found.append(problem("validation/no-value", "The row has no value, and none follows from it.", row=at))
        return found
    found += _value(at, value, metric)
    if ratio is not None and _rounded(value, metric.decimals) != ratio:
        message = f"The value is {value}, and {row.numerator:g} of {row.denominator:g} is {ratio}."
        found.append(problem("validation/value-contradicts-ratio", message, "value", row=at))
    return found


def _ratio(at: int, row: Row, metric: MetricRow) -> Iterator[Problem]:
    numerator, denominator = row.numerator, row.denominator
    if (numerator is None) != (denominator is None) and Unit(metric.unit) in {Unit.PERCENT, Unit.RATE_PER_100000}:
        absent = "denominator" if denominator is None else "numerator"
        yield problem("validation/half-a-ratio", f"The {absent} is missing.", absent, row=at)
    for name, number in (("numerator", numerator), ("denominator", denominator)):
        if number is not None and (abs(number) > LARGEST or 0 < abs(number) < SMALLEST):
            yield problem("validation/out-of-range", f"The {name}, {number:g}, is beyond reason.", name, row=at)
    if numerator is not None and numerator < 0:
        yield problem("validation/negative-numerator", f"The numerator is {numerator:g}.", "numerator", row=at)
    if denominator is not None and denominator <= 0:
        message = f"The denominator is {denominator:g}."
        yield problem("validation/denominator-not-positive", message, "denominator", row=at)
    elif numerator is not None and denominator is not None and numerator > denominator and metric.unit == Unit.PERCENT:
        message = f"The numerator, {numerator:g}, is more than the denominator, {denominator:g}."
        yield problem("validation/numerator-over-denominator", message, "numerator", row=at)


def _value(at: int, value: Decimal, metric: MetricRow) -> Iterator[Problem]:
    least, most = _range(metric)
    if not least <= value <= most:
        message = f"{value} is not a value of {metric.name}, which is {least:,} to {most:,}."
        yield problem("validation/out-of-range", message, "value", row=at)
    elif metric.unit == Unit.YES_NO and value not in (0, 1):
        yield problem("validation/out-of-range", f"{value} is neither 1 for yes nor 0 for no.", "value", row=at)
    if value != _rounded(value, metric.decimals):
        message = f"{value} has more decimals than the {metric.decimals} of {metric.name}."
        yield problem("validation/too-many-decimals", message, "value", row=at)


def _range(metric: MetricRow) -> tuple[Decimal, Decimal]:
    """The least and the most that a value can be: the metric's own, or what its unit allows."""
    least, most = (Decimal(0), Decimal(100)) if metric.unit == Unit.PERCENT else (-LARGEST, LARGEST)
    return (
        least if metric.minimum is None else metric.minimum,
        most if metric.maximum is None else metric.maximum,
    )


def _entry(at: int, row: Row, metric: MetricRow, organisation: OrganisationRow, period: Period) -> Entry:
    numerator = None if row.numerator is None else decimal(row.numerator)
    denominator = None if row.denominator is None else decimal(row.denominator)
    value = None if row.value is None else decimal(row.value)
    if value is None and numerator is not None and denominator is not None:
        value = reckoned(metric, numerator, denominator)
    if value is None:
        raise ValueError("a row without problems has a value")
    return Entry(at, metric, organisation, period, value, numerator, denominator, row.note, row.reason)


def decimal(number: float) -> Decimal:
    """The exact decimal of the shortest text of a number: 69.57 stays 69.57, and 89.0 is 89."""
    return Decimal(int(number)) if float(number).is_integer() else Decimal(str(number))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _CONTEXT)
