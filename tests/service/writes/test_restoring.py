"""A withdrawal brings back what it replaced, and one figure goes back to an earlier revision: case by case."""

from typing import Any

import pytest

from schema import ids
from schema.enumerations import Role
from service.database import Database
from service.events import feed
from service.viewer import Viewer
from tests.service.writes.submitting import (
    ADA,
    BOB,
    amend,
    codes,
    drafted,
    figure,
    give,
    published,
    status_of,
    step,
    update,
)

METRIC = "trained_mentors"
REVISIONS = """
    SELECT r.value::int AS value, r.status, r.restores, r.note, r.reason, r.submission_id AS by FROM figure_revision r
    JOIN figure f ON f.id = r.figure_id JOIN metric m ON m.id = f.metric_id JOIN period p ON p.id = f.period_id
    JOIN organisation o ON o.id = f.organisation_id
    WHERE m.code = $1 AND p.code = '2024-25-Q4' AND o.code = 'QKS' ORDER BY r.revision
"""


async def revisions(database: Database, metric: str = METRIC) -> list[tuple[int, str, int | None]]:
    rows = await database.reading.fetch(REVISIONS, metric)
    return [(row["value"], row["status"], row["restores"]) for row in rows]


async def last(database: Database) -> Any:
    return (await database.reading.fetch(REVISIONS, METRIC))[-1]


async def restore(database: Database, figure_id: int, revision: int, *, at: int, by: Any = ADA, **more: Any) -> Any:
    given = {"figure": ids.made("Figure", figure_id), "revision": revision, "expectedRevision": at, "reason": "Right."}
    return await give(database, "restoreFigure", {**given, **more}, by=by)


@pytest.fixture
async def corrected(writable) -> int:
    """A figure of 47 that was corrected to 9,999."""
    await published(writable, figure(47, METRIC))
    outcome = await update(writable, figure(9999, METRIC, reason="Counted again."))
    return int(outcome["figure_ids"][0])


# ── A withdrawal ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_withdrawing_a_one_call_update_brings_back_the_figure_that_it_replaced(writable):
    first = await published(writable, figure(47, METRIC))
    wrong = (await update(writable, figure(9999, METRIC, reason="Counted again.")))["submission_id"]
    await step(writable, "withdraw", wrong, by=ADA, reason="A slip.")
    assert await revisions(writable) == [(47, "PUBLISHED", None), (9999, "PUBLISHED", None), (47, "PUBLISHED", 1)]
    assert ((await last(writable))["reason"], (await last(writable))["by"]) == ("A slip.", first)


async def test_withdrawing_an_update_of_an_imported_figure_brings_back_the_import(writable):
    outcome = await update(
        writable, figure(50, METRIC, period="2025-01-31", reason="Counted again."), quarter="2024-25-Q4"
    )
    (figure_id,) = outcome["figure_ids"]
    await step(writable, "withdraw", outcome["submission_id"], by=ADA, reason="A slip.")
    row = await writable.reading.fetchrow("SELECT value::int AS value, revision FROM figure WHERE id = $1", figure_id)
    assert tuple(row) == (47, 3)


async def test_a_withdrawn_figure_says_why_in_its_note_and_one_that_comes_back_keeps_its_own(writable):
    await published(writable, figure(47, METRIC, note="Without Medway."))
    wrong = (await update(writable, figure(9, METRIC, reason="Again."), figure(3, "peer_ambassadors", reason="New.")))[
        "submission_id"
    ]
    outcome = await step(writable, "withdraw", wrong, by=ADA, reason="A slip.", publicNote="Sent in error.")
    assert codes(outcome) == []
    assert (await last(writable))["note"] == "Without Medway."
    gone = (await writable.reading.fetch(REVISIONS, "peer_ambassadors"))[-1]
    assert (gone["status"], gone["note"]) == ("WITHDRAWN", "Sent in error.")


async def test_a_figure_that_an_amendment_left_out_comes_back_with_its_withdrawal(writable):
    made = await published(writable, figure(47, METRIC), figure(3, "peer_ambassadors"))
    amendment = (await amend(writable, figure(4, "peer_ambassadors")))["submission_id"]
    edit: dict[str, Any] = {"id": ids.made("Submission", amendment), "expectedVersion": 1}
    given = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [figure(4, "peer_ambassadors")]}
    await give(writable, "saveSubmission", {**edit, **given}, by=BOB)
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        await step(writable, name, amendment, by=by)
    assert await revisions(writable) == [(47, "PUBLISHED", None), (47, "WITHDRAWN", None)]
    await step(writable, "withdraw", amendment, by=ADA, reason="A slip.")
    assert (await revisions(writable))[-1] == (47, "PUBLISHED", 1)
    assert await status_of(writable, made) == "PUBLISHED"


