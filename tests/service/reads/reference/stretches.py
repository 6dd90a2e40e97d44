"""The stretches of a series: its figures, cut where its limits are recalculated."""

from fractions import Fraction

from tests.service.reads.reference.tables import Row, Tables

Stretch = tuple[list[Row], str | None]


def stretches(tables: Tables, row: Row) -> list[Stretch]:
    """The figures of a series, cut where a recalculation begins, each with its reason; the first has none."""
    found: list[Stretch] = [([], None)]
    waiting = recalculations(tables, row)
    for figure in row["figures"]:
        past = [each for each in waiting if each["starts"] <= figure["periodEnds"]]
        waiting = waiting[len(past) :]
        if past and found[-1][0]:
            found.append(([], past[-1]["reason"]))
        found[-1][0].append(figure)
    return found


def recalculations(tables: Tables, row: Row) -> list[Row]:
    """The dates from which the limits of a series are recalculated, by the last decision about each, earliest first."""
    mine = tables.where("recalculation", "organisationId", row["organisationId"])
    said = {one["starts"]: one for one in mine if one["metricId"] == row["metricId"]}
    return sorted((one for one in said.values() if one["holds"]), key=lambda one: one["starts"])


def values(stretch: Stretch) -> list[Fraction]:
    """The values of one stretch alone."""
    return [Fraction(figure["value"]) for figure in stretch[0]]
