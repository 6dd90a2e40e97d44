"""Figures beside each other: twice the same, parts beside their whole, members beside their group."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from schema.enumerations import RollUp, Unit
from schema.tables import MetricRow
from service.statistics import sentences
from service.writes.limits import is_unusable
from service.writes.submissions.validation.entries import Entry, Row, key, reckoned
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.known import Cell, Known, Members

# What is counted is exact; anything else may have been rounded where it was made.
_EXACT = frozenset({Unit.COUNT, Unit.YES_NO, Unit.SCORE})


def duplicates(rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that are figures of one cell, each with the first of them."""
    seen: dict[tuple[str, str, str], int] = {}
    for at, row in enumerate(rows):
        cell = (row.metric, row.organisation, row.period)
        if any(is_unusable(code) for code in cell):
            continue
        first = seen.setdefault(cell, at)
        if first != at:
            message = f"Rows {first} and {at} are both {row.metric[:80]} of {row.organisation} for {cell[2][:40]}."
            yield of_row("validation/duplicate-row", message, at)


def parts_and_wholes(entries: Sequence[Entry], known: Known) -> Iterator[Finding]:
    """Parts whose sum exceeds their total: those of the submission, and for the rest those that are published."""
    values = {entry.cell: entry.value for entry in entries}
    looked: set[Cell] = set()
    for entry in entries:
        whole = known.wholes.get(entry.metric.part_of_id or 0, entry.metric)
        cell = (key(whole), *entry.cell[1:])
        if cell in looked or not known.parts.get(key(whole)):
            continue
        looked.add(cell)
        total = _standing(cell, values, known)
        named = [(part, _standing((key(part), *cell[1:]), values, known)) for part in known.parts[key(whole)]]
        given = [(part, value) for part, value in named if value is not None]
        if len(given) < len(named) and (whole.minimum is None or whole.minimum < 0):
            # Of what may be below zero, some parts may well be more than the whole.
            continue
        slack = sum((_slack(part) for part, _ in [*given, (whole, total)]), Decimal(0))
        parts = sum((value for _, value in given), Decimal(0))
        if total is not None and parts > total + slack:
            unit = Unit(whole.unit)
            names = ", ".join(part.name for part, _ in given)
            message = (
                f"The parts of {whole.name} of {entry.organisation.name} for {entry.period.label} add up to "
                f"{sentences.number(unit, parts)}, more than its {sentences.number(unit, total)}: {names}."
            )
            yield of_row("validation/parts-exceed-total", message, entry.row, "value")


def members(entries: Sequence[Entry], known: Known) -> Iterator[Finding]:
    """A group's figure that is not what its members' figures make it, where all are there; or less than some."""
    by_cell = {entry.cell: entry for entry in entries}
    for entry in entries:
        group = known.members.get(entry.cell)
        if group is None or entry.value is None:
            continue
        figures = _members_figures(entry, group, by_cell)
        made = _made(entry.metric, figures)
        if made is None:
            continue
        slack = _slack(entry.metric) * (1 if entry.metric.roll_up == RollUp.RATIO_OF_SUMS else len(figures) + 1)
        complete = len(figures) == len(group.organisations)
        can_only_grow = entry.metric.roll_up == RollUp.SUM and (entry.metric.minimum or 0) >= 0
        if abs(made - entry.value) <= slack or not (complete or (can_only_grow and made > entry.value)):
            continue
        unit = Unit(entry.metric.unit)
        message = (
            f"{entry.told()} is {sentences.number(unit, entry.value)}, and the figures of {len(figures)} of its "
            f"{len(group.organisations)} members make {sentences.number(unit, made)}."
        )
        yield of_row("validation/members-differ", message, entry.row, "value")


def _standing(cell: Cell, values: Mapping[Cell, Decimal | None], known: Known) -> Decimal | None:
    """The value of a cell in the submission, or as it is published."""
    if cell in values:
        return values[cell]
    published = known.published.get(cell)
    return published.value if published is not None and published.stands else None


def _slack(metric: MetricRow) -> Decimal:
    """Half a unit of the last decimal, for what may have been rounded."""
    return Decimal(0) if Unit(metric.unit) in _EXACT else Decimal(5).scaleb(-metric.decimals - 1)


Numbers = tuple[Decimal, Decimal | None, Decimal | None]


def _members_figures(entry: Entry, group: Members, entries: Mapping[Cell, Entry]) -> dict[int, Numbers]:
    """Value, numerator and denominator of each member: of the submission, or as published."""
    figures = dict(group.figures)
    metric, _, period = entry.cell
    for member in group.organisations:
        sent = entries.get((metric, member, period))
        if sent is not None and sent.value is not None:
            figures[member] = (sent.value, sent.numerator, sent.denominator)
        elif sent is not None:
            figures.pop(member, None)
    return figures


def _made(metric: MetricRow, figures: Mapping[int, Numbers]) -> Decimal | None:
    """What members' figures make of their group's; None where they make nothing."""
    if not figures:
        return None
    if metric.roll_up == RollUp.SUM:
        return sum((value for value, _, __ in figures.values()), Decimal(0))
    if metric.roll_up != RollUp.RATIO_OF_SUMS:
        return None
    numerators = [numerator for _, numerator, __ in figures.values() if numerator is not None]
    denominators = [denominator for _, __, denominator in figures.values() if denominator is not None]
    if len(numerators) != len(figures) or len(denominators) != len(figures) or not sum(denominators):
        return None
    return reckoned(metric, sum(numerators, Decimal(0)), sum(denominators, Decimal(0)))
