"""Every table of a database as lists of plain rows, under the names of the schema."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from service.reading_pool import ReadingPool
from service.viewer import Viewer

Row = dict[str, Any]

TABLES = (
    "organisation",
    "organisation_past",
    "succession",
    "membership",
    "cqc_rating",
    "theme",
    "metric",
    "outline",
    "period",
    "source",
    "figure",
    "figure_revision",
    "target",
    "target_revision",
    "milestone",
    "recalculation",
    "actor",
    "quarter",
    "collection",
    "collection_exception",
    "nil_return",
    "submission",
    "submission_entry",
    "submission_finding",
    "return_comment",
    "audit_event",
    "paper",
    "narrative",
    "paper_action",
    "data_quality_issue",
)

OF_KIND = {
    "PRACTICE": "Practice",
    "PRIMARY_CARE_NETWORK": "PrimaryCareNetwork",
    "HEALTH_AND_CARE_PARTNERSHIP": "HealthAndCarePartnership",
    "INTEGRATED_CARE_BOARD": "IntegratedCareBoard",
    "REGION": "Region",
    "TRUST": "Trust",
}


@dataclass(frozen=True)
class Moment:
    """The date and the instant that are asked for above a field."""

    on: dt.date | None = None
    known_at: dt.datetime | None = None


@dataclass(frozen=True, eq=False)
class Tables:
    """The rows of each table by its name, the day that it is, and who reads them: see scope.py and moments.py."""

    rows: dict[str, list[Row]]
    today: dt.date
    viewer: Viewer | None = None
    # All rows, of which these are the ones that the viewer may see.
    whole: "Tables | None" = None
    moment: Moment = Moment()
    _memory: dict[Any, Any] = field(default_factory=dict)

    def all(self, table: str) -> list[Row]:
        """The rows of a table, by id where they have one."""
        return self.rows[table]

    def one(self, table: str, at: int | None) -> Row | None:
        """The row with an id."""
        return next(iter(self.where(table, "id", at)), None)

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """The rows with a value in a column, in the order of the table."""
        if (table, column) not in self._memory:
            groups: dict[Any, list[Row]] = {}
            for row in self.rows[table]:
                groups.setdefault(row[column], []).append(row)
            self._memory[table, column] = groups
        found: list[Row] = self._memory[table, column].get(value, [])
        return found

    def remembered(self, key: Any, make: Callable[[], Any]) -> Any:
        """What is the same whoever asks, and on whichever date; made once for each time of `asKnownAt`."""
        memory = self._memory if self.moment.known_at is not None else (self.whole or self)._memory
        if key not in memory:
            memory[key] = make()
        return memory[key]

    def place(self, table: str, at: int) -> Row:
        """The row whose place a cursor is: a place is one in the order of all rows, seen or not."""
        return (self.whole or self).where(table, "id", at)[0]


async def loaded(pool: ReadingPool, *, today: dt.date) -> Tables:
    """All tables of a database."""
    return Tables({table: await _rows(pool, table) for table in TABLES}, today)


async def _rows(pool: ReadingPool, table: str) -> list[Row]:
    records = await pool.fetch(f"SELECT * FROM {table}")
    rows = [{camel(name): value for name, value in record.items()} for record in records]
    for row in rows:
        row["__typename"] = _type(table, row)
    return sorted(rows, key=lambda row: row.get("id") or 0)


def camel(name: str) -> str:
    """A column's name as the schema writes it: `opened_on` is `openedOn`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def only(rows: Iterable[Row]) -> Row | None:
    """The one row of at most one."""
    found = list(rows)
    assert len(found) <= 1, f"{len(found)} rows where the schema promises one"
    return found[0] if found else None


def _type(table: str, row: Row) -> str:
    return OF_KIND[row["kind"]] if table == "organisation" else camel(table)[0].upper() + camel(table)[1:]