async def test_a_nil_return_stands_again_when_the_value_in_its_place_is_withdrawn(writable):
    await published(writable, figure(None, METRIC, isNilReturn=True))
    value = (await update(writable, figure(5, METRIC, reason="A late answer.")))["submission_id"]
    standing = "SELECT count(*) FROM nil_return WHERE NOT is_withdrawn"
    assert await writable.reading.fetchval(standing) == 0
    await step(writable, "withdraw", value, by=ADA, reason="A slip.")
    assert await writable.reading.fetchval(standing) == 1
    assert (await revisions(writable))[-1][1] == "WITHDRAWN"


async def test_a_submission_that_the_withdrawing_scope_does_not_see_stays_withdrawn(writable):
    """The ICB's update was withdrawn: what the practice withdraws does not bring it back."""
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    own = Viewer("Practice", Role.APPROVER, "99999999", scope=practice)
    row = {"metric": "registered_patients", "organisation": "G82002", "reason": "As counted."}
    board = await update(writable, {**row, "value": 9_000})
    mine = await update(writable, {**row, "value": 9_001}, by=own, organisation="G82002")
    await step(writable, "withdraw", board["submission_id"], by=ADA, reason="The wrong file.")
    await step(writable, "withdraw", mine["submission_id"], by=own, reason="The wrong file.")
    statuses = await writable.reading.fetch(
        "SELECT status FROM figure_revision WHERE figure_id = $1 ORDER BY revision", mine["figure_ids"][0]
    )
    assert [each["status"] for each in statuses] == ["PUBLISHED", "PUBLISHED", "WITHDRAWN"]


# ── One figure ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_figure_goes_back_to_an_earlier_revision_as_its_next_one(writable, corrected):
    outcome = await restore(writable, corrected, 1, at=2, publicNote="As first published.")
    assert (codes(outcome), outcome["figure_id"]) == ([], corrected)
    assert (await revisions(writable))[-1] == (47, "PUBLISHED", 1)
    assert (await last(writable))["note"] == "As first published."


async def test_a_withdrawn_figure_is_published_again_by_restoring_it(writable):
    made = await published(writable, figure(47, METRIC))
    await step(writable, "withdraw", made, by=ADA, reason="A slip.")
    (figure_id,) = [row["id"] for row in await writable.reading.fetch("SELECT id FROM figure WHERE revision = 2")]
    assert codes(await restore(writable, figure_id, 1, at=2)) == []
    # Its submission is withdrawn, so it stands by none.
    assert ((await revisions(writable))[-1], (await last(writable))["by"]) == ((47, "PUBLISHED", 1), None)


async def test_a_restored_figure_is_withdrawn_with_the_submission_that_it_stands_by(writable):
    made = await published(writable, figure(47, METRIC))
    outcome = await update(writable, figure(9999, METRIC, reason="Counted again."))
    await restore(writable, outcome["figure_ids"][0], 1, at=2)
    await step(writable, "withdraw", made, by=ADA, reason="The wrong file.")
    # The restoration has undone the update: its value does not come back.
    assert (await revisions(writable))[-1] == (47, "WITHDRAWN", None)


async def test_a_first_figure_alone_is_withdrawn_and_can_come_back(writable):
    made = await published(writable, figure(47, METRIC), figure(61, "active_mentors", reason="Counted."))
    first = await writable.reading.fetchval(
        "SELECT f.id FROM figure f JOIN metric m ON m.id = f.metric_id JOIN period p ON p.id = f.period_id "
        "WHERE m.code = $1 AND p.code = '2024-25-Q4'",
        METRIC,
    )
    assert codes(await restore(writable, first, 0, at=1, publicNote="Of another quarter.")) == []
    gone = await last(writable)
    assert (gone["status"], gone["note"], gone["reason"]) == ("WITHDRAWN", "Of another quarter.", "Right.")
    assert await status_of(writable, made) == "PUBLISHED"
    assert (await revisions(writable, "active_mentors"))[-1][1] == "PUBLISHED"
    assert codes(await restore(writable, first, 0, at=2)) == ["figure/unchanged"]
    assert codes(await restore(writable, first, 1, at=2)) == []
    assert (await revisions(writable))[-1] == (47, "PUBLISHED", 1)


async def test_a_figure_that_goes_without_a_word_says_nothing_and_comes_back_with_its_note(writable):
    await published(writable, figure(47, METRIC, note="Without Medway."))
    (at,) = [row["id"] for row in await writable.reading.fetch("SELECT id FROM figure WHERE note = 'Without Medway.'")]
    assert codes(await restore(writable, at, 0, at=1)) == []
    assert (await last(writable))["note"] is None
    assert codes(await restore(writable, at, 1, at=2)) == []
    assert (await last(writable))["note"] == "Without Medway."


