"""Many submissions in one command: each has its own outcome, and none holds up the others."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from schema import ids
from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from service.writes.limits import MOST_SUBMISSIONS
from service.writes.submissions import bulk
from service.writes.submissions.waves import in_order
from service.writes.trust import chain
from tests.service.writes.submitting import (
    ADA,
    BOB,
    EVE,
    amend,
    approved,
    codes,
    drafted,
    figure,
    give,
    of_practices,
    published,
    save,
    statements_of,
    status_of,
    step,
    submitted,
    update,
    version_of,
)


async def publish(database: Database, *submissions: int, by: Viewer = ADA, **more: Any) -> dict[str, Any]:
    """Publish submissions at the versions that they have now."""
    named = [
        {"id": ids.made("Submission", each), "expectedVersion": await version_of(database, each)}
        for each in submissions
    ]
    return await give(database, "publishSubmissions", {"submissions": named, **more}, by=by)


def outcomes(outcome: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(str(each["outcome"]), codes(each)) for each in outcome["results"]]


async def events(database: Database, submission: int) -> list[str]:
    rows = await database.reading.fetch(
        "SELECT action FROM audit_event WHERE submission_id = $1 ORDER BY position", submission
    )
    return [row["action"].removeprefix("submission.") for row in rows]


async def test_a_submitted_and_an_approved_one_are_published_by_one_command(writable):
    one, other = await submitted(writable, figure(88.7)), await approved(writable, figure(100, "call_queuing_percent"))
    outcome = await publish(writable, one, other)
    assert outcomes(outcome) == [("PUBLISHED", []), ("PUBLISHED", [])]
    assert (outcome["published"], outcome["refused"], outcome["created"]) == (2, 0, 2)
    assert await events(writable, one) == ["create", "submit", "approve", "publish"]
    assert await events(writable, other) == ["create", "submit", "approve", "publish"]


async def test_one_that_is_refused_does_not_hold_up_the_others(writable):
    own = await drafted(writable, figure(88.7), by=ADA)
    await step(writable, "submit", own, by=BOB)
    draft, other = (
        await drafted(writable, figure(3, "trained_mentors")),
        await submitted(writable, figure(100, "call_queuing_percent")),
    )
    outcome = await publish(writable, own, draft, other)
    assert outcomes(outcome) == [
        ("REFUSED", ["submission/second-person"]),
        ("REFUSED", ["submission/status"]),
        ("PUBLISHED", []),
    ]
    assert [await status_of(writable, each) for each in (own, draft, other)] == ["SUBMITTED", "DRAFT", "PUBLISHED"]


async def test_of_two_with_one_cell_the_second_learns_who_published_it(writable):
    one, other = await submitted(writable, figure(88.7)), await submitted(writable, figure(89.27))
    outcome = await publish(writable, one, other)
    assert outcomes(outcome) == [
        ("PUBLISHED", []),
        ("REFUSED", ["submission/open-findings", "validation/published-since", "validation/no-reason"]),
    ]


async def test_all_or_nothing_publishes_none_when_one_is_refused(writable):
    good, draft = await submitted(writable), await drafted(writable, figure(3, "trained_mentors"))
    outcome = await publish(writable, good, draft, allOrNothing=True)
    assert codes(outcome) == ["submission/all-or-nothing"]
    assert outcomes(outcome) == [("HELD_BACK", []), ("REFUSED", ["submission/status"])]
    assert await status_of(writable, good) == "SUBMITTED"
    assert await writable.reading.fetchval("SELECT count(*) FROM figure_revision WHERE published_by = 'Ada'") == 0


async def test_validating_only_says_what_would_be_done_and_writes_nothing(writable):
    good, draft = await submitted(writable), await drafted(writable, figure(3, "trained_mentors"))
    outcome = await publish(writable, good, draft, validateOnly=True)
    assert outcomes(outcome) == [("PUBLISHED", []), ("REFUSED", ["submission/status"])]
    assert (await status_of(writable, good), await version_of(writable, good)) == ("SUBMITTED", 2)


async def test_the_same_key_publishes_once_and_gives_the_same_answer(writable):
    good = await submitted(writable)
    named = [{"id": ids.made("Submission", good), "expectedVersion": 2}]
    given = {"submissions": named, "idempotencyKey": "Friday"}
    first, *others = await asyncio.gather(*(give(writable, "publishSubmissions", given, by=ADA) for _ in range(5)))
    assert outcomes(first) == [("PUBLISHED", [])]
    assert all(each == first for each in others)
    assert await version_of(writable, good) == 4


async def test_a_command_that_published_nothing_leaves_its_key_free(writable):
    draft = await drafted(writable)
    refused = await publish(writable, draft, idempotencyKey="Friday")
    assert outcomes(refused) == [("REFUSED", ["submission/status"])]
    await step(writable, "submit", draft, by=BOB)
    assert outcomes(await publish(writable, draft, idempotencyKey="Friday")) == [("PUBLISHED", [])]


async def test_each_of_two_who_publish_the_same_ones_at_once_gets_an_answer_and_one_publishes(writable):
    made = [await submitted(writable, figure(88.7)), await submitted(writable, figure(100, "call_queuing_percent"))]
    named = [{"id": ids.made("Submission", each), "expectedVersion": 2} for each in made]
    both = await asyncio.gather(
        give(writable, "publishSubmissions", {"submissions": named}, by=ADA),
        give(writable, "publishSubmissions", {"submissions": named[::-1]}, by=EVE),
    )
    assert sorted(outcome.get("published", 0) for outcome in both) == [0, 2]
    [late] = [outcome for outcome in both if not outcome["published"]]
    assert outcomes(late) == [("REFUSED", ["submission/stale"])] * 2
    assert [each["problems"][0]["current_version"] for each in late["results"]] == [4, 4]


async def test_a_stale_version_an_unknown_id_and_one_out_of_scope_are_refused_alone(writable):
    stale, good = await submitted(writable), await submitted(writable, figure(100, "call_queuing_percent"))
    named = [
        {"id": ids.made("Submission", stale), "expectedVersion": 1},
        {"id": "U3VibWlzc2lvbjo5OTk5", "expectedVersion": 1},
        {"id": ids.made("Submission", good), "expectedVersion": 2},
    ]
    outcome = await give(writable, "publishSubmissions", {"submissions": named}, by=ADA)
    assert outcomes(outcome) == [
        ("REFUSED", ["submission/stale"]),
        ("REFUSED", ["submission/unknown"]),
        ("PUBLISHED", []),
    ]
    assert [each["problems"][0]["path"] for each in outcome["results"][:2]] == [
        ["input", "submissions", "0", "expectedVersion"],
        ["input", "submissions", "1", "id"],
    ]
    elsewhere = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'U34235'")
    nobody = Viewer("Eve", Role.APPROVER, "eeeeeeee", elsewhere)
    assert outcomes(await publish(writable, stale, by=nobody)) == [("REFUSED", ["submission/unknown"])]


async def test_a_submitter_publishes_none(writable):
    with pytest.raises(Refusal) as refusal:
        await publish(writable, await submitted(writable), by=BOB)
    assert refusal.value.code == "FORBIDDEN"


async def test_a_list_that_is_empty_too_long_or_names_one_twice_is_refused(writable):
    made = await submitted(writable)
    assert codes(await publish(writable)) == ["submission/none"]
    assert codes(await publish(writable, made, made)) == ["submission/twice"]
    named = [{"id": ids.made("Submission", at), "expectedVersion": 1} for at in range(MOST_SUBMISSIONS + 1)]
    outcome = await give(writable, "publishSubmissions", {"submissions": named}, by=ADA)
    assert codes(outcome) == ["submission/too-many"]
    assert "There are 501 submissions; you can publish at most 500" in outcome["problems"][0]["message"]
    assert await status_of(writable, made) == "SUBMITTED"


async def test_submissions_with_too_many_figures_in_all_are_refused(writable, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_FIGURES", 1)
    one, other = await submitted(writable), await submitted(writable, figure(100, "call_queuing_percent"))
    assert codes(await publish(writable, one, other)) == ["submission/too-many"]
    assert outcomes(await publish(writable, one)) == [("PUBLISHED", [])]


async def test_an_amendment_supersedes_its_version_and_what_it_leaves_out_is_withdrawn(writable):
    first = await published(writable, figure(88.7), figure(100, "call_queuing_percent"))
    amendment = (await amend(writable, figure(89.27, reason="Counted again.")))["submission_id"]
    await save(
        writable,
        figure(89.27, reason="Counted again."),
        id=ids.made("Submission", amendment),
        expectedVersion=await version_of(writable, amendment),
    )
    await step(writable, "submit", amendment, by=BOB)
    other = await submitted(writable, figure(3, "trained_mentors", reason="As counted."))
    outcome = await publish(writable, amendment, other)
    assert outcomes(outcome) == [("PUBLISHED", []), ("PUBLISHED", [])]
    assert outcome["updated"] == 2
    assert (await status_of(writable, first), await status_of(writable, amendment)) == ("SUPERSEDED", "PUBLISHED")
    assert await events(writable, first) == ["create", "submit", "approve", "publish", "supersede"]


async def test_an_amendment_whose_version_was_withdrawn_meanwhile_is_refused_alone(writable):
    first = await published(writable, figure(88.7))
    amendment = (await amend(writable, figure(89.27, reason="Counted again.")))["submission_id"]
    await step(writable, "submit", amendment, by=BOB)
    # Only the table itself still allows this: the command withdraws nothing with an open amendment.
    async with writable.command() as session:
        await session.exec(
            text(f"UPDATE submission SET status = 'WITHDRAWN', version = version + 1 WHERE id = {first}")
        )
    other = await submitted(writable, figure(100, "call_queuing_percent"))
    outcome = await publish(writable, amendment, other)
    assert outcomes(outcome) == [("REFUSED", ["submission/status"]), ("PUBLISHED", [])]


async def test_the_chain_of_audit_events_holds_after_a_bulk_publication(writable):
    await publish(writable, await submitted(writable), await approved(writable, figure(100, "call_queuing_percent")))
    async with writable.command() as session:
        assert (await chain.verify(session)).faults == ()


async def test_thirty_submissions_take_as_many_statements_as_two(writable):
    made = [
        (await update(writable, sent, by=BOB, organisation=sent["organisation"]))["submission_id"]
        for sent in await of_practices(writable, 30)
    ]

    async def rehearsed(*submissions: int) -> None:
        assert (await publish(writable, *submissions, validateOnly=True))["published"] == len(submissions)

    thirty, two = [await statements_of(writable, rehearsed(*each)) for each in (made, made[:2])]
    assert thirty == two


# ── Waves ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PRACTICE, OTHER, NETWORK, BOARD = range(1, 5)
GROUPS = {PRACTICE: frozenset({NETWORK, BOARD}), OTHER: frozenset({BOARD}), NETWORK: frozenset({BOARD})}


@pytest.mark.parametrize(
    ("organisations", "levels"),
    [
        ([PRACTICE, OTHER], [0, 0]),
        ([PRACTICE, PRACTICE], [0, 1]),
        ([PRACTICE, OTHER, NETWORK, BOARD], [0, 0, 1, 2]),
        ([BOARD, NETWORK, PRACTICE, OTHER], [0, 1, 2, 1]),
        ([OTHER, NETWORK], [0, 0]),
    ],
)
def test_submissions_of_an_organisation_its_members_and_its_groups_are_in_the_order_given(organisations, levels):
    assert in_order([frozenset({each}) for each in organisations], GROUPS) == levels


async def test_the_figure_of_a_group_is_calculated_once_from_all_that_is_published_together(writable):
    trusts = await writable.reading.fetch(
        "SELECT code FROM organisation WHERE kind = 'TRUST' AND closed_on IS NULL ORDER BY code LIMIT 3"
    )
    derived = await writable.reading.fetchrow(
        "SELECT s.code AS source, d.code AS derived FROM metric d JOIN metric s ON s.id = d.derived_from_id "
        "WHERE 'TRUST' = ANY(s.collected_from) ORDER BY d.code LIMIT 1"
    )
    made = []
    for row in trusts:
        sent = figure(2, derived["source"], organisation=row["code"], reason="As counted.")
        made.append((await update(writable, sent, by=BOB, organisation=row["code"]))["submission_id"])
    assert (await publish(writable, *made))["published"] == len(made)
    revisions = await writable.reading.fetch(
        "SELECT r.rests_on, r.submission_id FROM figure_revision r JOIN figure f ON f.id = r.figure_id "
        "JOIN metric m ON m.id = f.metric_id JOIN organisation o ON o.id = f.organisation_id "
        "WHERE m.code = $1 AND o.code = 'QKS' AND r.origin = 'DERIVED'",
        derived["derived"],
    )
    assert [tuple(row) for row in revisions] == [(len(made), made[-1])]
