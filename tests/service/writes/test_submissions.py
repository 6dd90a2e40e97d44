"""A submission on its way, on a real database: from the draft to publication, correction and withdrawal."""

from typing import Any

import pytest

from schema import ids
from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import (
    ADA,
    BOB,
    EVE,
    ROOT,
    amend,
    approved,
    codes,
    drafted,
    figure,
    give,
    published,
    save,
    status_of,
    step,
    submitted,
    update,
    version_of,
)

VALUES = """
    SELECT r.value::text, r.status, r.reason FROM figure_revision r JOIN figure f ON f.id = r.figure_id
    JOIN metric m ON m.id = f.metric_id
    WHERE m.code = $1 AND r.published_at > '2026-06-01' ORDER BY r.revision
"""


async def revisions(database: Database, metric: str = "call_back_percent") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await database.reading.fetch(VALUES, metric)]


async def findings(database: Database, submission: int) -> list[tuple[str, int]]:
    rows = await database.reading.fetch(
        "SELECT code, row FROM submission_finding WHERE submission_id = $1 ORDER BY position", submission
    )
    return [(row["code"].removeprefix("validation/"), row["row"]) for row in rows]


async def test_a_draft_keeps_its_slips_and_says_all_of_them(writable):
    slips = [figure(None, numerator=163, denominator=77), figure(1, "nope"), figure(3, organisation="G00000")]
    made = await drafted(writable, *slips)
    assert await findings(writable, made) == [
        ("numerator-over-denominator", 0),
        ("unknown-metric", 1),
        ("unknown-organisation", 2),
    ]
    kept = await writable.reading.fetchval("SELECT count(*) FROM submission_entry WHERE submission_id = $1", made)
    assert kept == 3


async def test_a_draft_with_a_slip_is_not_submitted_and_says_why(writable):
    made = await drafted(writable, figure(101))
    outcome = await step(writable, "submit", made, by=BOB)
    assert codes(outcome) == ["submission/open-findings", "validation/out-of-range"]
    assert await status_of(writable, made) == "DRAFT"


async def test_the_whole_way_to_publication(writable):
    made = await drafted(writable, figure(101))
    given = {"id": ids.made("Submission", made), "expectedVersion": await version_of(writable, made)}
    await save(writable, figure(), by=BOB, **given)
    await step(writable, "submit", made, by=BOB)
    await step(writable, "return", made, by=ADA, reason="Which month?")
    assert await status_of(writable, made) == "RETURNED"
    await step(writable, "submit", made, by=BOB)
    await step(writable, "approve", made, by=ADA)
    outcome = await step(writable, "publish", made, by=ADA)
    assert (outcome["created"], await status_of(writable, made)) == (1, "PUBLISHED")
    assert await revisions(writable) == [("88.7", "PUBLISHED", None)]


@pytest.mark.parametrize(
    "same", [ADA, Viewer(" ada ", Role.APPROVER, "99999999"), Viewer("Else", Role.APPROVER, "aaaaaaaa")]
)
async def test_nobody_approves_what_they_submitted_by_whatever_key(writable, same):
    made = await drafted(writable, by=ADA)
    await step(writable, "submit", made, by=ADA)
    assert codes(await step(writable, "approve", made, by=same)) == ["submission/second-person"]
    assert (await step(writable, "approve", made, by=EVE))["problems"] == []


async def test_nobody_approves_what_they_changed_last(writable):
    made = await drafted(writable, by=ADA)
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == ["submission/second-person"]


@pytest.mark.parametrize("name", ["approve", "return", "publish", "withdraw"])
async def test_a_submitter_decides_nothing(writable, name):
    made = await submitted(writable)
    with pytest.raises(Refusal) as refusal:
        await step(writable, name, made, by=BOB, reason="r")
    assert refusal.value.code == "FORBIDDEN"


