"""Data quality issues: who may see their owners, and which of them the doubts of a paper are."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, select

from schema.mapping import Arguments, constant
from schema.sql.scopes import within_scope
from schema.tables import DataQualityIssueRow, MetricRow, OrganisationRow, rows_of

_issue = rows_of(DataQualityIssueRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)


def owner_in_scope(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The owner of an issue, for those who act for its organisation; null for others."""
    is_seen = within_scope(arguments.request.scope(), row.c.organisation_id, arguments.day())
    return case((is_seen, row.c.owner))


def kept_issues(_: Any, __: Arguments) -> FromClause:
    """Every issue; its `key` is what a doubt of a paper names it by: the codes of doubt, metric and organisation."""
    issue, metric, organisation = _issue.alias(), _metric.alias(), _organisation.alias()
    space = constant(" ")
    key = issue.c.code.concat(space).concat(metric.c.code).concat(space).concat(organisation.c.code)
    return (
        select(*issue.c, key.label("key"))
        .select_from(
            issue.join(metric, metric.c.id == issue.c.metric_id).join(
                organisation, organisation.c.id == issue.c.organisation_id
            )
        )
        .subquery()
    )
