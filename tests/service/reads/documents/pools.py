"""The values that random documents send: mostly those of the rows, and days and instants around every edge."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from service.viewer import Viewer
from tests.service.reads.reference.nodes import identity
from tests.service.reads.reference.tables import Moment, Row, Tables
from tests.service.reads.viewers import viewers

_FILTERED = {
    "Theme": "theme",
    "Metric": "metric",
    "Period": "period",
    "Figure": "figure",
    "Target": "target",
    "Submission": "submission",
    "Audit": "audit_event",
}
_OF_PERIOD = {"start": "starts", "end": "ends"}
_DAY = dt.timedelta(days=1)
_MICROSECOND = dt.timedelta(microseconds=1)
# Quarters of the corners, and the first and the last that there are.
_QUARTERS = ["2024-25-Q1", "2024-25-Q2", "2024-25-Q3", "2024-25-Q4", "2025-26-Q1", "Q4 2024/25", " 2024-25-q4"]
_EDGES = ["0000-01-Q4", "0001-02-Q1", "0999-00-Q3", "1999-00-Q4", "9999-00-Q3"]
_NO_QUARTERS = [
    "2024-25-Q5",
    "2024-26-Q1",
    "2024-25",
    "2024-11",
    "2025-01-01/2025-03-30",
    "9999-00-Q4",
    "",
    "2024-25-Q4.",
    "٢٠٢٤-25-Q4",
]
# Periods that nobody has a figure for, and what is no period.
_BARE_PERIODS = ["2031-02", "0001-01-01", "9999-12-31", "2024-12-31", "1999-00-Q4", "0001-01-01/9999-12-31"]
_WRITTEN_PERIODS = ["Q4 2024/25", "2025-01-01/2025-03-31", "Nov 2024", "31/01/2025"]
_NO_PERIODS = [
    "٢٠٢٤-25-Q4",
    "2024-25-Q5",
    "2024-26",
    "2025-02-30",
    "2025-03-31/2025-01-01",
    "9999-00-Q4",
    "",
    "Q4",
    "2024-13",
]
# One of these is not a confidence; sizes may be anything.
_CONFIDENCES = [0.9, 0.95, 0.95, 0.98, 0.998, 0.999]
_NO_CONFIDENCES = [0.5, 0, 0.8999999, 0.9990001, 1, -0.95, 1e300]
_SIZES = [320, 400, 640, 800, 1200, 2400, 0, -1, 319, 2401, 2**31 - 1, -(2**31)]
_QUARTERS_AHEAD = [0, 1, 4, 12, 13, -1, 2**31 - 1, -(2**31)]
_NO_IDS = ["", "?", "T3JnYW5pc2F0aW9uOjk5OTk5", "RmlndXJlOjA", "VGFyZ2V0Oi0x", "é", "Rm9vOjE"]


class Pools:
    """What is sent where: `sent(random, "PracticeFilter.name", "String")` is one value, ready for JSON."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        days, instants = _days(tables), _instants(tables)
        self._days = [day.isoformat() for day in days]
        self._instants = [moment.isoformat() for moment in instants]
        self._moments = [Moment(on, at) for on in [None, *days] for at in [None, *instants]]
        everybody = list(viewers(tables).values())
        # Who sees drafts asks more often than who does not.
        drafting = [one for one in everybody if one and one.drafts is not None]
        self.viewers: list[Viewer | None] = [*everybody, *drafting, *drafting]
        tables_of_ids = ("organisation", *_FILTERED.values())
        self._ids = {table: tables.all(table) for table in tables_of_ids}
        self._columns: dict[str, list[Any]] = {}
        self._own = _own(tables)

    def sent(self, random: Random, where: str, scalar: str) -> Any:
        """One value for a place in a document; `where` is an argument's name, or a filter's type and field."""
        if scalar == "Date" and (random.random() < 0.7 or "." not in where):
            return random.choice(self._days)
        if scalar == "DateTime":
            return random.choice(self._instants)
        if scalar == "ID":
            return random.choice(_NO_IDS) if random.random() < 0.1 else self._id(random, where)
        if where == "quarter":
            return random.choice(_NO_QUARTERS if random.random() < 0.02 else _QUARTERS * 3 + _EDGES)
        if where in _UNUSABLE and random.random() < 0.01:
            return random.choice(_UNUSABLE[where])
        return random.choice(self._own.get(where) or self._values(where) or self._any_of(scalar))

    def has(self, where: str) -> bool:
        """Whether a place has values of its own."""
        return where in self._own

    def _id(self, random: Random, where: str) -> str:
        """The id of a row, as it is now or as of some moment. Submissions and events are never read as of one."""
        table = self._table_of_ids(random, where)
        is_dated = table not in {"submission", "audit_event"} and random.random() < 0.4
        return identity(random.choice(self._ids[table]), random.choice(self._moments) if is_dated else Moment())

    def piece(self, random: Random, where: str) -> str:
        """A part of a text, in other letters at times."""
        text = str(self.sent(random, where, "String"))
        start = random.choice([0, 0, random.randrange(len(text) + 1)])
        piece = text[start : start + random.randrange(1, 6)]
        return random.choice([piece, piece.upper(), piece.lower(), "", "%", "_"])

    def _table_of_ids(self, random: Random, where: str) -> str:
        """The table whose ids a place mostly asks for, or any: each as often as the next, whatever it holds."""
        return where if where in self._ids and random.random() < 0.9 else random.choice(list(self._ids))

    def _any_of(self, scalar: str) -> list[Any]:
        values: dict[str, list[Any]] = {"Int": [0, 1, 2, -1], "Float": [0, 1, 69.57, -1.5], "Date": self._days}
        return values.get(scalar, ["", "x", "G82"])

    def _values(self, where: str) -> list[Any]:
        if where not in self._columns:
            self._columns[where] = [_sent(value) for value in self._column(*where.split("."))]
        return self._columns[where]

    def _column(self, owner: str, name: str = "") -> list[Any]:
        rows = self._rows(owner.removesuffix("Filter"), name)
        column = _OF_PERIOD.get(name, name)
        return sorted({row[column] for row in rows if row.get(column) is not None})

    def _rows(self, owner: str, name: str) -> list[Row]:
        if name == "cqcRatedOn":
            return [{"cqcRatedOn": row["ratedOn"]} for row in self._tables.all("cqc_rating")]
        if owner in _FILTERED:
            return self._tables.all(_FILTERED[owner])
        kinds = {"Practice": "PRACTICE", "PrimaryCareNetwork": "PRIMARY_CARE_NETWORK"}
        organisations = self._tables.all("organisation")
        return [row for row in organisations if owner not in kinds or row["kind"] == kinds[owner]]


