"""What can be wrong with a row's numbers and texts, whatever else is known."""

from collections.abc import Iterator
from decimal import Decimal

from strawberry.utils.str_converters import to_camel_case

from schema.decimals import rounded
from schema.enumerations import Unit
from schema.tables import NUMBERS, SENT, Citation, Measurement, MetricRow
from schema.units import unit_rules
from service.writes.limits import LARGEST, NUMBER_LIMITS, is_out_of_range, is_unusable
from service.writes.outcome import too_long
from service.writes.submissions.validation.entries import Row, calculated
from service.writes.submissions.validation.findings import Finding, of_row

_TEXTS = tuple(name for name in SENT if name not in NUMBERS and name != "qualifier")


def texts(at: int, row: Row) -> Iterator[Finding]:
    """The texts of a row that cannot be stored."""
    named = {"metric": row.metric, "period": row.period, "reason": row.reason}
    for name, text in (named | {name: getattr(row.measurement, name) for name in _TEXTS}).items():
        if text is not None and is_unusable(text):
            yield of_row("validation/unusable-text", too_long(name, text), at, name)
    if row.source is not None:
        yield from _source(at, row.source)


def _source(at: int, source: Citation) -> Iterator[Finding]:
    if not source.title:
        yield of_row("validation/no-source-title", "The source has no title.", at, "source", "title")
    for name, text in (("title", source.title), ("reference", source.reference)):
        if text is not None and is_unusable(text):
            message = too_long(f"{name} of the source", text)
            yield of_row("validation/unusable-text", message, at, "source", name)


def numbers(at: int, row: Row, metric: MetricRow) -> list[Finding]:
    """What is wrong with the value, the numerator and the denominator."""
    sent: dict[str, Decimal] = {
        name: number for name, number in row.measurement.sent.items() if name in NUMBERS and number is not None
    }
    if row.is_nil_return:
        message = f"The row is a nil return and also has a {' and a '.join(map(_in_words, sent))}."
        return [_of(at, "validation/nil-return-with-value", message, next(iter(sent)))] if sent else []
    infinite = [name for name, number in sent.items() if not number.is_finite()]
    if infinite:
        return [_of(at, "validation/not-finite", f"The {_in_words(name)} is not a number.", name) for name in infinite]
    numerator, denominator = sent.get("numerator"), sent.get("denominator")
    findings = list(_counts(at, numerator, denominator, metric))
    made = None
    if not findings and numerator is not None and denominator is not None:
        made = calculated(metric, numerator, denominator)
    value = sent.get("value", made)
    if value is None:
        if not findings:
            message = "The row has no value, and no numerator and denominator to calculate it from."
            findings.append(of_row("validation/no-value", message, at))
        return findings
    findings += _value(at, value, metric)
    findings += _limits(at, rounded(value, metric.decimals), row.measurement)
    if made is not None and rounded(value, metric.decimals) != made:
        message = f"The value is {value}, but {numerator} of {denominator} is {made}."
        findings.append(of_row("validation/value-contradicts-ratio", message, at, "value"))
    return findings


def _counts(at: int, numerator: Decimal | None, denominator: Decimal | None, metric: MetricRow) -> Iterator[Finding]:
    if (numerator is None) != (denominator is None) and unit_rules(metric.unit).is_ratio:
        absent = "denominator" if denominator is None else "numerator"
        yield of_row("validation/half-a-ratio", f"The {absent} is missing.", at, absent)
    for name, number in (("numerator", numerator), ("denominator", denominator)):
        if number is not None and is_out_of_range(number):
            message = f"The {name} is {number:g}; it must be {NUMBER_LIMITS}."
            yield of_row("validation/out-of-range", message, at, name)
    if numerator is not None and numerator < 0:
        yield of_row("validation/negative-numerator", f"The numerator is {numerator:g}.", at, "numerator")
    if denominator is not None and denominator <= 0:
        message = f"The denominator is {denominator:g}."
        yield of_row("validation/denominator-not-positive", message, at, "denominator")
    elif numerator is not None and denominator is not None and numerator > denominator and metric.unit == Unit.PERCENT:
        message = f"The numerator, {numerator:f}, is more than the denominator, {denominator:f}."
        yield of_row("validation/numerator-over-denominator", message, at, "numerator")


def _limits(at: int, value: Decimal, sent: Measurement) -> Iterator[Finding]:
    """Whether the confidence limits that a source printed are both there, and are on either side of the value."""
    limits = {name: getattr(sent, name) for name in ("lower_confidence_limit", "upper_confidence_limit")}
    absent = [name for name, limit in limits.items() if limit is None]
    if len(absent) == 1:
        yield _of(at, "validation/half-an-interval", f"The {_in_words(absent[0])} is missing.", absent[0])
    for name, limit in limits.items():
        if limit is not None and is_out_of_range(limit):
            message = f"The {_in_words(name)} is {limit:g}; it must be {NUMBER_LIMITS}."
            yield _of(at, "validation/out-of-range", message, name)
    lower, upper = limits.values()
    if lower is not None and upper is not None and not lower <= value <= upper:
        message = f"The value is {value.normalize():f}, and its confidence limits are {lower:f} and {upper:f}."
        yield of_row("validation/value-contradicts-interval", message, at, "value")


def _of(at: int, code: str, message: str, column: str) -> Finding:
    """A finding about one of the numbers of a row, by the name of its column."""
    return of_row(code, message, at, to_camel_case(column))


def _in_words(column: str) -> str:
    return column.replace("_", " ")


def _value(at: int, value: Decimal, metric: MetricRow) -> Iterator[Finding]:
    least, most = _range(metric)
    if not least <= value <= most:
        message = f"The value is {value}; a value of {metric.name} must be between {least:,} and {most:,}."
        yield of_row("validation/out-of-range", message, at, "value")
    elif metric.unit == Unit.YES_NO and value not in (0, 1):
        yield of_row("validation/out-of-range", f"The value is {value}; it must be 1 for yes or 0 for no.", at, "value")
    if value != rounded(value, metric.decimals):
        whole = rounded(value, metric.decimals)
        message = f"{value} is rounded to {whole}, to the {metric.decimals} decimal places of {metric.name}."
        yield of_row("validation/too-many-decimals", message, at, "value")


def _range(metric: MetricRow) -> tuple[Decimal, Decimal]:
    """The lowest and the highest possible value: the metric's own, or those of its unit, or those of all numbers."""
    rules = unit_rules(metric.unit)
    least = -LARGEST if rules.least is None else Decimal(rules.least)
    most = LARGEST if rules.most is None else Decimal(rules.most)
    return (
        least if metric.minimum is None else metric.minimum,
        most if metric.maximum is None else metric.maximum,
    )
