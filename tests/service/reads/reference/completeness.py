"""For a quarter: each metric and organisation that was asked, and how each has answered."""

import datetime as dt

from schema.periods import parsed
from tests.service.reads.reference import organisations
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.tables import Row, Tables

Cell = tuple[int, int]


def completeness(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """How many were asked in a quarter, within an organisation or everywhere, and how many have answered."""
    starts, ends = _days(arguments["quarter"])
    code = _code(ends)
    within = arguments.get("organisation")
    cells = {cell for cell in _asked(tables, code, ends) if within is None or _is_within(tables, cell, within, ends)}
    reported = {cell for cell in cells if _figures(tables, cell, starts, ends) or _nils(tables, cell, starts, ends)}
    dates = next(iter(tables.where("quarter", "code", code)), {})
    return {
        "quarter": code,
        "expected": len(cells),
        "reported": len(reported),
        "nilReturns": len([cell for cell in reported if not _figures(tables, cell, starts, ends)]),
        "percent": 100 * len(reported) / len(cells) if cells else 100.0,
        **{name: dates.get(name) for name in ("opensOn", "softDeadline", "hardDeadline")},
        "unanswered": cells - reported,
    }


def missing(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    """Who has not answered, by kind and name of the organisation, one after the other, and by the metric's code."""

    def place(cell: Row) -> tuple[str, str, int, str]:
        metric, organisation = (tables.where(name, "id", cell[f"{name}Id"])[0] for name in ("metric", "organisation"))
        return (organisation["kind"], organisation["name"].lower(), organisation["id"], metric["code"])

    return sorted(({"metricId": metric, "organisationId": at} for metric, at in row["unanswered"]), key=place)


def _days(written: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a financial quarter, however it is written."""
    quarter = parsed(written)
    if quarter.kind != "QUARTER":
        raise ValueError(f"{written!r} is not a quarter")
    return quarter.starts, quarter.ends


def _code(ends: dt.date) -> str:
    year = ends.year - (ends.month == 3)
    return f"{year:04}-{(year + 1) % 100:02}-Q{(ends.month // 3 + 2) % 4 + 1}"


def _asked(tables: Tables, code: str, ends: dt.date) -> set[Cell]:
    collections = [row for row in tables.all("collection") if _is_of(row, code, ends)]
    return {
        (collection["metricId"], organisation["id"])
        for collection in collections
        for organisation in _members(tables, collection, ends)
        if _is_open(organisation, ends) and not _is_exempt(tables, collection, organisation, code)
    }


def _is_of(collection: Row, code: str, ends: dt.date) -> bool:
    is_past = collection["ends"] is not None and collection["ends"] < ends
    return collection["starts"] <= ends and not is_past and int(code[-1]) in collection["quarters"]


def _members(tables: Tables, collection: Row, ends: dt.date) -> list[Row]:
    """The organisations of a collection's kind within its group on a day, the group itself among them."""
    group = tables.where("organisation", "id", collection["withinId"])[0]
    itself = [group] if group["kind"] == collection["kind"] else []
    return itself + organisations.below(tables, group, ends, collection["kind"])


def _is_open(organisation: Row, on: dt.date) -> bool:
    has_opened = organisation["openedOn"] is None or organisation["openedOn"] <= on
    return has_opened and (organisation["closedOn"] is None or on <= organisation["closedOn"])


def _is_exempt(tables: Tables, collection: Row, organisation: Row, code: str) -> bool:
    """Whether an organisation need not answer at all, by the last word about it: who was given longer is asked."""
    about_it = [
        row
        for row in tables.where("collection_exception", "organisationId", organisation["id"])
        if row["quarter"] == code and row["metricId"] in {None, collection["metricId"]}
    ]
    return bool(about_it) and max(about_it, key=lambda row: row["id"])["until"] is None


def _is_within(tables: Tables, cell: Cell, code: str, on: dt.date) -> bool:
    """Whether a cell is one of an organisation with a code, or of one below it on a day."""
    row = tables.where("organisation", "id", cell[1])[0]
    return code in {one["code"] for one in [row, *organisations.groups(tables, row, on)]}


def _figures(tables: Tables, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    found = _answers(tables, "figure", cell, starts, ends)
    return [row for row in found if row["status"] != "WITHDRAWN"]


def _nils(tables: Tables, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    return [row for row in _answers(tables, "nil_return", cell, starts, ends) if not row["isWithdrawn"]]


def _answers(tables: Tables, table: str, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    """The answers of a cell for periods that end in a quarter."""
    mine = tables.where(table, "organisationId", cell[1])
    return [row for row in mine if row["metricId"] == cell[0] and starts <= row["periodEnds"] <= ends]