@pytest.mark.parametrize("name", ["submit", "recall", "approve", "publish", "discard", "validate"])
async def test_a_reader_takes_no_step(writable, name):
    made = await submitted(writable)
    with pytest.raises(Refusal) as refusal:
        await step(writable, name, made, by=Viewer("Rita", Role.READER, "rrrrrrrr"))
    assert refusal.value.code == "FORBIDDEN"


async def test_only_who_submitted_it_recalls_it_or_an_administrator(writable):
    made = await submitted(writable)
    assert codes(await step(writable, "recall", made, by=EVE)) == ["submission/not-yours"]
    assert (await step(writable, "recall", made, by=ROOT))["problems"] == []
    assert await status_of(writable, made) == "DRAFT"


@pytest.mark.parametrize("name", ["return", "withdraw"])
@pytest.mark.parametrize("reason", [None, "", "  "])
async def test_to_return_and_to_withdraw_takes_a_reason(writable, name, reason):
    made = await published(writable) if name == "withdraw" else await submitted(writable)
    assert codes(await step(writable, name, made, by=ADA, reason=reason)) == ["submission/no-reason"]


async def test_what_is_discarded_stays_on_record_and_goes_nowhere(writable):
    made = await drafted(writable)
    await step(writable, "discard", made, by=BOB)
    assert await status_of(writable, made) == "DISCARDED"
    assert codes(await step(writable, "submit", made, by=BOB)) == ["submission/status"]


async def test_an_empty_draft_can_be_kept_and_not_submitted(writable):
    outcome = await save(writable)
    assert codes(await step(writable, "submit", outcome["submission_id"], by=BOB)) == ["submission/empty"]


async def test_a_stale_version_gets_the_current_one_and_who_made_it(writable):
    made = await drafted(writable)
    given = {"id": ids.made("Submission", made), "expectedVersion": 7}
    outcome = await give(writable, "submitSubmission", given, by=BOB)
    problem = outcome["problems"][0]
    assert (problem["code"], problem["current_version"]) == ("submission/stale", 1)
    assert "Bob changed it on" in problem["message"]


async def test_an_edit_without_the_version_that_was_read_is_refused(writable):
    made = await drafted(writable)
    assert codes(await save(writable, figure(), id=ids.made("Submission", made))) == ["submission/no-version"]


async def test_an_edit_for_another_quarter_is_refused(writable):
    made = await drafted(writable)
    given: dict[str, Any] = {"id": ids.made("Submission", made), "expectedVersion": 1, "quarter": "2024-25-Q3"}
    assert codes(await save(writable, figure(), **given)) == ["submission/other-quarter"]


@pytest.mark.parametrize("at", ["", "U3VibWlzc2lvbjo5OTk5", "VGFyZ2V0OjE", "é"])
async def test_an_id_of_no_submission_is_a_problem(writable, at):
    outcome = await give(writable, "submitSubmission", {"id": at, "expectedVersion": 1}, by=BOB)
    assert codes(outcome) == ["submission/unknown"]


async def test_the_second_of_two_who_publish_one_cell_learns_who_published_it_and_when(writable):
    one, other = await approved(writable, figure(88.7)), await approved(writable, figure(89.27))
    await step(writable, "publish", one, by=ADA)
    outcome = await step(writable, "publish", other, by=EVE)
    assert codes(outcome) == ["submission/open-findings", "validation/published-since", "validation/no-reason"]
    assert "was published as 88.7% by Ada on" in outcome["problems"][1]["message"]
    assert len(await revisions(writable)) == 1


async def test_somebody_who_has_that_finding_saves_again_with_a_reason_and_goes_on(writable):
    other = await drafted(writable, figure(89.27), by=BOB)
    await update(writable, figure(88.7))
    await step(writable, "validate", other, by=BOB)
    given = {"id": ids.made("Submission", other), "expectedVersion": await version_of(writable, other)}
    await save(writable, figure(89.27, reason="Ada's count was of February."), by=BOB, **given)
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert (await step(writable, name, other, by=by))["problems"] == []
    assert [value for value, *_ in await revisions(writable)] == ["88.7", "89.27"]


