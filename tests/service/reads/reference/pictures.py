"""A series becomes what is drawn of it: every part is gathered here, and only the drawing is the service's own."""

from dataclasses import dataclass

from schema.enumerations import Direction, Unit
from service import charts
from service.statistics.figures import Numbers
from service.statistics.goals import Goal
from service.statistics.series import Measured, Series
from tests.service.reads.reference import series
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.tables import Row, Tables


@dataclass(frozen=True)
class Gathered(Series):
    """A series whose days are judged by the targets of the rows themselves."""

    tables: Tables | None = None
    row: Row | None = None

    def goal_on(self, day: object) -> Goal | None:
        """The target that a day is judged by."""
        assert self.tables is not None
        assert self.row is not None
        return series.judged_by(self.tables, self.row, day)  # type: ignore[arg-type]


def _svg(tables: Tables, row: Row, arguments: Arguments) -> str:
    asked = {name: arguments[name] for name in ("width", "height") if arguments.get(name) is not None}
    return charts.svg(charts.drawn(_gathered(tables, row)), **asked)


def _gathered(tables: Tables, row: Row) -> Gathered:
    metric, organisation = (tables.where(name, "id", row[f"{name}Id"])[0] for name in ("metric", "organisation"))
    again = [(one["starts"], one["reason"]) for one in series.recalculations(tables, row)]
    return Gathered(
        metric=metric["name"],
        organisation=organisation["name"],
        unit=Unit(metric["unit"]),
        direction=Direction(metric["direction"]),
        decimals=metric["decimals"],
        figures=tuple(_measured(tables, figure) for figure in row["figures"]),
        targets=(),
        recalculations=tuple(again),
        tables=tables,
        row=row,
    )


def _measured(tables: Tables, figure: Row) -> Measured:
    label = tables.where("period", "id", figure["periodId"])[0]["label"]
    numbers = Numbers(Unit(figure["unit"]), float(figure["value"]))
    return Measured(figure["id"], figure["periodEnds"], label, numbers, figure["revision"])


FIELDS_OF_PICTURES: dict[str, Says] = {"Series.svg": _svg}
