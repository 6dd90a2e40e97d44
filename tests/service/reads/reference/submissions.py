"""Submissions and audit events in pages, and what belongs to a submission: entries, findings, history."""

from typing import Any

from tests.service.reads.reference import filters
from tests.service.reads.reference.listings import filtered
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Row, Tables


def all_submissions(tables: Tables, _: Row, arguments: Arguments) -> Any:
    """All submissions for which a filter holds, newest first; discarded ones only where it names their status."""
    found = filtered(tables, tables.all("submission"), arguments)
    if not filters.names(arguments.get("filter"), "status"):
        found = [row for row in found if row["status"] != "DISCARDED"]
    newest_first = [{"createdAt": "DESC"}]
    asked = order(tables, newest_first if arguments.get("orderBy") is None else arguments["orderBy"])
    return connection(found, asked, arguments, lambda at: tables.place("submission", at))


def all_events(tables: Tables, _: Row, arguments: Arguments) -> Any:
    """All events for which a filter holds, oldest first."""
    found = filtered(tables, tables.all("audit_event"), arguments)
    asked = order(tables, arguments.get("orderBy"), "position")
    return connection(found, asked, arguments, lambda at: tables.place("audit_event", at))


def entries(tables: Tables, submission: Row, arguments: Arguments) -> Any:
    """A page of the rows of a submission whose three codes all name something."""
    found = [row for row in sent(tables, submission, {}) if names_something(row)]
    asked = order(tables, arguments.get("orderBy"), "row")
    return connection(found, asked, arguments, lambda at: tables.place("submission_entry", at))


def names_something(entry: Row) -> bool:
    """Whether all three codes of a row name something here."""
    return None not in (entry["metricId"], entry["organisationId"], entry["periodId"])


def sent(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """All rows of a submission, as they were sent."""
    return sorted(tables.where("submission_entry", "submissionId", submission["id"]), key=lambda row: row["row"])


def listed(tables: Tables, submission: Row, arguments: Arguments) -> list[Row]:
    """The open findings about a submission; what is for information too, if it is asked for."""
    more = ["INFO"] if arguments.get("includeInformation") else []
    found = findings(tables, submission, {})
    return [row for row in found if row["severity"] in ("BLOCK", *more) or _needs_a_reason(row)]


def answered(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """The findings about a submission that somebody gave a reason for."""
    return [row for row in findings(tables, submission, {}) if row["acceptedReason"] is not None]


def information_count(tables: Tables, submission: Row, _: Arguments) -> int:
    """How many findings about a submission are for information."""
    return [row["severity"] for row in findings(tables, submission, {})].count("INFO")


def _needs_a_reason(finding: Row) -> bool:
    return bool(finding["severity"] == "NEEDS_REASON" and finding["acceptedReason"] is None)


def findings(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """All findings about a submission, in order."""
    found = tables.where("submission_finding", "submissionId", submission["id"])
    return sorted(found, key=lambda row: row["position"])


def comments(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """What was said about answers of a submission when it was returned, oldest first."""
    return sorted(tables.where("return_comment", "submissionId", submission["id"]), key=lambda row: row["id"])


def history(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """What was done with a submission, oldest first, as far as the viewer may see it."""
    return sorted(tables.where("audit_event", "submissionId", submission["id"]), key=lambda row: row["position"])


def actor_of_event(tables: Tables, event: Row, _: Arguments) -> Row:
    """Who took a step: the actor of its key, name and role; without a key the name is the identity."""
    identity = event["actor"] if event["actorKey"] is None else event["actorKey"]
    said = (identity, event["actor"], event["role"])
    return next(row for row in tables.all("actor") if (row["identity"], row["name"], row["role"]) == said)