_LONG = 5
_UNUSABLE: dict[str, list[Any]] = {"period": _NO_PERIODS, "confidence": _NO_CONFIDENCES}


def _own(tables: Tables) -> dict[str, list[Any]]:
    """The pools of single arguments: whoever and whatever has long series is asked for more often."""
    codes = {
        (name, row["id"]): row["code"] for name in ("metric", "organisation", "period") for row in tables.all(name)
    }
    figures = tables.all("figure")
    series = Counter((row["metricId"], row["organisationId"]) for row in figures)
    # Long series are few, and each of their figures counts; of all others everybody and everything counts once.
    long = [cell for cell, count in series.items() if count >= _LONG for _ in range(count)]
    groups = [codes["organisation", row["groupId"]] for row in tables.all("membership")]
    return {
        "measured": [codes["organisation", of] for of in [of for _, of in long] + sorted({of for _, of in series})],
        "measures": [codes["metric", of] for of in [of for of, _ in long] + sorted({of for of, _ in series})],
        "groups": [*groups, *["QKS", "HCP-WEST-KENT", "Z90007", "Y59"] * 20, "Z90001", "NOWHERE"],
        "period": [*(codes["period", row["periodId"]] for row in figures), *_BARE_PERIODS, *_WRITTEN_PERIODS],
        "boards": [*_boards(tables), "Z90001", "NOWHERE"],
        "confidence": _CONFIDENCES,
        "width": _SIZES,
        "height": _SIZES,
        "quarters": _QUARTERS_AHEAD,
        "text": _sought(tables),
        "theme": [row["code"] for row in tables.all("theme")],
        "bounds": [0, 1, 5000, 9000.5, 15382],
        "ComparedWith.similar": [5, 5, 8, 10, 10, 20, 20, 50, 50, 4],
        "TargetFilter.gap": [-10, -0.5, 0, 0.5, 5, 20.43],
        "TargetFilter.gapPercent": [-10, -0.5, 0, 0.5, 5, 22.7],
    }


def _sought(tables: Tables) -> list[str]:
    """Codes, postcodes and names as people type them: a part, without spaces, in other letters, with a slip."""
    rows = [*tables.all("organisation"), *tables.all("organisation_past"), *tables.all("metric")]
    texts = [row[name] for row in rows for name in ("code", "postcode", "name") if row.get(name)]
    ways: list[Callable[[str], str]] = [
        str.lower,
        lambda text: text.replace(" ", ""),
        lambda text: text.replace("'", "’").upper(),
        lambda text: text[:5],
        lambda text: " ".join(reversed(text.split())),
        lambda text: text[:3] + text[4:],
    ]
    return [ways[at % len(ways)](text) for at, text in enumerate(texts)] + ["", "?", "surgery", "&", "x" * 101]


def _boards(tables: Tables) -> list[Any]:
    return [row["code"] for row in tables.all("organisation") if row["kind"] == "INTEGRATED_CARE_BOARD"]


def _sent(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _days(tables: Tables) -> list[dt.date]:
    edges = {row[name] for row in tables.all("membership") for name in ("starts", "ends")}
    edges |= {row[name] for row in tables.all("organisation") for name in ("openedOn", "closedOn")}
    edges |= {row[name] for row in tables.all("period") for name in ("starts", "ends")}
    edges |= {row["recordedAt"].date() for row in tables.all("target_revision")}
    around = {day + step * _DAY for day in edges if day for step in (-1, 0, 1)}
    return sorted({*around, tables.today, dt.date.min, dt.date.max})


def _instants(tables: Tables) -> list[dt.datetime]:
    edges = {row["publishedAt"] for row in tables.all("figure_revision")}
    edges |= {row[name] for row in tables.all("submission") for name in ("createdAt", "submittedAt", "publishedAt")}
    edges |= {row["at"] for row in tables.all("audit_event")}
    around = {moment + step * _MICROSECOND for moment in edges if moment for step in (-1, 0, 1)}
    return sorted({*around, dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, tzinfo=dt.UTC)})
