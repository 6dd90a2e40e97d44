"""The dates from which the limits of a series are recalculated: the latest decision about each date counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, literal_column, not_, select

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.record import Record
from schema.tables import RecalculationRow, rows_of

_recalculation = rows_of(RecalculationRow)
_RECALCULATION = Record(RecalculatedFrom, RecalculationRow)


def recalculations_of(
    metric: ColumnElement[Any],
    organisation: ColumnElement[Any],
    known_at: ColumnElement[Any] | None,
    *,
    around: Sequence[FromClause],
) -> ColumnElement[Any]:
    """The recalculations of the series of a metric and an organisation, by their keys, soonest first.

    `known_at` leaves out the decisions after an instant; None leaves out none. `around` are the rows of the keys.
    """
    decision, later = _recalculation.alias(), _recalculation.alias()
    same = (later.c[name] == decision.c[name] for name in ("metric_id", "organisation_id", "starts"))
    is_overtaken = exists(
        select(literal_column("1"))
        .where(*same, later.c.id > decision.c.id, *_known_by_then(later, known_at))
        .correlate(decision)
    )
    return _RECALCULATION.list(
        decision,
        source=decision,
        where=[
            decision.c.metric_id == metric,
            decision.c.organisation_id == organisation,
            decision.c.holds,
            not_(is_overtaken),
            *_known_by_then(decision, known_at),
        ],
        order=[decision.c.starts],
        around=around,
    )


def _known_by_then(decision: FromClause, instant: ColumnElement[Any] | None) -> list[ColumnElement[bool]]:
    return [] if instant is None else [decision.c.recorded_at <= instant]