async def test_a_calculated_figure_is_not_withdrawn_by_itself(writable):
    declared = [
        figure(1, f"capacity_and_access_{area}_declaration", organisation="U40722", reason="Sent.")
        for area in ("telephony", "online_requests", "care_navigation")
    ]
    await published(writable, *declared)
    query = (
        "SELECT id, revision FROM figure WHERE origin = 'DERIVED' AND status <> 'WITHDRAWN' ORDER BY id DESC LIMIT 1"
    )
    calculated = await writable.reading.fetchrow(query)
    assert codes(await restore(writable, calculated["id"], 0, at=calculated["revision"])) == ["figure/calculated"]


@pytest.mark.parametrize(
    ("revision", "more", "code"),
    [
        (-1, {}, "figure/unknown-revision"),
        (7, {}, "figure/unknown-revision"),
        (3, {}, "figure/withdrawn-revision"),
        (4, {}, "figure/unchanged"),
        (1, {"expectedRevision": 2}, "figure/stale"),
        (1, {"reason": " "}, "figure/no-reason"),
        (1, {"reason": "x" * 2_001}, "validation/unusable-text"),
        (1, {"figure": ids.made("Figure", 999_999_999)}, "figure/unknown"),
        (1, {"figure": "x"}, "figure/unknown"),
    ],
)
async def test_what_cannot_be_restored_is_refused(writable, corrected, revision, more, code):
    await update(writable, figure(None, METRIC, isNilReturn=True, reason="Nobody counted."))
    await restore(writable, corrected, 2, at=3)
    outcome = await restore(writable, corrected, revision, at=4, **more)
    assert codes(outcome) == [code]
    assert len(await revisions(writable)) == 4


async def test_a_stale_revision_is_refused_with_the_current_one(writable, corrected):
    outcome = await restore(writable, corrected, 1, at=1)
    assert [each["current_version"] for each in outcome["problems"]] == [2]


async def test_a_figure_out_of_scope_is_not_restored(writable, corrected):
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    stranger = Viewer("Stranger", Role.APPROVER, "99999999", scope=practice)
    assert codes(await restore(writable, corrected, 1, at=2, by=stranger)) == ["figure/unknown"]


async def test_a_rehearsed_restoration_writes_nothing(writable, corrected):
    count = "SELECT (SELECT count(*) FROM figure_revision) + (SELECT count(*) FROM audit_event)"
    before = await writable.reading.fetchval(count)
    assert codes(await restore(writable, corrected, 1, at=2, validateOnly=True)) == []
    assert await writable.reading.fetchval(count) == before


async def test_a_restoration_has_one_effect_for_each_key(writable, corrected):
    for _ in range(2):
        assert codes(await restore(writable, corrected, 1, at=2, idempotencyKey="k")) == []
    assert len(await revisions(writable)) == 3


async def test_a_draft_over_a_restored_figure_has_a_finding(writable, corrected):
    made = await drafted(writable, figure(48, METRIC, reason="One more."))
    await restore(writable, corrected, 1, at=2)
    assert "validation/published-since" in codes(await step(writable, "submit", made, by=BOB))


async def test_a_restoration_leaves_its_event_with_the_targets_that_moved(writable):
    outcome = await update(writable, figure(None, numerator=163, denominator=177))
    await update(writable, figure(None, numerator=150, denominator=177, reason="Counted again."))
    await restore(writable, outcome["figure_ids"][0], 1, at=2)
    event = await writable.reading.fetchrow(
        "SELECT subject, reason, groups_on::text AS groups_on, detail #>> '{restored,0,after}' AS after, "
        "jsonb_array_length(detail -> 'targets') AS targets FROM audit_event WHERE action = 'figure.restore'"
    )
    assert event is not None
    assert tuple(event)[:4] == ("QKS call_back_percent 2024-25-Q4", "Right.", "2025-03-31", "92.09")
    assert event["targets"] > 0


@pytest.mark.parametrize("how", ["restore", "withdraw"])
async def test_subscribers_hear_of_a_figure_that_comes_back(writable, how):
    await published(writable, figure(47, METRIC))
    outcome = await update(writable, figure(9999, METRIC, reason="Counted again."))
    async with writable.reading.acquire() as connection:
        start = await feed.head(connection)
    if how == "restore":
        await restore(writable, outcome["figure_ids"][0], 1, at=2)
    else:
        await step(writable, "withdraw", outcome["submission_id"], by=ADA, reason="A slip.")
    async with writable.reading.acquire() as connection:
        _, events = await feed.read(connection, start)
    assert [each.key for each in events if each.field == "figuresPublished"] == outcome["figure_ids"]
