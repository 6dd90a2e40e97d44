"""A series becomes what is drawn of it: every part is gathered here, and only the drawing is the service's own."""

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.enumerations import Direction, PeriodKind, Unit
from service import charts
from service.statistics.goals import Goal
from service.statistics.series import Series
from tests.service.reads.reference import series
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import recalculations
from tests.service.reads.reference.tables import Row, Tables


class Gathered(Series):
    """A series whose figures are judged by the targets of the rows themselves."""

    def __init__(self, inputs: SeriesInputs, goals: tuple[Goal | None, ...]) -> None:
        super().__init__(inputs)
        vars(self)["goals"] = goals


def _svg(tables: Tables, row: Row, arguments: Arguments) -> str:
    asked = {name: arguments[name] for name in ("width", "height") if arguments.get(name) is not None}
    return charts.svg(charts.drawn(_gathered(tables, row)), **asked)


def _gathered(tables: Tables, row: Row) -> Gathered:
    metric, organisation = (tables.where(name, "id", row[f"{name}Id"])[0] for name in ("metric", "organisation"))
    inputs = SeriesInputs(
        metric_id=metric["id"],
        organisation_id=organisation["id"],
        metric=metric["name"],
        organisation=organisation["name"],
        unit=Unit(metric["unit"]),
        direction=Direction(metric["direction"]),
        decimals=metric["decimals"],
        figures=tuple(_figure(tables, figure) for figure in row["figures"]),
        targets=(),
        recalculations=tuple(RecalculatedFrom(one["starts"], one["reason"]) for one in recalculations(tables, row)),
    )
    goals = (series.judged_by(tables, row, figure["periodEnds"]) for figure in row["figures"])
    return Gathered(inputs, tuple(goals))


def _figure(tables: Tables, figure: Row) -> SeriesFigure:
    period = tables.where("period", "id", figure["periodId"])[0]
    return SeriesFigure(
        float(figure["value"]),
        id=figure["id"],
        period_id=figure["periodId"],
        kind=PeriodKind(period["kind"]),
        period_starts=period["starts"],
        period_ends=figure["periodEnds"],
        label=period["label"],
        revision=figure["revision"],
    )


FIELDS_OF_PICTURES: dict[str, Says] = {"Series.svg": _svg}
