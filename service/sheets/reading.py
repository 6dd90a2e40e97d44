"""Sheets become figures, each with the cells that it came from, and whatever could not be understood."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schema.commands.submissions import FigureInput
from schema.enumerations import Qualifier, Unit
from schema.errors import FINDINGS, Refusal
from schema.periods import period_named
from schema.types.scalars import OdsCode
from service.sheets.cells import Cell, Place, Sheet
from service.sheets.findings import CellFinding
from service.sheets.headings import Column, Headings, heading_named, headings_of
from service.sheets.names import Metric, Names, Organisation, Wrong
from service.sheets.vocabulary import KnownMetric, Vocabulary
from service.sheets.written import Read, read_number, read_period, read_qualifier, read_value


@dataclass(frozen=True)
class Line:
    """One answer of a sheet: its figure, or None where it cannot be understood, and the cell of each of its fields."""

    figure: FigureInput | None
    places: Mapping[str, Place]
    question: str
    findings: Sequence[CellFinding] = ()

    def place(self, name: str) -> Place:
        """The cell of a field; that of the value for a field without one."""
        return self.places.get(name, self.places["value"])


@dataclass
class Reading:
    """What was read of a file: its answers, how many questions are left empty, and what was understood where."""

    lines: list[Line] = field(default_factory=list)
    empty: int = 0
    # The cells in which something was written, and understood as something else.
    understood: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    headings: dict[str, Headings] = field(default_factory=dict)

    def understand(self, cell: Cell, said: str | None, place: Place) -> None:
        """Note what a cell was understood as, where that is not simply what it says."""
        if said is not None and said != cell.text:
            self.understood[cell.text, said].append(place)


def read_sheets(sheets: Sequence[Sheet], known: Vocabulary, *, organisation: str | None = None) -> Reading:
    """The answers in sheets. `organisation` is the code of the organisation of rows that name none.

    Refusals: `upload/no-headings`, `upload/two-columns`, `upload/no-answers`.
    """
    reading = Reading()
    names = Names(known, None if organisation is None else known.organisations.get(organisation))
    for sheet in sheets:
        if sheet.is_hidden:
            continue
        headings = headings_of(sheet, known, needs_organisation=organisation is None)
        if headings is not None:
            reading.headings[sheet.name] = headings
            reading.lines += _lines(sheet, headings, names, reading)
    if not reading.headings:
        message = "The selected file must have the headings Organisation, Measure and Value."
        raise Refusal("upload/no-headings", message)
    if not reading.lines:
        raise Refusal("upload/no-answers", "The selected file must have at least one answer.")
    return reading


def _lines(sheet: Sheet, headings: Headings, names: Names, reading: Reading) -> Iterator[Line]:
    for at in range(headings.row + 1, len(sheet.rows)):
        row = _Row(sheet, at, headings, names, reading)
        if not row.is_heading:
            yield from row.lines()


class _Row:
    """One row of a sheet, which has one answer, or in a grid one for each measure."""

    def __init__(self, sheet: Sheet, at: int, headings: Headings, names: Names, reading: Reading) -> None:
        self._sheet, self._at, self._headings, self._names, self._reading = sheet, at, headings, names, reading

    @property
    def is_heading(self) -> bool:
        """Whether the row is empty, or the headings again: a template has their codes over their names."""
        columns = self._headings.columns
        named = [_is_named(self._cell(column), column) for column in columns if self._text(column)]
        return not self._sheet.rows[self._at] or (len(named) > 0 and all(named))

    def lines(self) -> Iterator[Line]:
        """Its answers, without the empty ones."""
        if not self._headings.metrics:
            yield from self._line(self._headings.columns.get(Column.VALUE), None)
        for at, metric in self._headings.metrics.items():
            yield from self._line(at, metric)

    def _line(self, at: int | None, metric: KnownMetric | None) -> Iterator[Line]:
        """The answer at a column, about the metric of a grid's column or else of the row."""
        if not self._is_answered(at):
            self._reading.empty += bool(self._text(Column.ORGANISATION, Column.ORGANISATION_CODE, Column.METRIC))
            return
        places, measure, organisation = self._places(at), self._metric(metric), self._organisation(metric)
        if metric is None and organisation.known is not None:
            measure = self._metric(None, organisation.known.kind)
        wrong = [each for each in (organisation.wrong, measure.wrong) if each is not None]
        fields = dict(self._fields(at, measure, places, wrong))
        question = self._question(organisation, measure, fields.get("period"))
        figure = None if wrong else FigureInput(metric=measure.code, organisation=OdsCode(organisation.code), **fields)
        found = [_finding(each, places, question) for each in wrong]
        yield Line(figure, places, question, found)

    def _question(self, organisation: Organisation, measure: Metric, period: str | None) -> str:
        """What a cell answers, in words: the measure, the organisation, and the period where the row names one."""
        metric = measure.known.name if measure.known else self._text(Column.METRIC, Column.METRIC_CODE)
        about = (
            organisation.known.name if organisation.known else self._text(Column.ORGANISATION, Column.ORGANISATION_CODE)
        )
        named = None if period is None else period_named(period)
        return ", ".join(each for each in (metric, about, named and named.label) if each)

    def _is_answered(self, at: int | None) -> bool:
        texts = [] if at is None else [self._sheet.cell(self._at, at).text]
        if not self._headings.metrics:
            texts += [self._text(Column.NUMERATOR), self._text(Column.DENOMINATOR)]
        return any(texts)

    def _places(self, at: int | None) -> dict[str, Place]:
        """The cell of each field. Without a column for values, the numerator's is that of the value."""
        columns: dict[str, int] = {}
        for column, position in self._headings.columns.items():
            # A code may be in a hidden column: what people see is the name.
            if column.of not in columns or (self._text(column) and column == column.of):
                columns[column.of] = position
        value = self._headings.columns[Column.NUMERATOR] if at is None else at
        return {
            name: Place(self._sheet.name, self._at, position) for name, position in {**columns, "value": value}.items()
        }

    def _organisation(self, metric: KnownMetric | None) -> Organisation:
        code, name = self._text(Column.ORGANISATION_CODE), self._text(Column.ORGANISATION)
        found = self._names.organisation(code, name, metric or self._metric(None).known)
        column = Column.ORGANISATION_CODE if code else Column.ORGANISATION
        self._understand(column, found.code if found.known else None)
        return found

    def _metric(self, metric: KnownMetric | None, kind: str | None = None) -> Metric:
        if metric is not None:
            return Metric(metric.code, metric)
        return self._names.metric(self._text(Column.METRIC_CODE), self._text(Column.METRIC), kind)

    def _fields(
        self, at: int | None, measure: Metric, places: Mapping[str, Place], wrong: list[Wrong]
    ) -> Iterator[tuple[str, Any]]:
        """The other fields of the figure; adds what is wrong with them."""
        qualifier = Qualifier.EXACT
        cells: list[tuple[str, Cell]] = [] if at is None else [("value", self._sheet.cell(self._at, at))]
        if not self._headings.metrics:
            cells += [(each, self._cell(each)) for each in (Column.NUMERATOR, Column.DENOMINATOR)]
        for name, cell in cells:
            if not cell.text or (name == "value" and measure.known is None and measure.wrong is not None):
                continue
            read = _read(name, cell, measure)
            self._reading.understand(cell, read.said, places[name])
            if read.wrong is not None:
                wrong.append(Wrong("sheet/unreadable-value", name, read.wrong))
            yield ("is_nil_return", True) if read.is_nil else (str(name), read.number)
            qualifier = read.qualifier if name == "value" else qualifier
        if (exact := self._qualifier(qualifier, wrong)) is not Qualifier.EXACT:
            yield "qualifier", exact
        if self._text(Column.PERIOD):
            code, said = read_period(self._cell(Column.PERIOD))
            self._understand(Column.PERIOD, said)
            yield "period", code
        for column in (Column.NOTE, Column.REASON):
            if text := self._text(column):
                yield str(column), text

    def _qualifier(self, written: Qualifier, wrong: list[Wrong]) -> Qualifier:
        """How exact the value is: by the words before it, or by a column for that, as our own files have one."""
        cell = self._cell(Column.QUALIFIER)
        if not cell.text:
            return written
        qualifier = read_qualifier(cell)
        if qualifier is None:
            message = f"{cell.text[:40]!r} does not say how exact the value is. Write exact, over, under or about."
        elif written not in (Qualifier.EXACT, qualifier):
            message = f"{cell.text[:40]!r} is not what the words before the value say."
        else:
            return qualifier
        wrong.append(Wrong("sheet/unreadable-value", Column.QUALIFIER, message))
        return written

    def _understand(self, column: Column, said: str | None) -> None:
        if column in self._headings.columns:
            place = Place(self._sheet.name, self._at, self._headings.columns[column])
            self._reading.understand(self._cell(column), said, place)

    def _cell(self, column: Column) -> Cell:
        position = self._headings.columns.get(column)
        return Cell() if position is None else self._sheet.cell(self._at, position)

    def _text(self, *columns: Column) -> str:
        """The text of the first of some columns that has one."""
        return next((text for column in columns if (text := self._cell(column).text)), "")


def _is_named(cell: Cell, column: Column) -> bool:
    named = heading_named(cell)
    return named is not None and named.of == column.of


def _read(name: str, cell: Cell, measure: Metric) -> Read:
    if name != "value":
        return read_number(cell)
    return read_value(cell, Unit.COUNT if measure.known is None else measure.known.unit)


def _finding(wrong: Wrong, places: Mapping[str, Place], question: str) -> CellFinding:
    severity, remedy = FINDINGS[wrong.code]
    return CellFinding(wrong.code, severity, wrong.message, remedy, places.get(wrong.field, places["value"]), question)
