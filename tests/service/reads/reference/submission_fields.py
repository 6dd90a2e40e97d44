"""A function for each field of submissions and what goes with them: who did what, and what a quarter asks for."""

from typing import Any

from tests.service.reads.reference import actions, changes, completeness, submissions
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.nodes import node
from tests.service.reads.reference.tables import Row, Tables


def _submission(tables: Tables, _: Row, arguments: Arguments) -> Row | None:
    found = node(tables, arguments["id"])
    return found if found and found["__typename"] == "Submission" else None


def _viewer(tables: Tables, _: Row, __: Arguments) -> Any:
    return tables.viewer and {"name": tables.viewer.name, "role": tables.viewer.role}


def _acted(name: str) -> Says:
    return lambda tables, row, _: tables.one("actor", row[f"{name}ById"])


FIELDS_OF_SUBMISSIONS: dict[str, Says] = {
    "Query.viewer": _viewer,
    "Query.submission": _submission,
    "Query.submissions": submissions.all_submissions,
    "Query.auditEvents": submissions.all_events,
    "Query.completeness": completeness.completeness,
    "Completeness.missing": completeness.missing,
    "Completeness.requests": completeness.requests,
    "Completeness.counts": completeness.counts,
    "Completeness.byOrganisation": completeness.counts_by("organisationId"),
    "Completeness.byMetric": completeness.counts_by("metricId"),
    "AuditEvent.actor": submissions.actor_of_event,
    "Submission.entries": submissions.entries,
    "Submission.sent": submissions.sent,
    "Submission.findings": submissions.listed,
    "Submission.answeredFindings": submissions.answered,
    "Submission.informationCount": submissions.information_count,
    "Submission.availableActions": actions.available,
    "Submission.history": submissions.history,
    "Submission.comments": submissions.comments,
    "ReturnComment.writtenBy": _acted("written"),
    "Submission.changes": changes.changes,
    "EntryChange.figure": lambda tables, row, _: tables.one("figure", row["figureId"]),
    "EntryChange.entry": lambda tables, row, _: tables.one("submission_entry", row["entryId"]),
    "Submission.amends": lambda tables, row, _: tables.one("submission", row["amendsId"]),
    **{f"Submission.{name}By": _acted(name) for name in ("created", "edited", "submitted", "decided", "published")},
}
