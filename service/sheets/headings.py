"""The rows of a sheet are searched for headings: which column is what, and where the figures begin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schema.errors import Refusal
from service.sheets.cells import Cell, Sheet
from service.sheets.vocabulary import KnownMetric, Vocabulary, alike

# A title and some lines of explanation may stand over the headings.
_ROWS_SEARCHED = 30
# The headings of the columns that an answered sheet gets. A second upload does not read them.
WHAT_IS_WRONG, WHAT_TO_DO = "What is wrong", "What to do"


class Column(StrEnum):
    """What a column can hold. The values are the fields of a figure, where there is one."""

    ORGANISATION_CODE = "organisation code"
    ORGANISATION = "organisation"
    METRIC_CODE = "metric code"
    METRIC = "metric"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    QUALIFIER = "qualifier"
    PERIOD = "period"
    NOTE = "note"
    REASON = "reason"

    @property
    def of(self) -> str:
        """The field that it tells: that of a code is what it is the code of."""
        return self.removesuffix(" code")


_CALLED: Mapping[Column, tuple[str, ...]] = {
    Column.ORGANISATION_CODE: (
        "organisation code",
        "organization code",
        "ods code",
        "ods",
        "practice code",
        "pcn code",
    ),
    Column.ORGANISATION: (
        *("organisation", "organization", "organisation name", "org", "org name", "practice", "practice name"),
        *("pcn", "pcn name", "network", "trust", "trust name", "icb", "board"),
    ),
    Column.METRIC_CODE: ("measure code", "metric code", "indicator code"),
    Column.METRIC: ("measure", "measure name", "metric", "metric name", "indicator", "question"),
    Column.VALUE: ("value", "answer", "your answer", "figure", "result"),
    Column.NUMERATOR: ("numerator", "top number"),
    Column.DENOMINATOR: ("denominator", "bottom number"),
    Column.QUALIFIER: ("qualifier", "how exact"),
    Column.PERIOD: ("period", "quarter", "month", "date", "period end"),
    Column.NOTE: ("note", "notes", "comment", "comments"),
    Column.REASON: ("reason", "reason for change", "why"),
}
_COLUMNS = {name: column for column, names in _CALLED.items() for name in names}


@dataclass(frozen=True)
class Headings:
    """Where the headings of a sheet are, and what its columns hold, by their positions.

    A sheet has one figure in a row, with a column for the measure; or it is a grid, with a column for each measure.
    """

    row: int
    columns: Mapping[Column, int]
    metrics: Mapping[int, KnownMetric]

    def has(self, *columns: Column) -> bool:
        """Whether there is a column for one of these."""
        return any(column in self.columns for column in columns)


def heading_named(cell: Cell) -> Column | None:
    """What the column under a heading holds; None for a heading that says none of it."""
    return _COLUMNS.get(alike(cell.text)) if isinstance(cell.content, str) else None


def headings_of(sheet: Sheet, known: Vocabulary, *, needs_organisation: bool) -> Headings | None:
    """The headings of a sheet; None for a sheet that has none, such as an explanation.

    Refusals: `upload/two-columns`.
    """
    for row, cells in enumerate(sheet.rows[:_ROWS_SEARCHED]):
        columns = {at: column for at, cell in enumerate(cells) if (column := heading_named(cell)) is not None}
        found = Headings(row, {column: at for at, column in reversed(columns.items())}, {})
        has_organisation = found.has(Column.ORGANISATION, Column.ORGANISATION_CODE)
        if not has_organisation and needs_organisation:
            continue
        if found.has(Column.METRIC, Column.METRIC_CODE) and found.has(Column.VALUE, Column.NUMERATOR):
            return _unambiguous(sheet, found, list(columns.values()))
        if has_organisation and (metrics := _metrics(cells, known)):
            return _unambiguous(sheet, Headings(row, found.columns, metrics), list(columns.values()))
    return None


def _metrics(cells: Sequence[Cell], known: Vocabulary) -> dict[int, KnownMetric]:
    """The measures that the headings of a grid name."""
    named = {at: known.metrics_called(cell.text) for at, cell in enumerate(cells) if isinstance(cell.content, str)}
    return {at: metrics[0] for at, metrics in named.items() if len(metrics) == 1}


def _unambiguous(sheet: Sheet, found: Headings, columns: Sequence[Column]) -> Headings:
    """Headings of which none stands twice; of a grid only those of its organisations matter."""
    twice = [column for column in Column if columns.count(column) > 1]
    measures = list(found.metrics.values())
    if twice or len(set(measures)) < len(measures):
        what = str(twice[0]) if twice else next(each.name for each in measures if measures.count(each) > 1)
        raise Refusal("upload/two-columns", f"The sheet {sheet.name} must have one column for {what!r}.")
    return found
