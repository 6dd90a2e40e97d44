"""What is made up for the sandbox: one rule, for every list, count and calculation.

A row is made up if it is marked so, or is about a metric or an organisation that is. Nobody gets such a row in a list
who does not ask for it with `includeSynthetic`, save below what is made up itself.
"""

from sqlalchemy import ColumnElement, FromClause, and_, exists, not_, or_, select

from schema.mapping import Arguments
from schema.tables import MetricRow, OrganisationRow, rows_of

_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)

_MARK = "is_synthetic"
_ABOUT = {"metric_id": _metric, "organisation_id": _organisation, "within_id": _organisation}


def is_made_up(row: FromClause) -> ColumnElement[bool]:
    """The condition that a row is of the sandbox: by its own mark, or by that of what it is about.

    A figure has the mark of its metric, which a key of the database keeps equal.
    """
    marks = [row.c[_MARK]] if _MARK in row.c else []
    about = {name: rows for name, rows in _ABOUT.items() if name in row.c and not (marks and rows is _metric)}
    return or_(*marks, *(_is_marked(row.c[name], rows) for name, rows in about.items()))


def is_real(row: FromClause, *around: FromClause) -> ColumnElement[bool]:
    """The condition that a row is not of the sandbox, or that one of the rows that lead to it is."""
    return or_(*(is_made_up(each) for each in around), not_(is_made_up(row)))


def is_theme_made_up(theme: FromClause) -> ColumnElement[bool]:
    """The condition that a theme has metrics, and all of them are made up."""
    return and_(_has_metric(theme, True), not_(_has_metric(theme, False)))


def real_ones(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a list puts on its rows, unless its arguments ask for the sandbox too."""
    return [] if arguments.term("includeSynthetic") else [is_real(row)]


def _is_marked(key: ColumnElement[int], rows: FromClause) -> ColumnElement[bool]:
    # Without a reference to the row around it the list of keys is hashed once for the statement.
    other = rows.alias()
    return key.in_(select(other.c.id).where(other.c[_MARK]))


def _has_metric(theme: FromClause, is_marked: bool) -> ColumnElement[bool]:
    metric = _metric.alias()
    mark = metric.c[_MARK] if is_marked else not_(metric.c[_MARK])
    return exists(select(metric.c.id).where(metric.c.theme_id == theme.c.id, mark).correlate(theme))
