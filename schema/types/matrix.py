"""Organisations next to each other in many metrics: the rows and cells of a heat map."""

import strawberry

from schema.enumerations import TargetStatus, Variation
from schema.mapping import Attribute, ById, entity, field, referred
from schema.sql.matrix import CELLS
from schema.sql.orders import MATRIX_ORDERS
from schema.types.figures import Figure
from schema.types.metrics import Metric
from schema.types.not_calculated import NotCalculated
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="One metric of one organisation: its value, and what it means.")
class MatrixCell:
    """One metric of one organisation: its value, and what it means."""

    metric: Metric = field("The metric.", ById("metric"))
    figure: Figure | None = field("The figure. Null if there is none for the period.", ById("figure"))
    value: float | None = field("The value of the figure, in the metric's unit.")
    status: TargetStatus | None = field(
        "The status of the target that the figure is judged by, at the end of the period, or on the date without one. "
        "Null without a figure or a target.",
        Attribute(price=5),
    )
    variation: Variation = field(
        "What the figure says about its process, as the latest point of the series until then.", Attribute(price=5)
    )
    is_provisional: bool = field(
        "Whether the variation is provisional, because the limits rest on fewer than 12 points.", Attribute(price=5)
    )
    not_calculated: list[NotCalculated] = field(
        "Why `value`, `status` or `variation` is null or NOT_ASSESSABLE.", Attribute(price=10)
    )


@entity(None, orders=MATRIX_ORDERS)
@strawberry.type(description="One organisation of a matrix, with a cell for each metric.")
class MatrixRow:
    """One organisation of a matrix, with a cell for each metric."""

    organisation: Organisation = field("The organisation.", referred("organisation_id"))
    cells: list[MatrixCell] = field("A cell for each metric, in the order of the codes.", CELLS)
