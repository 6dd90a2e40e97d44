"""Who creates, edits, amends or submits a submission does not approve it: three people, and every part one can have."""

from typing import Any

from schema import ids
from schema.commands.declaring import from_arguments
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Work
from service.writes.commands import BY_NAME
from service.writes.submissions.quarterly import check_update
from service.writes.submissions.standings import standing
from tests.service.writes.submitting import (
    ADA,
    BOB,
    EVE,
    amend,
    codes,
    drafted,
    figure,
    published,
    save,
    step,
    update_of,
    version_of,
)


async def edit(database: Database, submission: int, *, by: Viewer) -> None:
    """Somebody else changes the draft: nothing of it is theirs but this."""
    given: dict[str, Any] = {
        "id": ids.made("Submission", submission),
        "expectedVersion": await version_of(database, submission),
    }
    assert codes(await save(database, figure(89.27), by=by, **given)) == []


async def test_who_only_edited_a_draft_does_not_approve_it(writable):
    made = await drafted(writable, by=BOB)
    await edit(writable, made, by=ADA)
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == ["submission/second-person"]
    assert codes(await step(writable, "approve", made, by=EVE)) == []


async def test_who_edited_a_draft_before_somebody_else_did_does_not_approve_it(writable):
    made = await drafted(writable, by=BOB)
    await edit(writable, made, by=ADA)
    await edit(writable, made, by=BOB)
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == ["submission/second-person"]


async def test_who_only_created_a_draft_does_not_approve_it(writable):
    made = await drafted(writable, by=ADA)
    await edit(writable, made, by=BOB)
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == ["submission/second-person"]
    assert codes(await step(writable, "approve", made, by=EVE)) == []


async def test_who_only_started_an_amendment_does_not_approve_it(writable):
    await published(writable)
    amendment = (await amend(writable, figure(89.27), by=ADA))["submission_id"]
    await step(writable, "submit", amendment, by=BOB)
    assert codes(await step(writable, "approve", amendment, by=ADA)) == ["submission/second-person"]
    assert codes(await step(writable, "approve", amendment, by=EVE)) == []


async def test_who_returned_a_submission_may_still_approve_it(writable):
    made = await drafted(writable, by=BOB)
    await step(writable, "submit", made, by=BOB)
    await step(writable, "return", made, by=ADA, reason="Which month?")
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == []


async def test_whoever_begins_a_submission_is_its_writer_before_the_audit_says_so(writable):
    command = BY_NAME["updateQuarterlyFigures"]
    async with writable.rehearsal() as session:
        work = Work(command, session, ADA)
        desk, _ = await check_update(work, from_arguments(command.input, update_of()))
        stands = await standing(desk)
        assert (stands.is_writer, stands.is_submitter) == (True, False)
