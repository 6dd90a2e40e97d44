"""For a quarter: each metric and organisation that was asked, and how each has answered."""

import datetime as dt

from schema.london import day_of
from schema.periods import parsed
from tests.service.reads.reference import organisations
from tests.service.reads.reference.listings import filtered
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Row, Tables

Cell = tuple[int, int]


def completeness(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """How many were asked in a quarter, within an organisation or everywhere, and how many have answered."""
    starts, ends = _days(arguments["quarter"])
    code = _code(ends)
    within = arguments.get("organisation")
    cells = {cell for cell in _asked(tables, code, ends) if within is None or _is_within(tables, cell, within, ends)}
    listed = [_request(tables, cell, code, starts, ends) for cell in sorted(cells, key=lambda one: _place(tables, one))]
    states = [one["state"] for one in listed]
    due, reported = len(listed) - states.count("EXEMPT"), states.count("PUBLISHED") + states.count("NIL")
    dates = next(iter(tables.where("quarter", "code", code)), {})
    return {
        "quarter": code,
        "expected": due,
        "reported": reported,
        "nilReturns": states.count("NIL"),
        "percent": 100 * reported / due if due else 100.0,
        **{name: dates.get(name) for name in ("opensOn", "softDeadline", "hardDeadline")},
        "listed": [one | {"id": at} for at, one in enumerate(listed, 1)],
    }


def missing(_: Tables, row: Row, __: Arguments) -> list[Row]:
    """Who has not answered, by kind and name of the organisation, one after the other, and by the metric's code."""
    return [one for one in row["listed"] if one["state"] not in {"PUBLISHED", "NIL", "EXEMPT"}]


def requests(tables: Tables, row: Row, arguments: Arguments) -> Row:
    """A page of what is asked for, in the same order."""
    return connection(
        filtered(tables, row["listed"], arguments),
        order(tables, arguments.get("orderBy")),
        arguments,
        lambda at: row["listed"][at - 1],
    )


def counts(_: Tables, row: Row, __: Arguments) -> Row:
    """How many requests are in each state, and how many are late."""
    return _counted(row["listed"])


def counts_by(name: str) -> Says:
    """The same for each organisation or metric, in the order of the first request of each."""

    def says(_: Tables, row: Row, __: Arguments) -> list[Row]:
        groups: dict[int, list[Row]] = {}
        for one in row["listed"]:
            groups.setdefault(one[name], []).append(one)
        return [_counted(group) | {name: at} for at, group in groups.items()]

    return says


def _counted(listed: list[Row]) -> Row:
    names = {"notStarted": "NOT_STARTED", "nilReturns": "NIL"}
    shown = ("notStarted", "draft", "submitted", "returned", "published", "nilReturns", "exempt")
    states = [one["state"] for one in listed]
    return {name: states.count(names.get(name, name.upper())) for name in shown} | {
        "late": len([one for one in listed if one["isLate"]])
    }


def _place(tables: Tables, cell: Cell) -> tuple[str, str, int, str]:
    names = ("metric", "organisation")
    metric, organisation = (tables.where(name, "id", at)[0] for name, at in zip(names, cell, strict=True))
    return organisation["kind"], organisation["name"].lower(), organisation["id"], metric["code"]


def _request(tables: Tables, cell: Cell, code: str, starts: dt.date, ends: dt.date) -> Row:
    """A request: how far its answer has come, by when it is due, and whether it is late."""
    latest = _latest_exception(tables, cell, code)
    due = _due(tables, cell, code, ends, None if latest is None else latest["until"])
    sent = _sent(tables, cell, code)
    statuses = {one["status"] for one in sent}
    if latest is not None and latest["until"] is None:
        state = "EXEMPT"
    elif _figures(tables, cell, starts, ends):
        state = "PUBLISHED"
    elif _nils(tables, cell, starts, ends):
        state = "NIL"
    else:
        steps = (("SUBMITTED", {"SUBMITTED", "APPROVED"}), ("RETURNED", {"RETURNED"}), ("DRAFT", {"DRAFT"}))
        state = next((name for name, among in steps if statuses & among), "NOT_STARTED")
    if state in {"NOT_STARTED", "DRAFT", "RETURNED"}:
        late = due is not None and due < tables.today
    else:
        answers = [one for one in sent if one["status"] in {"SUBMITTED", "APPROVED", "PUBLISHED"}]
        first = min((day_of(one["submittedAt"]) for one in answers), default=None)
        late = state != "EXEMPT" and due is not None and first is not None and first > due
    names = {"metricId": cell[0], "organisationId": cell[1], "__typename": "FigureRequest"}
    return names | {"state": state, "dueOn": due, "isLate": late}


def _due(tables: Tables, cell: Cell, code: str, ends: dt.date, until: dt.date | None) -> dt.date | None:
    kind = tables.where("organisation", "id", cell[1])[0]["kind"]
    own = [
        each["due"] if each["dueDays"] is None else ends + dt.timedelta(days=each["dueDays"])
        for each in tables.where("collection", "metricId", cell[0])
        if each["kind"] == kind
        and (each["due"] is not None or each["dueDays"] is not None)
        and _is_of(each, code, ends)
        and cell[1] in {one["id"] for one in _members(tables, each, ends)}
    ]
    soft = next(iter(tables.where("quarter", "code", code)), {}).get("softDeadline")
    day: dt.date | None = min(own, default=soft)
    return max(day, until) if day is not None and until is not None else day


def _sent(tables: Tables, cell: Cell, code: str) -> list[Row]:
    """The submissions of the quarter, as far as the viewer sees them, that have an entry for a request."""
    with_entry = {
        entry["submissionId"]
        for entry in tables.where("submission_entry", "metricId", cell[0])
        if entry["organisationId"] == cell[1]
    }
    return [row for row in tables.where("submission", "quarter", code) if row["id"] in with_entry]


def code_of(day: dt.date) -> str:
    """The code of the financial quarter that a day is in."""
    year = day.year - (day.month < 4)
    return f"{year:04}-{(year + 1) % 100:02}-Q{(day.month - 4) % 12 // 3 + 1}"


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
        if _is_open(organisation, ends)
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


def _latest_exception(tables: Tables, cell: Cell, code: str) -> Row | None:
    """The last word about a request: without a date the organisation need not answer, with one it has longer."""
    about_it = [
        row
        for row in tables.where("collection_exception", "organisationId", cell[1])
        if row["quarter"] == code and row["metricId"] in {None, cell[0]}
    ]
    return max(about_it, key=lambda row: row["id"], default=None)


def _is_within(tables: Tables, cell: Cell, code: str, on: dt.date) -> bool:
    """Whether a cell is one of an organisation with a code, or of one below it on a day."""
    row = tables.where("organisation", "id", cell[1])[0]
    return code in {one["code"] for one in [row, *organisations.groups(tables, row, on)]}


def _figures(tables: Tables, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    found = _answers(tables, "figure", cell, starts, ends)
    return [row for row in found if row["status"] != "WITHDRAWN" and _is_sent(tables, row)]


def _is_sent(tables: Tables, figure: Row) -> bool:
    """Whether a figure was sent for a quarter or calculated, and not imported."""
    revisions = tables.where("figure_revision", "figureId", figure["id"])
    current = next(row for row in revisions if row["revision"] == figure["revision"])
    return figure["origin"] == "DERIVED" or current["submissionId"] is not None


def _nils(tables: Tables, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    return [row for row in _answers(tables, "nil_return", cell, starts, ends) if not row["isWithdrawn"]]


def _answers(tables: Tables, table: str, cell: Cell, starts: dt.date, ends: dt.date) -> list[Row]:
    """The answers of a cell for periods that end in a quarter."""
    mine = tables.where(table, "organisationId", cell[1])
    return [row for row in mine if row["metricId"] == cell[0] and starts <= row["periodEnds"] <= ends]
