"""A series becomes what is drawn of it: every part is gathered here, and only the drawing is the service's own."""

import datetime as dt

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.enumerations import Counts, Direction, PeriodKind, Unit
from service import charts
from service.statistics.frequencies import Chosen
from service.statistics.goals import Goal
from service.statistics.series import Series
from tests.service.reads.reference import organisations, series
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import recalculations
from tests.service.reads.reference.tables import Row, Tables


class Gathered(Series):
    """A series whose figures are judged by the targets of the rows themselves."""

    def __init__(self, inputs: SeriesInputs, goals: tuple[Goal | None, ...], since: tuple[dt.date | None, ...]) -> None:
        super().__init__(inputs)
        vars(self)["chosen"] = Chosen(inputs.figures, None)
        vars(self)["goals"] = goals
        vars(self)["goals_since"] = since


def _svg(tables: Tables, row: Row, arguments: Arguments) -> str:
    asked = {name: arguments[name] for name in ("width", "height") if arguments.get(name) is not None}
    return charts.svg(charts.drawn(_gathered(tables, row)), **asked)


def _gathered(tables: Tables, row: Row) -> Gathered:
    metric, organisation = (tables.where(name, "id", row[f"{name}Id"])[0] for name in ("metric", "organisation"))
    inputs = SeriesInputs(
        metric_id=metric["id"],
        organisation_id=organisation["id"],
        metric=metric["name"],
        organisation=organisations.as_it_was(tables, organisation, tables.today, "name"),
        unit=Unit(metric["unit"]),
        direction=Direction(metric["direction"]),
        counts=Counts(metric["counts"]),
        decimals=metric["decimals"],
        figures=tuple(_figure(figure) for figure in row["figures"]),
        targets=(),
        recalculations=tuple(RecalculatedFrom(one["starts"], one["reason"]) for one in recalculations(tables, row)),
    )
    goals = (series.judged_by(tables, row, figure) for figure in row["figures"])
    return Gathered(inputs, tuple(goals), tuple(series.judged_since(tables, row)))


def _figure(figure: Row) -> SeriesFigure:
    return SeriesFigure(
        float(figure["value"]),
        id=figure["id"],
        period_id=figure["periodId"],
        kind=PeriodKind(figure["period"]["kind"]),
        period_starts=figure["period"]["starts"],
        period_ends=figure["periodEnds"],
        label=figure["period"]["label"],
        revision=figure["revision"],
    )


FIELDS_OF_PICTURES: dict[str, Says] = {"Series.svg": _svg}
