"""Figures compared with each other: the same cell twice, parts with their whole, members with their group."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal

from schema.enumerations import Qualifier, RollUp, Unit
from schema.tables import Measurement, MetricRow, key
from schema.units import unit_rules
from service.statistics import sentences
from service.writes.limits import is_unusable
from service.writes.submissions.validation.entries import Entry, Row, calculated
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.history import is_change
from service.writes.submissions.validation.known import Cell, Known, Members


def duplicates(rows: Sequence[Row], without: Set[int] = frozenset()) -> Iterator[Finding]:
    """Rows that are figures of one cell, each with the first of them."""
    seen: dict[tuple[str, str, str], int] = {}
    for at, row in enumerate(rows):
        if at in without or any(is_unusable(code) for code in row.codes):
            continue
        first = seen.setdefault(row.codes, at)
        if first != at:
            message = f"Rows {first} and {at} are both {row.metric[:80]} of {row.organisation} for {row.period[:40]}."
            yield of_row("validation/duplicate-row", message, at, others=(first,))


def parts_and_wholes(entries: Sequence[Entry], known: Known) -> Iterator[Finding]:
    """Parts that add up to more than their total, or to less where they are all that it has.

    They are those of the submission, and for the rest those that are published. An approximation adds up to nothing.
    """
    sent = {entry.cell: entry for entry in entries}
    families: dict[Cell, list[Entry]] = defaultdict(list)
    for entry in entries:
        whole = known.wholes.get(entry.metric.part_of_id or 0, entry.metric)
        families[key(whole), *entry.cell[1:]].append(entry)
    for cell, family in families.items():
        whole = known.wholes.get(family[0].metric.part_of_id or 0, family[0].metric)
        total = _current(cell, sent, known)
        named = [(part, _current((key(part), *cell[1:]), sent, known)) for part in known.parts.get(key(whole), ())]
        counted = [(part, current) for part, current in named if current is not None]
        if total is None or not counted or not all(map(is_exact, [total, *(each for _, each in counted)])):
            continue
        if whole.unit == Unit.YES_NO:
            yield from _answered(sent.get(cell), counted, len(named), known)
        else:
            yield from _added_up(family, whole, total, counted, len(named), known)


def _added_up(
    family: Sequence[Entry],
    whole: MetricRow,
    total: Measurement,
    counted: Sequence[tuple[MetricRow, Measurement]],
    expected: int,
    known: Known,
) -> Iterator[Finding]:
    """Whether the parts of a total that are known fit it; the finding is about a row of the family that changes."""
    if len(counted) < expected and (whole.minimum is None or whole.minimum < 0):
        # Where values can be below zero, some of the parts can be more than the whole.
        return
    value, unit = total.value or Decimal(0), Unit(whole.unit)
    slack = sum((_slack(part) for part, _ in counted), _slack(whole))
    parts = sum((current.value or Decimal(0) for _, current in counted), Decimal(0))
    is_below = whole.parts_are_whole and len(counted) == expected and parts < value - slack
    if not is_below and parts <= value + slack:
        return
    changed = [each for each in family if is_change(each, known.published.get(each.cell))]
    entry = changed[0] if changed else family[0]
    code, than = ("parts-below-total", "less") if is_below else ("parts-exceed-total", "more")
    names = ", ".join(part.name for part, _ in counted)
    message = (
        f"The parts of {whole.name} of {entry.organisation.name} for {entry.period.label} add up to "
        f"{sentences.number(unit, parts)}, {than} than its {sentences.number(unit, value)}: {names}."
    )
    yield of_row(f"validation/{code}", message, entry.row, "value", others=tuple(each.row for each in changed))


def _answered(
    entry: Entry | None,
    counted: Sequence[tuple[MetricRow, Measurement]],
    expected: int,
    known: Known,
) -> Iterator[Finding]:
    """Whether a yes or no that somebody sends is what its parts make. One that changes nothing follows its parts."""
    said = [part.name for part, current in counted if current.value]
    if entry is None or not is_change(entry, known.published.get(entry.cell)):
        return
    if bool(entry.value) == bool(said) or not (said or len(counted) == expected):
        return
    parts = f"these parts are yes: {', '.join(said)}" if said else "all of its parts are no"
    message = f"{entry.name} is {'yes' if entry.value else 'no'}, but {parts}."
    yield of_row(
        "validation/calculation-differs",
        f"{message} With a reason, your figure counts until its parts make another answer.",
        *(entry.row, "value"),
    )


def subtractions(entries: Sequence[Entry], known: Known) -> Iterator[Finding]:
    """An increase or a difference that is not what the two figures make that it is calculated from."""
    sent = {entry.cell: entry for entry in entries}
    for entry in entries:
        pair = known.subtractions.get(entry.cell)
        if pair is None or entry.value is None or not is_exact(entry.measurement):
            continue
        one, less = (_current(cell, sent, known) for cell in pair)
        if one is None or less is None or not (is_exact(one) and is_exact(less)):
            continue
        first, second = one.value or Decimal(0), less.value or Decimal(0)
        if abs(first - second - entry.value) <= _slack(entry.metric):
            continue
        said, *numbers = (
            sentences.number(Unit(entry.metric.unit), each) for each in (entry.value, first, second, first - second)
        )
        message = (
            f"{entry.name} is {said}, but {numbers[0]} less {numbers[1]} is {numbers[2]}. "
            "With a reason, your figure counts until one of these two changes."
        )
        yield of_row("validation/calculation-differs", message, entry.row, "value")


def members(entries: Sequence[Entry], known: Known) -> Iterator[Finding]:
    """A group's figure that differs from its members' figures, where all are there, or is less than some of them.

    A derived metric's figure is compared with the figures that there are: they would be published in its place.
    """
    by_cell = {entry.cell: entry for entry in entries}
    for entry in entries:
        group = known.members.get(entry.cell)
        if group is None or entry.value is None or not is_exact(entry.measurement):
            continue
        figures = _members_figures(entry, group, by_cell)
        made = _rolled_up(entry.metric, figures, group.source or entry.metric)
        if made is None:
            continue
        method = entry.metric.derived_by or entry.metric.roll_up
        slack = _slack(entry.metric) * (len(figures) + 1 if method == RollUp.SUM else 1)
        complete = group.source is not None or len(figures) == len(group.organisations)
        can_only_grow = entry.metric.roll_up == RollUp.SUM and (entry.metric.minimum or 0) >= 0
        if abs(made - entry.value) <= slack or not (complete or (can_only_grow and made > entry.value)):
            continue
        unit = Unit(entry.metric.unit)
        message = (
            f"{entry.name} is {sentences.number(unit, entry.value)}, but the figures of {len(figures)} of its "
            f"{len(group.organisations)} members make {sentences.number(unit, made)}."
        )
        if group.source is not None:
            message += " With a reason, your figure counts until the members' figures change."
        yield of_row("validation/members-differ", message, entry.row, "value")


def is_exact(measurement: Measurement) -> bool:
    """Whether a number is no approximation."""
    return measurement.qualifier == Qualifier.EXACT


def _current(cell: Cell, sent: Mapping[Cell, Entry], known: Known) -> Measurement | None:
    """What is said for a cell in the submission, or as it is published; None where there is no figure."""
    if cell in sent:
        return None if sent[cell].is_nil_return else sent[cell].measurement
    published = known.published.get(cell)
    return published.measurement if published is not None and published.stands else None


def _slack(metric: MetricRow) -> Decimal:
    """Half a unit of the last decimal place, where values may have been rounded."""
    return Decimal(0) if unit_rules(metric.unit).is_exact else Decimal(5).scaleb(-metric.decimals - 1)


def _members_figures(entry: Entry, group: Members, entries: Mapping[Cell, Entry]) -> dict[int, Measurement]:
    """The figure of each member: of the submission, or as published."""
    figures = dict(group.figures)
    metric, _, period = entry.cell
    for member in group.organisations:
        sent = entries.get((metric if group.source is None else key(group.source), member, period))
        if sent is not None and sent.value is not None:
            figures[member] = sent.measurement
        elif sent is not None:
            figures.pop(member, None)
    return figures


def _rolled_up(metric: MetricRow, figures: Mapping[int, Measurement], source: MetricRow) -> Decimal | None:
    """The value that members' figures of a metric make for their group; None where they make none."""
    if not figures:
        return None
    total = sum((each.value for each in figures.values() if each.value is not None), Decimal(0))
    match metric.derived_by or metric.roll_up:
        case RollUp.SUM | RollUp.COUNT_YES:
            return total
        case RollUp.PERCENT_YES:
            return calculated(metric, total, Decimal(len(figures)))
        case RollUp.PERCENT_OF_MAXIMUM:
            return calculated(metric, total, source.maximum * len(figures)) if source.maximum else None
        case RollUp.RATIO_OF_SUMS:
            return _ratio(metric, figures)
    return None


def _ratio(metric: MetricRow, figures: Mapping[int, Measurement]) -> Decimal | None:
    """The ratio of members' numerators to their denominators; None where one of them is missing."""
    numerators = [each.numerator for each in figures.values() if each.numerator is not None]
    denominators = [each.denominator for each in figures.values() if each.denominator is not None]
    if len(numerators) != len(figures) or len(denominators) != len(figures) or not sum(denominators):
        return None
    return calculated(metric, sum(numerators, Decimal(0)), sum(denominators, Decimal(0)))
