"""Practices that are similar: by the distance of their values in standard deviations."""

import math
from statistics import StatisticsError, stdev
from typing import Any

from tests.service.reads.reference import organisations
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.orders import value_of
from tests.service.reads.reference.pages import Order, connection
from tests.service.reads.reference.tables import Row, Tables


def similar(tables: Tables, practice: Row, arguments: Arguments) -> Row:
    """The other open practices that have every value that a practice has, the nearest first, in pages."""
    rows = [{"id": at, **each} for at, each in enumerate(nearest(tables, practice), 1)]
    return connection(rows, Order([]), arguments, lambda at: {"id": at})


def nearest(tables: Tables, practice: Row) -> list[Row]:
    """The same as a list."""
    traits = sorted((one for one in tables.all("metric") if one["populationTrait"]), key=_trait)
    own = {one["id"]: value for one in traits if (value := _value(tables, practice, one)) is not None}
    everybody = [one for one in tables.all("organisation") if one["kind"] == practice["kind"]]
    everybody = [one for one in everybody if organisations.is_open(tables, one, tables.today)]
    values = {
        metric: {one["id"]: value for one in everybody if (value := _value(tables, one, {"id": metric})) is not None}
        for metric in own
    }
    deviations = {metric: _deviation(list(found.values())) for metric, found in values.items()}
    rows = []
    for other in everybody:
        if not own or other["id"] == practice["id"] or any(other["id"] not in found for found in values.values()):
            continue
        parts = [
            _part(one, values[one["id"]][other["id"]], own[one["id"]], deviations) for one in traits if one["id"] in own
        ]
        distance = math.sqrt(sum(part["apart"] ** 2 for part in parts))
        rows.append({"practice": other, "distance": distance, "traits": parts})
    return sorted(rows, key=lambda row: (row["distance"], row["practice"]["id"]))


def _part(metric: Row, value: Any, own: Any, deviations: dict[Any, float]) -> Row:
    deviation = deviations[metric["id"]]
    return {
        "trait": metric["populationTrait"],
        "metricId": metric["id"],
        "value": value,
        "ownValue": own,
        "standardDeviation": deviation,
        "apart": float(value - own) / deviation if deviation else 0.0,
    }


def _deviation(values: list[Any]) -> float:
    try:
        return float(stdev(values))
    except StatisticsError:
        return 0.0


def _value(tables: Tables, organisation: Row, metric: Row) -> Any:
    return value_of(tables, organisation, {"metric": tables.where("metric", "id", metric["id"])[0]["code"]})


def _trait(metric: Row) -> str:
    return str(metric["populationTrait"])


FIELDS_OF_SIMILAR: dict[str, Says] = {
    "Practice.similar": similar,
    "SimilarPractice.practice": lambda _, row, __: row["practice"],
    "SimilarPractice.traits": lambda _, row, __: row["traits"],
}
