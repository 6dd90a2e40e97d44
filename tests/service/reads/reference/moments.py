"""As of when each field of a document is: what stands above it, and what its own arguments and ids say.

Below a date or an instant everything is answered as it would be on that day, from the tables as they were known then.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.service.reads.reference.nodes import dates
from tests.service.reads.reference.tables import Moment, Row, Tables

HERE = ZoneInfo("Europe/London")
Arguments = dict[str, Any]
REVISED = (("figure", "publishedAt"), ("target", "recordedAt"))


@dataclass
class Request:
    """The tables as a viewer sees them, and the moment of each field that has been answered, by its path."""

    tables: Tables
    _moments: dict[tuple[Any, ...], Moment] = field(default_factory=dict)

    def at(self, path: list[Any], name: str, arguments: Arguments) -> Tables:
        """The tables as of the moment of a field at a path, which is kept for what is below it."""
        here = tuple(path)
        moment = _of(self._above(here[:-1]), name, arguments)
        self._moments[here] = moment
        for at, each in enumerate(arguments.get("ids", ())):
            self._moments[(*here, at)] = Moment(*dates(each))
        return view(self.tables, moment)

    def _above(self, path: tuple[Any, ...]) -> Moment:
        while path and path not in self._moments:
            path = path[:-1]
        return self._moments.get(path, Moment())


def _of(above: Moment, name: str, arguments: Arguments) -> Moment:
    if name in {"node", "target", "submission"} and "id" in arguments:
        return Moment(*dates(arguments["id"]))
    on = arguments.get("on") or arguments.get("asOf")
    known_at = arguments.get("asKnownAt")
    if name == "briefing" and on is not None:
        known_at = dt.datetime.combine(on, dt.time.max, HERE)
    return Moment(on or above.on, known_at or above.known_at)


@lru_cache(64)
def view(tables: Tables, moment: Moment) -> Tables:
    """The tables as of a moment."""
    today = moment.on or (tables.today if moment.known_at is None else _day(moment.known_at))
    rows = tables.rows if moment.known_at is None else _known(tables, moment.known_at)
    return replace(tables, rows=rows, today=today, whole=tables.whole or tables, moment=moment, _memory={})


def _day(instant: dt.datetime) -> dt.date:
    try:
        return instant.astimezone(HERE).date()
    except OverflowError:
        return instant.date()


@lru_cache(16)
def _known(tables: Tables, at: dt.datetime) -> dict[str, list[Row]]:
    """The rows of all tables, without what was published or recorded later than an instant."""
    rows = dict(tables.rows)
    rows["recalculation"] = [row for row in tables.all("recalculation") if row["recordedAt"] <= at]
    for table, when in REVISED:
        revisions = [row for row in tables.all(f"{table}_revision") if row[when] <= at]
        latest = {row[f"{table}Id"]: row for row in sorted(revisions, key=lambda row: row["revision"])}
        rows[f"{table}_revision"] = revisions
        made = [(row, latest.get(row.get("inheritedFromId") or row["id"])) for row in tables.all(table)]
        rows[table] = [_revised(row, revision) for row, revision in made if revision is not None]
    return rows


def _revised(row: Row, revision: Row) -> Row:
    """A row with what a revision of it says."""
    return {**row, **{name: value for name, value in revision.items() if name in row and name != "__typename"}}
