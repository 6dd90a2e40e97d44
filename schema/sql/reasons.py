"""What decides why statistics of a figure, or of many organisations, are not calculated."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, literal_column, null, select

from schema.computed_inputs.funnels import SpreadReasonsInputs
from schema.computed_inputs.record import Record
from schema.computed_inputs.verdicts import FigureReasonsInputs
from schema.mapping import Arguments, Computed, constant
from schema.sql.alike import change_since, is_earlier, is_year_before
from schema.sql.comparisons import benchmark, other_organisation
from schema.sql.distributions import distribution
from schema.sql.figures import NUMBERS
from schema.sql.listings import WITHDRAWN
from schema.sql.verdicts import verdict_inputs
from schema.tables import MetricRow

_WITH = ("code", "kind", "peers", "similar")
_YES: ColumnElement[bool] = literal_column("true")

_OF_FIGURE = Record(
    FigureReasonsInputs,
    None,
    verdict=verdict_inputs,
    numbers=lambda figure, _: NUMBERS.object(figure),
    is_withdrawn=lambda figure, _: figure.c.status == WITHDRAWN,
    has_previous=lambda figure, arguments: change_since(is_earlier)(figure, arguments).is_not(None),
    has_year_before=lambda figure, arguments: change_since(is_year_before)(figure, arguments).is_not(None),
    compared=lambda _, arguments: _compared(arguments),
    has_group=lambda figure, arguments: _has_group(figure, arguments),
    has_other=lambda figure, arguments: benchmark(figure, arguments).is_not(None) if arguments.has("with") else _YES,
)
_OF_SPREAD = Record(
    SpreadReasonsInputs,
    MetricRow,
    has_spread=lambda metric, arguments: exists(distribution(metric, arguments).correlate(metric)),
)


def _compared(arguments: Arguments) -> ColumnElement[Any]:
    if not arguments.has("with"):
        return null()
    asked = arguments.inner("with")
    return constant(next(name for name in _WITH if asked.has(name)))


def _has_group(figure: FromClause, arguments: Arguments) -> ColumnElement[bool]:
    """Whether there is the organisation, or the group, that the argument `with` asks for."""
    if not arguments.has("with"):
        return _YES
    return exists(select(literal_column("1")).select_from(other_organisation(figure, arguments).lateral("asked")))


# So many rows could be read in the time that it takes for one figure.
REASONS_OF_FIGURE = Computed(FigureReasonsInputs, _OF_FIGURE.object, price=30, planning=6_000)
REASONS_OF_SPREAD = Computed(SpreadReasonsInputs, _OF_SPREAD.object, planning=2_000)
