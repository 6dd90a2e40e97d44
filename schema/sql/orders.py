"""What lists are ordered by beyond the columns of their rows: a metric's value, a change, the place of a theme."""

from sqlalchemy import func

from schema.mapping import Order
from schema.sql.alike import change_since, is_earlier, is_year_before
from schema.sql.figures import OWN_FIGURE_ORDERS
from schema.sql.latest import list_size, value_of
from schema.sql.listings import METRIC_CODE, ORGANISATION_CODE, ORGANISATION_NAME, by_related
from schema.sql.organisations import OWN_ORDERS
from schema.tables import OrganisationRow, ThemeRow, rows_of

_organisation = rows_of(OrganisationRow)
_theme = rows_of(ThemeRow)

# Of rows that refer to an organisation, and of those that refer to a metric too.
_BY_ORGANISATION = {"organisation_code": ORGANISATION_CODE, "organisation_name": ORGANISATION_NAME}
_BY_BOTH = {"metric_code": METRIC_CODE, **_BY_ORGANISATION}

ORGANISATION_ORDERS = {
    **OWN_ORDERS,
    "figure": Order(value_of, nullable=True),
    "list_size": Order(list_size, nullable=True),
}
FIGURE_ORDERS = {
    **OWN_FIGURE_ORDERS,
    "change": Order(change_since(is_earlier), nullable=True),
    "change_on_year": Order(change_since(is_year_before), nullable=True),
}
METRIC_ORDERS = {
    "code": Order(lambda row, _: row.c.code),
    "name": Order(lambda row, _: func.lower(row.c.name)),
    "theme": by_related(_theme, "theme_id", lambda theme, _: theme.c.position),
}
PERIOD_ORDERS = {"end": Order(lambda row, _: row.c.ends), "start": Order(lambda row, _: row.c.starts)}
SUBMISSION_ORDERS = {
    "created_at": Order(lambda row, _: row.c.created_at),
    "submitted_at": Order(lambda row, _: row.c.submitted_at, nullable=True),
    "published_at": Order(lambda row, _: row.c.published_at, nullable=True),
    "quarter": Order(lambda row, _: row.c.quarter),
    "organisation_name": ORGANISATION_NAME,
}
ENTRY_ORDERS = {"row": Order(lambda row, _: row.c.row), **_BY_BOTH}
ISSUE_ORDERS = {"found_at": Order(lambda row, _: row.c.found_at), **_BY_BOTH}
REQUEST_ORDERS = {"due_on": Order(lambda row, _: row.c.due_on, nullable=True), **_BY_BOTH}
# The worse first. The id of a row is that of its target, so a cursor is a place between two targets.
MOVE_ORDERS = {"direction": Order(lambda row, _: row.c.place), **_BY_BOTH}
SCORE_ORDERS = {"rank": Order(lambda row, _: row.c.rank, nullable=True), **_BY_ORGANISATION}
MATRIX_ORDERS = {
    "code": ORGANISATION_CODE,
    "name": Order(lambda row, _: row.c.name),
    "figure": by_related(_organisation, "organisation_id", value_of, nullable=True),
    "list_size": by_related(_organisation, "organisation_id", list_size, nullable=True),
}
