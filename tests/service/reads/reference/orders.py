"""What lists are ordered by: for each name in an order, what a row says; and the order that an argument asks for."""

from typing import Any

from schema.enumerations import CqcRating, TargetDirection, TargetStatus
from schema.periods import parsed
from tests.service.reads.reference import organisations, standings
from tests.service.reads.reference.lookup import said
from tests.service.reads.reference.pages import Key, Order
from tests.service.reads.reference.tables import Row, Tables


def order(tables: Tables, asked: list[dict[str, Any]] | None, *otherwise: str) -> Order:
    """The order that `orderBy` asks for, most important first, or the one that a list has otherwise."""
    if asked is None:
        return Order([_key(tables, name, "ASC") for name in otherwise])
    return Order([_key(tables, name, direction) for one in asked for name, direction in one.items()])


def _key(tables: Tables, name: str, asked: Any) -> Key:
    def says(row: Row) -> Any:
        if isinstance(asked, dict):
            return value_of(tables, _organisation(tables, row) if "organisationId" in row else row, asked)
        return _SAYS[name](tables, row) if name in _SAYS else row[name]

    return says, asked["direction"] if isinstance(asked, dict) else asked


def value_of(tables: Tables, organisation: Row, asked: dict[str, Any]) -> Any:
    """The value of the figure of an organisation for a metric: of a period, or the latest by the date."""
    latest = figure_of(tables, organisation, asked)
    return latest and latest["value"]


def figure_of(tables: Tables, organisation: Row, asked: dict[str, Any]) -> Row | None:
    """That figure; without a metric it is that of the list size."""
    period, until = asked.get("period"), tables.moment.on
    code = asked.get("metric") or _of_list_sizes(tables)
    found = [
        figure
        for figure in tables.where("figure", "organisationId", organisation["id"])
        if _metric(tables, figure)["code"] == code
        and figure["status"] != "WITHDRAWN"
        and (period is None or _code_of(tables, figure) == parsed(period).code)
        and (period is not None or until is None or figure["periodEnds"] <= until)
    ]
    return max(found, key=lambda figure: (figure["periodEnds"], figure["id"]), default=None)


def _of_list_sizes(tables: Tables) -> Any:
    return next((one["code"] for one in tables.all("metric") if one["populationTrait"] == "LIST_SIZE"), None)


def _code_of(tables: Tables, figure: Row) -> Any:
    period = tables.one("period", figure["periodId"])
    return period and period["code"]


def _change(name: str) -> Any:
    return lambda tables, figure: said(tables, "Figure", name, figure, {})


def _organisation(tables: Tables, figure: Row) -> Row:
    found = tables.one("organisation", figure["organisationId"])
    assert found is not None
    return found


def _metric(tables: Tables, figure: Row) -> Row:
    found = tables.one("metric", figure["metricId"])
    assert found is not None
    return found


def _rating(tables: Tables, practice: Row) -> Any:
    rating = organisations.latest_rating(tables, practice, tables.today)
    return rating and [*CqcRating].index(CqcRating(rating["rating"]))


def _then(tables: Tables, row: Row, name: str) -> Any:
    """What an organisation said on the day that is asked about."""
    return organisations.as_it_was(tables, row, tables.today, name)


_SAYS: dict[str, Any] = {
    "name": lambda tables, row: _then(tables, row, "name").lower(),
    "postcode": lambda tables, row: _then(tables, row, "postcode"),
    "cqcRating": _rating,
    "listSize": lambda tables, row: value_of(tables, row, {}),
    "listSizeOf": lambda tables, row: value_of(tables, _organisation(tables, row), {}),
    "direction": lambda _, row: [*map(str, TargetDirection)].index(row["direction"]),
    "end": lambda _, row: row["ends"],
    "start": lambda _, row: row["starts"],
    "gap": lambda tables, row: said(tables, "Target", "gap", row, {}),
    "gapPercent": lambda tables, row: said(tables, "Target", "gapPercent", row, {}),
    "change": _change("change"),
    "changeOnYear": _change("changeOnYear"),
    "theme": lambda tables, row: tables.where("theme", "id", row["themeId"])[0]["position"],
    "status": lambda tables, row: [*TargetStatus].index(TargetStatus(standings.status(tables, row, tables.today))),
    "periodEnd": lambda _, row: row["periodEnds"],
    "metricCode": lambda tables, row: _metric(tables, row)["code"],
    "organisationCode": lambda tables, row: _organisation(tables, row)["code"],
    "organisationName": lambda tables, row: _then(tables, _organisation(tables, row), "name").lower(),
}
