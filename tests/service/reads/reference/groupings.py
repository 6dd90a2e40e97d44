"""How many practices there are in each group, counted one by one."""

from collections import Counter
from decimal import Decimal
from typing import Any

from schema.enumerations import CqcRating
from tests.service.reads.reference import organisations
from tests.service.reads.reference.listings import organisations_listed
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.orders import value_of
from tests.service.reads.reference.tables import Row, Tables


def practices_by(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """The practices of each rating, network or partnership: ratings in their order, organisations by name."""
    practices, by = _practices(tables, arguments), arguments["by"]
    if by == "CQC_RATING":
        rated = [organisations.latest_rating(tables, each, tables.today) for each in practices]
        ratings = Counter(each and each["rating"] for each in rated)
        return [_count(ratings[each], rating=each) for each in [*map(str, CqcRating), None] if each in ratings]
    found = [organisations.above(tables, each, tables.today, by) for each in practices]
    groups = {each["id"]: each for each in found if each}
    counts = Counter(each and each["id"] for each in found)
    ordered = sorted(groups, key=lambda each: (groups[each]["name"].lower(), each))
    return [_count(counts[each], group=groups.get(each)) for each in [*ordered, None] if each in counts]


def practices_by_value(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """The practices in each band of the values of a metric, and those without a figure."""
    bounds = sorted({Decimal(repr(each)) for each in arguments["bounds"]})
    values = [value_of(tables, each, arguments) for each in _practices(tables, arguments)]
    bands = list(zip([None, *bounds], [*bounds, None], strict=True))
    counted = [_band(values, at_least, below) for at_least, below in bands]
    without = {"atLeast": None, "below": None, "hasFigure": False, "count": values.count(None)}
    return [*counted, without]


def _band(values: list[Any], at_least: Decimal | None, below: Decimal | None) -> Row:
    found = [
        each
        for each in values
        if each is not None and (at_least is None or each >= at_least) and (below is None or each < below)
    ]
    return {"atLeast": at_least, "below": below, "hasFigure": True, "count": len(found)}


def _practices(tables: Tables, arguments: Arguments) -> list[Row]:
    listed = organisations_listed(tables, "PRACTICE", {"includeClosed": False})
    code = arguments.get("organisation")
    if code is None:
        return listed
    return [
        each for each in listed if code in {one["code"] for one in organisations.groups(tables, each, tables.today)}
    ]


def _count(count: int, rating: Any = None, group: Row | None = None) -> Row:
    return {"cqcRating": rating, "group": group, "count": count}


FIELDS_OF_GROUPINGS = {
    "Query.practicesBy": practices_by,
    "Query.practicesByValue": practices_by_value,
    "PracticeCount.organisation": lambda _, row, __: row["group"],
}
