"""Figures as they were known at an instant: from the revisions that were published by then."""

import datetime as dt

from sqlalchemy import ColumnElement, FromClause, select

from schema.tables import FigureRevisionRow, FigureRow, table

_figure = table(FigureRow)
_revision = table(FigureRevisionRow)


def figures_known_at(instant: ColumnElement[dt.datetime]) -> FromClause:
    """The figures as they were known at an instant: what a revision says of a figure comes from the latest by then."""
    revised = _revision.alias()
    latest = (
        select(revised)
        .where(revised.c.figure_id == _figure.c.id, revised.c.published_at <= instant)
        .order_by(revised.c.revision.desc())
        .limit(1)
        .correlate(_figure)
        .lateral()
    )
    columns = [(latest if column.name in latest.c else _figure).c[column.name] for column in _figure.c]
    return select(*columns).select_from(_figure.join(latest, latest.c.figure_id == _figure.c.id)).subquery()
