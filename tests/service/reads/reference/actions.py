"""What a viewer can do with a submission now, by the table of states itself."""

import re
import unicodedata

from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.lifecycle import Standing, obstacle
from tests.service.reads.reference import submissions
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.tables import Row, Tables

_ON_ITS_WAY = {"DRAFT", "SUBMITTED", "RETURNED", "APPROVED"}


def available(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """Every action, and why the viewer cannot take it, or null."""
    standing = _standing(tables, submission)
    obstacles = [(action, obstacle(action, standing)) for action in SubmissionAction]
    return [{"action": action, "enabled": not why, "reason": why[1] if why else None} for action, why in obstacles]


def _standing(tables: Tables, submission: Row) -> Standing:
    found = submissions.findings(tables, submission, {})
    amendments = tables.where("submission", "amendsId", submission["id"])
    unexplained = [row for row in found if row["severity"] == "NEEDS_REASON" and row["acceptedReason"] is None]
    return Standing(
        status=SubmissionStatus(submission["status"]),
        role=tables.viewer.role if tables.viewer else Role.READER,
        entries=len(submissions.sent(tables, submission, {})),
        blocking=len([row for row in found if row["severity"] == "BLOCK"]),
        unexplained=len(unexplained),
        is_submitter=_is_viewer(tables, submission["submittedById"]),
        is_writer=any(_wrote(tables, event) for event in tables.where("audit_event", "submissionId", submission["id"])),
        has_open_amendment=any(row["status"] in _ON_ITS_WAY for row in amendments),
    )


def _wrote(tables: Tables, event: Row) -> bool:
    """Whether an event is that of who asks, when they put figures into the submission."""
    writing = {"submission.create", "submission.edit", "submission.amend"}
    return event["action"] in writing and _is(tables, event["actor"], event["actorKey"] or event["actor"])


def _is_viewer(tables: Tables, at: int | None) -> bool:
    actor = tables.one("actor", at)
    return actor is not None and _is(tables, actor["name"], actor["identity"])


def _is(tables: Tables, name: str, identity: str) -> bool:
    """Whether somebody is who asks: one key is one person, and so is one name, however it is written."""
    viewer = tables.viewer
    if viewer is None:
        return False
    mine = viewer.name if viewer.key is None else viewer.key
    return bool(identity == mine or _plain(name) == _plain(viewer.name))


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()