async def test_an_edit_of_another_row_does_not_hide_what_was_published_meanwhile(writable):
    made = await drafted(writable, figure(89.27, reason="r"), figure(100, "call_queuing_percent"))
    await update(writable, figure(88.7))
    given = {"id": ids.made("Submission", made), "expectedVersion": 1}
    rows = [figure(89.27, reason="r"), figure(99.44, "call_queuing_percent", reason="One is being repaired.")]
    await save(writable, *rows, by=BOB, **given)
    assert ("published-since", 0) in await findings(writable, made)


# ── Amendments ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_amendment_leaves_the_published_version_until_it_is_published(writable):
    made = await published(writable)
    outcome = await amend(writable, figure(89.27))
    assert (await status_of(writable, made), len(await revisions(writable))) == ("PUBLISHED", 1)
    amendment = outcome["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert (await step(writable, name, amendment, by=by))["problems"] == []
    assert [await status_of(writable, each) for each in (made, amendment)] == ["SUPERSEDED", "PUBLISHED"]
    assert await revisions(writable) == [("88.7", "PUBLISHED", None), ("89.27", "PUBLISHED", "Counted again.")]


async def test_an_amendment_starts_from_all_figures_of_the_version_that_it_amends(writable):
    await published(writable, figure(), figure(100, "call_queuing_percent"))
    amendment = (await amend(writable, figure(89.27)))["submission_id"]
    rows = await writable.reading.fetch(
        "SELECT metric_code, value::text FROM submission_entry WHERE submission_id = $1 ORDER BY row", amendment
    )
    assert [tuple(row) for row in rows] == [("call_back_percent", "89.27"), ("call_queuing_percent", "100")]


async def test_a_figure_that_an_amendment_leaves_out_is_withdrawn(writable):
    await published(writable, figure(), figure(100, "call_queuing_percent"))
    amendment = (await amend(writable, figure(89.27)))["submission_id"]
    given = {"id": ids.made("Submission", amendment), "expectedVersion": 1}
    await save(writable, figure(89.27), by=BOB, **given)
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        await step(writable, name, amendment, by=by)
    taken = [(status, reason) for _, status, reason in await revisions(writable, "call_queuing_percent")]
    assert taken == [("PUBLISHED", None), ("WITHDRAWN", "Counted again.")]


async def test_a_version_has_one_amendment_on_its_way(writable):
    await published(writable)
    first = (await amend(writable, figure(89.27)))["submission_id"]
    assert codes(await amend(writable, figure(89.83))) == ["submission/amendment-open"]
    await step(writable, "discard", first, by=BOB)
    assert codes(await amend(writable, figure(89.83))) == []


@pytest.mark.parametrize(("name", "code"), [("reason", "no-reason"), ("publicNote", "no-public-note")])
async def test_an_amendment_takes_a_reason_and_a_public_note(writable, name, code):
    await published(writable)
    blank: dict[str, Any] = {name: " "}
    assert codes(await amend(writable, figure(89.27), **blank)) == [f"submission/{code}"]


async def test_what_is_not_published_is_not_amended(writable):
    assert codes(await amend(writable, figure(89.27))) == ["submission/nothing-to-amend"]


async def test_a_figure_of_an_import_is_amended_without_an_earlier_version(writable):
    outcome = await amend(writable, figure(70.06, period="2025-01-31"))
    amends = await writable.reading.fetchval("SELECT amends_id FROM submission WHERE id = $1", outcome["submission_id"])
    assert (outcome["problems"], amends) == ([], None)


async def test_figures_of_two_submissions_are_not_amended_at_once(writable):
    await published(writable)
    await published(writable, figure(100, "call_queuing_percent"))
    outcome = await amend(writable, figure(89.27), figure(99.44, "call_queuing_percent"))
    assert codes(outcome) == ["submission/several-to-amend"]


async def test_a_cell_that_is_corrected_twice_in_one_amendment_is_reported_and_not_lost(writable):
    await published(writable)
    outcome = await amend(writable, figure(89.27), figure(89.83))
    assert ("duplicate-row", 1) in await findings(writable, outcome["submission_id"])


# ── Withdrawal and nil returns ────────────────────────────────────────────────────────────────────────────────────


async def test_a_withdrawn_submission_takes_its_figures_back_and_keeps_their_history(writable):
    made = await published(writable)
    await step(writable, "withdraw", made, by=ADA, reason="The wrong file.")
    assert await revisions(writable) == [("88.7", "PUBLISHED", None), ("88.7", "WITHDRAWN", "The wrong file.")]
    assert await status_of(writable, made) == "WITHDRAWN"


async def test_a_withdrawal_leaves_what_somebody_else_has_published_over_it(writable):
    made = await published(writable)
    await update(writable, figure(89.27, reason="newer"), by=EVE)
    await step(writable, "withdraw", made, by=ADA, reason="The wrong file.")
    assert [status for _, status, __ in await revisions(writable)] == ["PUBLISHED", "PUBLISHED"]


async def test_an_amendment_s_withdrawal_brings_back_the_version_that_it_amended(writable):
    made = await published(writable, figure(), figure(100, "call_queuing_percent"))
    amendment = (await amend(writable, figure(89.27)))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        await step(writable, name, amendment, by=by)
    await step(writable, "withdraw", amendment, by=ADA, reason="All of it is wrong.")
    assert [(value, status) for value, status, _ in await revisions(writable)] == [
        ("88.7", "PUBLISHED"),
        ("89.27", "PUBLISHED"),
        ("88.7", "PUBLISHED"),
    ]
    assert await revisions(writable, "call_queuing_percent") == [("100", "PUBLISHED", None)]
    assert [await status_of(writable, each) for each in (made, amendment)] == ["PUBLISHED", "WITHDRAWN"]


async def test_what_has_an_amendment_on_its_way_is_not_withdrawn(writable):
    made = await published(writable)
    await amend(writable, figure(89.27))
    assert codes(await step(writable, "withdraw", made, by=ADA, reason="r")) == ["submission/amendment-open"]


async def test_a_nil_return_is_published_and_is_no_figure(writable):
    await published(writable, figure(None, isNilReturn=True))
    nil = "SELECT count(*) FROM nil_return WHERE NOT is_withdrawn"
    assert (await writable.reading.fetchval(nil), await revisions(writable)) == (1, [])


async def test_a_nil_return_is_withdrawn_with_its_submission(writable):
    made = await published(writable, figure(None, isNilReturn=True))
    await step(writable, "withdraw", made, by=ADA, reason="There were some.")
    assert await writable.reading.fetchval("SELECT count(*) FROM nil_return WHERE NOT is_withdrawn") == 0


async def test_a_figure_where_there_was_a_nil_return_takes_its_place(writable):
    await published(writable, figure(None, isNilReturn=True))
    await published(writable, figure())
    assert await revisions(writable) == [("88.7", "PUBLISHED", None)]


async def test_every_step_leaves_one_event_and_a_look_leaves_none(writable):
    made = await published(writable)
    await step(writable, "withdraw", made, by=ADA, reason="r")
    await drafted(writable)
    look = await drafted(writable)
    await step(writable, "validate", look, by=BOB)
    actions = await writable.reading.fetch(
        "SELECT action FROM audit_event WHERE submission_id = $1 ORDER BY position", made
    )
    assert [row["action"].removeprefix("submission.") for row in actions] == [
        "create",
        "submit",
        "approve",
        "publish",
        "withdraw",
    ]
    assert await writable.reading.fetchval("SELECT count(*) FROM audit_event WHERE submission_id = $1", look) == 1


async def test_the_event_of_a_publication_says_which_targets_moved(writable):
    await published(writable, figure(None, numerator=163, denominator=177))
    detail = await writable.reading.fetchval(
        "SELECT detail->'targets' FROM audit_event WHERE action = 'submission.publish'"
    )
    assert '"after": "MET"' in detail
