"""What a viewer can do with a submission now, by the table of states itself."""

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
        is_editor=_is_viewer(tables, submission["editedById"]),
        has_open_amendment=any(row["status"] in _ON_ITS_WAY for row in amendments),
    )


def _is_viewer(tables: Tables, at: int | None) -> bool:
    """Whether an actor is who asks: one key is one person, and so is one name, however it is written."""
    actor, viewer = tables.one("actor", at), tables.viewer
    if actor is None or viewer is None:
        return False
    identity = viewer.name if viewer.key is None else viewer.key
    return bool(actor["identity"] == identity or _plain(actor["name"]) == _plain(viewer.name))


def _plain(name: str) -> str:
    return name.strip().casefold()
