"""Rows as an earlier revision had them."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, TableClause, and_, literal_column, select


def as_revised(
    rows: TableClause,
    revisions: TableClause,
    key: str,
    had_been_made: Callable[[FromClause], ColumnElement[bool]],
    *,
    row_key: str = "id",
) -> FromClause:
    """The rows as the last of the revisions that had been made left them; without one, a row is left out.

    `key` is the revisions' column that names the row by its `row_key`.
    """
    revised = revisions.alias()
    latest = (
        select(revised)
        .where(revised.c[key] == rows.c[row_key], had_been_made(revised))
        .order_by(revised.c.revision.desc())
        .limit(literal_column("1"))
        .correlate(rows)
        .lateral()
    )
    columns = [(latest if column.name in latest.c else rows).c[column.name] for column in rows.c]
    return select(*columns).select_from(rows.join(latest, latest.c[key] == rows.c[row_key])).subquery()


def is_current(figure: FromClause, revision: FromClause) -> ColumnElement[bool]:
    """The condition that a revision of a figure is the one that the figure is at."""
    return and_(revision.c.figure_id == figure.c.id, revision.c.revision == figure.c.revision)


def revisions_until(key: str, row_key: str = "id") -> Callable[[FromClause, FromClause], ColumnElement[bool]]:
    """The condition that a row is a revision of another: of one as it was known at an instant, those until then."""
    return lambda row, other: and_(other.c[key] == row.c[row_key], other.c.revision <= row.c.revision)
