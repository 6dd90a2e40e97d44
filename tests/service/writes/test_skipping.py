"""Rows that cannot go on are left out on request: the others go on, and the answer names every row."""

import asyncio
from typing import Any

import orjson
import pytest

from schema import ids
from service.database import Database
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
    published,
    save,
    status_of,
    step,
    submitted,
    update,
    version_of,
)

SKIP: dict[str, Any] = {"onConflict": "SKIP"}


def rows(outcome: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """The rows of an answer: place, outcome, and the codes of the problems."""
    return [(each["row"], str(each["outcome"]), codes(each)) for each in outcome["row_results"]]


async def values(database: Database, *metrics: str) -> list[str | None]:
    """What readers see of metrics of the ICB for the quarter; None where nothing is published."""
    found = await database.reading.fetch(
        "SELECT m.code, f.value::text FROM figure f JOIN metric m ON m.id = f.metric_id "
        "JOIN organisation o ON o.id = f.organisation_id JOIN period p ON p.id = f.period_id "
        "WHERE o.code = 'QKS' AND p.code = '2024-25-Q4' AND f.status = 'PUBLISHED'"
    )
    by_code = {row["code"]: row["value"] for row in found}
    return [by_code.get(metric) for metric in metrics]


# ── An update in one call ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_row_that_others_published_is_skipped_and_the_others_are_published(writable):
    await update(writable, figure(88.7), by=EVE)
    outcome = await update(writable, figure(89.27), figure(100, "call_queuing_percent"), **SKIP)
    assert rows(outcome) == [(0, "SKIPPED", ["validation/no-reason"]), (1, "CREATED", [])]
    assert (outcome["problems"], outcome["created"], outcome["skipped"]) == ([], 1, 1)
    assert await values(writable, "call_back_percent", "call_queuing_percent") == ["88.7", "100"]


async def test_by_default_one_such_row_holds_up_all(writable):
    await update(writable, figure(88.7), by=EVE)
    outcome = await update(writable, figure(89.27), figure(100, "call_queuing_percent"))
    assert (codes(outcome), rows(outcome)) == (["validation/no-reason"], [])
    assert await values(writable, "call_queuing_percent") == [None]


async def test_every_row_says_what_became_of_it(writable):
    await update(writable, figure(88.7), figure(47, "trained_mentors", period="2025-03-31", reason="As counted."))
    outcome = await update(
        writable,
        figure(101, "call_queuing_percent"),
        figure(88.7),
        figure(48, "trained_mentors", period="2025-03-31", reason="One more."),
        figure(1, "nope"),
        figure(99, "cloud_telephony_percent", reason="As counted."),
        figure(None, "active_mentors", isNilReturn=True),
        **SKIP,
    )
    assert rows(outcome) == [
        (0, "SKIPPED", ["validation/out-of-range"]),
        (1, "UNCHANGED", []),
        (2, "CHANGED", []),
        (3, "SKIPPED", ["validation/unknown-metric"]),
        (4, "CREATED", []),
        (5, "NIL", []),
    ]
    said = outcome["row_results"][3]
    assert (said["metric_code"], said["organisation_code"], said["period_code"]) == ("nope", "QKS", "2024-25-Q4")
    assert [each["figure_id"] is None for each in outcome["row_results"]] == [True, False, False, True, False, True]


async def test_rows_that_stay_have_places_without_gaps_and_the_audit_keeps_those_that_were_skipped(writable):
    outcome = await update(writable, figure(101), figure(100, "call_queuing_percent"), **SKIP)
    stored = await writable.reading.fetch(
        "SELECT row, metric_code FROM submission_entry WHERE submission_id = $1", outcome["submission_id"]
    )
    assert [tuple(row) for row in stored] == [(0, "call_queuing_percent")]
    detail = await writable.reading.fetchval(
        "SELECT detail FROM audit_event WHERE submission_id = $1 AND action = 'submission.create'",
        outcome["submission_id"],
    )
    [skipped] = orjson.loads(detail)["skipped"]
    assert (skipped["metric"], skipped["value"]) == ("call_back_percent", "101")


async def test_both_rows_of_one_cell_are_skipped_because_nobody_can_say_which_is_meant(writable):
    outcome = await update(writable, figure(88.7), figure(89.27), figure(100, "call_queuing_percent"), **SKIP)
    duplicate = ["validation/duplicate-row"]
    assert rows(outcome) == [(0, "SKIPPED", duplicate), (1, "SKIPPED", duplicate), (2, "CREATED", [])]
    assert [each["problems"][0]["row"] for each in outcome["row_results"][:2]] == [0, 1]
    assert outcome["row_results"][0]["problems"][0]["path"] == ["input", "figures", "0"]


PARTS = (("practices", 10), ("cqc_good_practices", 8), ("cqc_outstanding_practices", 7))


async def test_parts_that_exceed_their_total_are_skipped_with_it(writable):
    parts = [figure(value, metric, period="2025-03-31") for metric, value in PARTS]
    outcome = await update(writable, *parts, figure(100, "call_queuing_percent"), **SKIP)
    found = rows(outcome)
    assert all("validation/parts-exceed-total" in problems for _, __, problems in found[:3])
    assert [state for _, state, __ in found] == ["SKIPPED", "SKIPPED", "SKIPPED", "CREATED"]


async def test_parts_that_exceed_their_total_for_a_reason_go_on(writable):
    parts = [figure(value, metric, period="2025-03-31", reason="As counted.") for metric, value in PARTS]
    assert rows(await update(writable, *parts, **SKIP)) == [(at, "CREATED", []) for at in range(3)]


async def test_where_every_row_would_be_skipped_nothing_is_done(writable):
    outcome = await update(writable, figure(101), figure(-1, "call_queuing_percent"), **SKIP)
    assert codes(outcome) == ["validation/out-of-range", "validation/out-of-range"]
    assert await writable.reading.fetchval("SELECT count(*) FROM submission") == 0


async def test_a_quarter_that_is_not_open_is_refused_as_always(writable):
    assert codes(await update(writable, quarter="2098-99-Q1", **SKIP))[0] == "validation/not-open"


async def test_what_cannot_be_stored_is_refused_as_always(writable):
    outcome = await update(writable, figure(88.7, note="x" * 2_001), figure(100, "call_queuing_percent"), **SKIP)
    assert codes(outcome) == ["validation/unusable-text"]


async def test_a_submitter_s_rows_wait_for_a_second_person_without_the_skipped_one(writable):
    await update(writable, figure(88.7), by=EVE)
    outcome = await update(writable, figure(89.27), figure(100, "call_queuing_percent"), by=BOB, **SKIP)
    assert rows(outcome) == [(0, "SKIPPED", ["validation/no-reason"]), (1, "SUBMITTED", [])]
    assert codes(await step(writable, "publish", outcome["submission_id"], by=ADA)) == []


async def test_validating_only_says_which_rows_would_be_skipped(writable):
    outcome = await update(writable, figure(101), figure(100, "call_queuing_percent"), validateOnly=True, **SKIP)
    assert rows(outcome) == [(0, "SKIPPED", ["validation/out-of-range"]), (1, "CREATED", [])]
    assert await values(writable, "call_queuing_percent") == [None]


async def test_two_hands_on_one_figure_at_once_lose_no_other_row(writable):
    """Two sheets that share one cell are sent at once: one row of them all is skipped."""
    sheets = [
        (figure(88.7), figure(100, "call_queuing_percent")),
        (figure(89.27), figure(99, "cloud_telephony_percent", reason="As counted.")),
    ]
    both = await asyncio.gather(
        *(update(writable, *sheet, by=by, **SKIP) for sheet, by in zip(sheets, (ADA, EVE), strict=True))
    )
    said = sorted(outcome for each in both for _, outcome, __ in rows(each))
    assert said == ["CREATED", "CREATED", "CREATED", "SKIPPED"]
    assert None not in await values(writable, "call_back_percent", "call_queuing_percent", "cloud_telephony_percent")


# ── The steps of a submission ─────────────────────────────────────────────────────────────────────────────────────


async def test_an_approved_submission_is_published_without_the_row_that_others_published(writable):
    made = await approved(writable, figure(89.27), figure(100, "call_queuing_percent"))
    await update(writable, figure(88.7), by=EVE)
    assert codes(await step(writable, "publish", made, by=ADA))[:2] == [
        "submission/open-findings",
        "validation/published-since",
    ]
    outcome = await step(writable, "publish", made, by=ADA, **SKIP)
    since = ["validation/published-since", "validation/no-reason"]
    assert rows(outcome) == [(0, "SKIPPED", since), (1, "CREATED", [])]
    assert await values(writable, "call_back_percent", "call_queuing_percent") == ["88.7", "100"]
    assert await status_of(writable, made) == "PUBLISHED"


async def test_a_skipped_row_stays_in_its_submission_with_its_findings_and_in_the_audit(writable):
    made = await approved(writable, figure(89.27), figure(100, "call_queuing_percent"))
    await update(writable, figure(88.7), by=EVE)
    await step(writable, "publish", made, by=ADA, **SKIP)
    kept = await writable.reading.fetch(
        "SELECT e.value::text, f.code FROM submission_entry e JOIN submission_finding f USING (submission_id, row) "
        "WHERE submission_id = $1 AND f.severity = 'BLOCK'",
        made,
    )
    assert [tuple(row) for row in kept] == [("89.27", "validation/published-since")]
    detail = await writable.reading.fetchval(
        "SELECT detail FROM audit_event WHERE submission_id = $1 AND action = 'submission.publish'", made
    )
    [skipped] = orjson.loads(detail)["skipped"]
    assert (skipped["metric"], skipped["codes"][0]) == ("call_back_percent", "validation/published-since")


async def test_a_draft_is_submitted_approved_and_published_without_its_slip(writable):
    made = await drafted(writable, figure(101), figure(100, "call_queuing_percent"))
    slip = (0, "SKIPPED", ["validation/out-of-range"])
    assert rows(await step(writable, "submit", made, by=BOB, **SKIP)) == [slip, (1, "SUBMITTED", [])]
    assert codes(await step(writable, "approve", made, by=ADA))[0] == "submission/open-findings"
    assert rows(await step(writable, "approve", made, by=ADA, **SKIP)) == [slip, (1, "APPROVED", [])]
    assert rows(await step(writable, "publish", made, by=ADA, **SKIP)) == [slip, (1, "CREATED", [])]


async def test_a_draft_of_slips_alone_is_not_submitted(writable):
    made = await drafted(writable, figure(101))
    assert codes(await step(writable, "submit", made, by=BOB, **SKIP)) == [
        "submission/open-findings",
        "validation/out-of-range",
    ]


async def test_a_draft_says_what_holds_each_row(writable):
    outcome = await save(writable, figure(101), figure(100, "call_queuing_percent"))
    assert rows(outcome) == [(0, "DRAFT", ["validation/out-of-range"]), (1, "DRAFT", [])]


@pytest.mark.parametrize("action", ["validate", "recall", "return", "withdraw", "discard"])
async def test_other_steps_skip_nothing_and_say_so(writable, action):
    made = await drafted(writable)
    assert codes(await step(writable, action, made, by=ADA, reason="r", **SKIP)) == ["submission/on-conflict"]


async def test_a_row_that_an_amendment_skips_leaves_its_figure_and_its_nil_return_as_they_were(writable):
    nothing = figure(None, "active_mentors", isNilReturn=True)
    first = await published(writable, figure(88.7), nothing, figure(100, "call_queuing_percent"))
    amendment = (await amend(writable, figure(99.44, "call_queuing_percent", reason="One is being repaired.")))[
        "submission_id"
    ]
    slips = [figure(101), figure(-1, "active_mentors"), figure(99.44, "call_queuing_percent", reason="Repaired.")]
    version = await version_of(writable, amendment)
    await save(writable, *slips, id=ids.made("Submission", amendment), expectedVersion=version)
    await step(writable, "submit", amendment, by=BOB, **SKIP)
    outcome = await step(writable, "publish", amendment, by=ADA, **SKIP)
    assert [outcome for _, outcome, __ in rows(outcome)] == ["SKIPPED", "SKIPPED", "CHANGED"]
    assert await values(writable, "call_back_percent", "call_queuing_percent") == ["88.7", "99.44"]
    stands = "SELECT count(*) FROM nil_return WHERE NOT is_withdrawn AND submission_id = $1"
    assert await writable.reading.fetchval(stands, first) == 1


async def test_in_a_list_each_submission_skips_its_own_rows(writable):
    one = await submitted(writable, figure(89.27), figure(100, "call_queuing_percent"))
    await update(writable, figure(88.7), by=EVE)
    named = [{"id": ids.made("Submission", one), "expectedVersion": 2}]
    refused = await give(writable, "publishSubmissions", {"submissions": named}, by=ADA)
    assert codes(refused["results"][0])[0] == "submission/open-findings"
    outcome = await give(writable, "publishSubmissions", {"submissions": named, **SKIP}, by=ADA)
    assert [each["outcome"] for each in outcome["results"][0]["row_results"]] == ["SKIPPED", "CREATED"]
    assert (outcome["published"], outcome["created"], outcome["skipped"]) == (1, 1, 1)
