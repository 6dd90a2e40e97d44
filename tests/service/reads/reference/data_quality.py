"""Data quality issues: all of them, oldest first; their owners are for those who act for the organisation."""

from typing import Any

from tests.service.reads.reference.listings import filtered
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.scope import reaches
from tests.service.reads.reference.tables import Row, Tables


def _issues(tables: Tables, _: Row, arguments: Arguments) -> Any:
    found = filtered(tables, tables.all("data_quality_issue"), arguments)
    asked = order(tables, arguments.get("orderBy"), "foundAt")
    return connection(found, asked, arguments, lambda at: tables.place("data_quality_issue", at))


def _owner(tables: Tables, issue: Row, _: Arguments) -> object:
    on = tables.moment.on or tables.today
    return issue["owner"] if reaches(tables, tables.viewer, issue["organisationId"], on) else None


def issue_of(tables: Tables, code: str, figure: Row) -> Row | None:
    """What is kept about a doubt about a figure."""
    return next(
        (
            row
            for row in tables.where("data_quality_issue", "code", code)
            if (row["metricId"], row["organisationId"]) == (figure["metricId"], figure["organisationId"])
        ),
        None,
    )


FIELDS_OF_DATA_QUALITY: dict[str, Says] = {
    "Query.dataQualityIssues": _issues,
    "DataQualityIssue.owner": _owner,
}
