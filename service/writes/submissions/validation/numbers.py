"""What can be wrong with a row's numbers and texts, whatever else is known."""

from collections.abc import Iterator
from decimal import Decimal

from schema.enumerations import Unit
from schema.tables import MetricRow
from service.writes.limits import LARGEST, is_out_of_range, is_unusable
from service.writes.submissions.validation.entries import Row, reckoned, rounded
from service.writes.submissions.validation.findings import Finding, of_row

_RATIOS = frozenset({Unit.PERCENT, Unit.RATE_PER_100000})


def texts(at: int, row: Row) -> Iterator[Finding]:
    """The texts of a row that cannot be kept."""
    for name, text in {"metric": row.metric, "period": row.period, "note": row.note, "reason": row.reason}.items():
        if text is not None and is_unusable(text):
            message = f"The {name} has {len(text):,} characters, or a NUL among them."
            yield of_row("validation/unusable-text", message, at, name)


def numbers(at: int, row: Row, metric: MetricRow) -> list[Finding]:
    """What is wrong with the value, the numerator and the denominator."""
    given = {"value": row.value, "numerator": row.numerator, "denominator": row.denominator}
    named = [name for name, number in given.items() if number is not None]
    if row.is_nil_return:
        message = f"The row is a nil return, and gives a {' and a '.join(named)}."
        return [of_row("validation/nil-return-with-value", message, at, named[0])] if named else []
    infinite = [name for name, number in given.items() if number is not None and not number.is_finite()]
    if infinite:
        return [of_row("validation/not-finite", f"The {name} is not a number.", at, name) for name in infinite]
    found = list(_ratio(at, row, metric))
    ratio = None
    if not found and row.numerator is not None and row.denominator is not None:
        ratio = reckoned(metric, row.numerator, row.denominator)
    value = ratio if row.value is None else row.value
    if value is None:
        if not found:
            found.append(of_row("validation/no-value", "The row has no value, and none follows from it.", at))
        return found
    found += _value(at, value, metric)
    if ratio is not None and rounded(value, metric.decimals) != ratio:
        message = f"The value is {value}, and {row.numerator} of {row.denominator} is {ratio}."
        found.append(of_row("validation/value-contradicts-ratio", message, at, "value"))
    return found


def _ratio(at: int, row: Row, metric: MetricRow) -> Iterator[Finding]:
    numerator, denominator = row.numerator, row.denominator
    if (numerator is None) != (denominator is None) and Unit(metric.unit) in _RATIOS:
        absent = "denominator" if denominator is None else "numerator"
        yield of_row("validation/half-a-ratio", f"The {absent} is missing.", at, absent)
    for name, number in (("numerator", numerator), ("denominator", denominator)):
        if number is not None and is_out_of_range(number):
            yield of_row("validation/out-of-range", f"The {name}, {number:g}, is beyond reason.", at, name)
    if numerator is not None and numerator < 0:
        yield of_row("validation/negative-numerator", f"The numerator is {numerator:g}.", at, "numerator")
    if denominator is not None and denominator <= 0:
        message = f"The denominator is {denominator:g}."
        yield of_row("validation/denominator-not-positive", message, at, "denominator")
    elif numerator is not None and denominator is not None and numerator > denominator and metric.unit == Unit.PERCENT:
        message = f"The numerator, {numerator:f}, is more than the denominator, {denominator:f}."
        yield of_row("validation/numerator-over-denominator", message, at, "numerator")


def _value(at: int, value: Decimal, metric: MetricRow) -> Iterator[Finding]:
    least, most = _range(metric)
    if not least <= value <= most:
        message = f"{value} is not a value of {metric.name}, which is {least:,} to {most:,}."
        yield of_row("validation/out-of-range", message, at, "value")
    elif metric.unit == Unit.YES_NO and value not in (0, 1):
        yield of_row("validation/out-of-range", f"{value} is neither 1 for yes nor 0 for no.", at, "value")
    if value != rounded(value, metric.decimals):
        message = f"{value} has more decimals than the {metric.decimals} of {metric.name}."
        yield of_row("validation/too-many-decimals", message, at, "value")


def _range(metric: MetricRow) -> tuple[Decimal, Decimal]:
    """The least and the most that a value can be: the metric's own, or what its unit allows."""
    least, most = (Decimal(0), Decimal(100)) if metric.unit == Unit.PERCENT else (-LARGEST, LARGEST)
    return (
        least if metric.minimum is None else metric.minimum,
        most if metric.maximum is None else metric.maximum,
    )
