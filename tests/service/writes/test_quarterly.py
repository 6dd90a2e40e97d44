"""A quarterly update, on a real database: all or nothing, once, and never without its audit events."""

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from service.writes.trust import audit
from tests.service.writes.submitting import (
    ADA,
    BOB,
    codes,
    figure,
    give,
    of_practices,
    sent_by,
    statements_of,
    status_of,
    update,
    update_of,
)

EVERYTHING = """
    SELECT (SELECT count(*) FROM figure), (SELECT count(*) FROM figure_revision), (SELECT count(*) FROM audit_event),
           (SELECT count(*) FROM period), (SELECT count(*) FROM source), (SELECT count(*) FROM idempotent_answer),
           (SELECT version FROM data_version), (SELECT count(*) FROM submission)
"""


async def counts(database: Database) -> tuple[int, ...]:
    row = await database.reading.fetchrow(EVERYTHING)
    return tuple(row or ())


async def test_a_new_figure_has_one_revision_an_event_for_each_step_and_raises_the_version(writable):
    before = await counts(writable)
    outcome = await update(writable)
    assert (outcome["created"], outcome["updated"], outcome["problems"]) == (1, 0, [])
    # One figure, one revision; created, submitted, published; a period, a source, no key, a version, a submission.
    assert [after - was for after, was in zip(await counts(writable), before, strict=True)] == [1, 1, 3, 1, 1, 0, 1, 1]


async def test_a_changed_figure_keeps_the_old_revision_and_says_who_when_and_why(writable):
    await update(writable)
    await update(writable, figure(89.27, reason="Two practices were missed"))
    revisions = await writable.reading.fetch(
        "SELECT r.revision, r.value::text, r.reason, r.published_by FROM figure_revision r "
        "JOIN figure f ON f.id = r.figure_id JOIN metric m ON m.id = f.metric_id "
        "WHERE m.code = 'call_back_percent' AND f.published_at > '2025-04-01' ORDER BY r.revision"
    )
    assert [tuple(row) for row in revisions] == [
        (1, "88.7", None, "Ada"),
        (2, "89.27", "Two practices were missed", "Ada"),
    ]


async def test_the_current_figure_says_what_its_latest_revision_says(writable):
    await update(writable)
    await update(writable, figure(89.27, note="a note"), reason="corrected")
    apart = await writable.reading.fetchval(
        "SELECT count(*) FROM figure f JOIN figure_revision r ON r.figure_id = f.id AND r.revision = f.revision "
        "WHERE (f.value, f.numerator, f.denominator, f.qualifier, f.status, f.note, f.source_id, f.published_at) "
        "IS DISTINCT FROM (r.value, r.numerator, r.denominator, r.qualifier, r.status, r.note, r.source_id, "
        "r.published_at)"
    )
    assert apart == 0


async def test_what_is_published_already_is_unchanged_and_writes_no_revision(writable):
    await update(writable)
    before = await counts(writable)
    outcome = await update(writable)
    after = await counts(writable)
    assert (outcome["unchanged"], outcome["created"], outcome["updated"]) == (1, 0, 0)
    assert (after[0], after[1], after[6]) == (before[0], before[1], before[6])


async def test_one_problem_keeps_every_row_out(writable):
    before = await counts(writable)
    outcome = await update(writable, figure(), figure(101, period="2025-01"))
    assert [problem["row"] for problem in outcome["problems"]] == [1]
    # The audit says that it was refused.
    assert [after - was for after, was in zip(await counts(writable), before, strict=True)] == [0, 0, 1, 0, 0, 0, 0, 0]


async def test_a_published_figure_does_not_change_without_a_reason(writable):
    await update(writable)
    outcome = await update(writable, figure(89.27))
    assert [(each["code"], each["severity"]) for each in outcome["problems"]] == [
        ("validation/no-reason", "NEEDS_REASON")
    ]
    assert "published as 88.7% by Ada on" in outcome["problems"][0]["message"]


async def test_an_unusual_figure_waits_for_a_reason_of_its_own(writable):
    assert codes(await update(writable, figure(20.34), reason="for all")) == ["validation/jump"]
    assert (await update(writable, figure(20.34, reason="The system was off.")))["created"] == 1


async def test_validating_only_says_the_same_and_writes_nothing(writable):
    before = await counts(writable)
    outcome = await update(writable, validateOnly=True)
    assert (outcome["created"], outcome["problems"]) == (1, [])
    assert await counts(writable) == before


async def test_the_same_key_gives_the_first_answer_and_has_one_effect(writable):
    first = await update(writable, idempotencyKey="2024-25-Q4 board")
    before = await counts(writable)
    again = await update(writable, idempotencyKey="2024-25-Q4 board")
    assert (again, await counts(writable)) == (first, before)


async def test_twenty_equal_updates_at_once_have_one_effect_and_twenty_equal_answers(writable):
    before = await counts(writable)
    outcomes = await asyncio.gather(*(update(writable, idempotencyKey="k") for _ in range(20)))
    after = await counts(writable)
    assert (after[1] - before[1], after[5] - before[5], after[7] - before[7]) == (1, 1, 1)
    assert all(outcome == outcomes[0] for outcome in outcomes)


async def test_the_same_key_for_another_update_is_refused(writable):
    await update(writable, idempotencyKey="k")
    other = await update(writable, figure(12, reason="low"), idempotencyKey="k")
    assert codes(other) == ["validation/key-reused"]


async def test_a_refused_update_leaves_its_key_free_for_the_corrected_one(writable):
    assert codes(await update(writable, figure(101), idempotencyKey="k")) == ["validation/out-of-range"]
    assert (await update(writable, idempotencyKey="k"))["created"] == 1


async def test_updates_of_one_cell_at_once_make_a_revision_each_and_lose_none(writable):
    given = [figure(value, reason="count") for value in range(20)]
    await asyncio.gather(*(update(writable, each) for each in given))
    revisions = await writable.reading.fetchval(
        "SELECT array_agg(r.revision ORDER BY r.revision) FROM figure_revision r WHERE published_by = 'Ada'"
    )
    assert revisions == list(range(1, 21))


async def test_a_reader_is_refused(writable):
    with pytest.raises(Refusal) as refusal:
        await update(writable, by=Viewer("Eve", Role.READER))
    assert refusal.value.code == "FORBIDDEN"


async def test_a_submitter_s_update_waits_for_a_second_person(writable):
    outcome = await update(writable, by=BOB)
    assert (outcome["created"], outcome["figure_ids"]) == (0, [])
    assert await status_of(writable, outcome["submission_id"]) == "SUBMITTED"


async def test_where_a_second_person_is_asked_for_always_an_approver_s_update_waits_too(writable):
    outcome = await give(writable, "updateQuarterlyFigures", update_of(), by=ADA, second_person_always=True)
    assert await status_of(writable, outcome["submission_id"]) == "SUBMITTED"


async def test_without_a_key_nothing_is_written(writable):
    before = await counts(writable)
    with pytest.raises(Refusal) as refusal:
        await update(writable, by=None)
    assert (refusal.value.code, await counts(writable)) == ("UNAUTHENTICATED", before)


async def test_when_the_audit_cannot_be_written_nothing_is(writable, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("the audit is broken on purpose")

    before = await counts(writable)
    monkeypatch.setattr(audit, "write", broken)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await update(writable, idempotencyKey="k")
    assert await counts(writable) == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"quarter": "2024-25"}, "validation/malformed-quarter"),
        ({"organisation": "QZZ"}, "submission/unknown-organisation"),
        ({"figures": []}, "validation/no-figures"),
    ],
)
async def test_an_update_that_is_wrong_as_a_whole_says_so_without_a_row(writable, given: dict[str, Any], code):
    outcome = await update(writable, **given)
    assert [(problem["code"], problem["row"]) for problem in outcome["problems"]] == [(code, None)]


async def test_thousands_of_figures_are_published_in_one_go(writable):
    practices = await writable.reading.fetch("SELECT code FROM organisation WHERE kind = 'PRACTICE'")
    months = ("2025-01", "2025-02", "2025-03", "2024-25-Q4")
    given = [
        figure(at, "registered_patients", organisation=row["code"], period=month, reason="Made up.")
        for at, row in enumerate(practices)
        for month in months
    ]
    outcome = await update(writable, *given)
    assert (outcome["created"], outcome["problems"][:1]) == (len(given), [])


async def test_what_is_published_later_bears_a_later_instant(writable):
    given = [figure(value, reason="count") for value in range(20)]
    await asyncio.gather(*(update(writable, each) for each in given))
    instants = await writable.reading.fetchval(
        "SELECT array_agg(published_at ORDER BY revision) FROM figure_revision WHERE published_by = 'Ada'"
    )
    assert instants == sorted(instants)


async def test_a_quarter_that_has_not_started_has_no_figures(writable):
    assert codes(await update(writable, quarter="2098-99-Q1")) == ["validation/not-open", "validation/wrong-period"]


async def test_a_reason_of_spaces_is_no_reason(writable):
    await update(writable)
    assert codes(await update(writable, figure(89.27, reason=" "), reason="  ")) == ["validation/no-reason"]


async def test_a_wrong_quarter_organisation_and_row_are_reported_together(writable):
    wrong = figure(1, "nope", organisation="ZZ9")
    outcome = await update(writable, wrong, quarter="bad", organisation="ZZ9")
    assert codes(outcome) == [
        "validation/malformed-quarter",
        "submission/unknown-organisation",
        "validation/unknown-organisation",
        "validation/unknown-metric",
    ]


@pytest.mark.parametrize("key", ["", "x" * 201, "\x00"])
async def test_an_idempotency_key_is_a_short_text(writable, key):
    assert codes(await update(writable, idempotencyKey=key)) == ["validation/unusable-text"]


async def test_two_keys_of_one_name_are_two_actors(writable):
    viewers = [Viewer("Ada", Role.APPROVER, prefix) for prefix in ("11111111", "22222222")]
    outcomes = [await update(writable, by=viewer, idempotencyKey="k") for viewer in viewers]
    assert [outcome["created"] for outcome in outcomes] == [1, 0]
    actors = await writable.reading.fetch(
        "SELECT DISTINCT actor, actor_key FROM audit_event WHERE actor = 'Ada' ORDER BY 2"
    )
    assert [tuple(row) for row in actors] == [("Ada", "11111111"), ("Ada", "22222222")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e300])
async def test_a_number_outside_the_limits_is_a_problem_and_not_an_error(writable, value):
    assert codes(await update(writable, figure(value)))[0] in {"validation/not-finite", "validation/out-of-range"}


@pytest.mark.parametrize("name", ["reason", "publicNote"])
async def test_a_text_that_cannot_be_kept_is_a_problem(writable, name):
    long: dict[str, Any] = {name: "x" * 2_001}
    assert codes(await update(writable, **long)) == ["validation/unusable-text"]


async def test_a_public_note_stands_at_every_figure_without_one(writable):
    await update(writable, figure(), figure(100, "call_queuing_percent", note="its own"), publicNote="for readers")
    notes = await writable.reading.fetch(
        "SELECT f.note FROM figure f JOIN metric m ON m.id = f.metric_id "
        "WHERE f.published_at > '2026-06-01' ORDER BY m.code"
    )
    assert [row["note"] for row in notes] == ["for readers", "its own"]


async def test_a_figure_of_a_kind_that_does_not_report_the_metric_is_a_problem(writable):
    outcome = await update(writable, figure(metric="call_back_percent", organisation="U34235"))
    assert "validation/not-collected" in codes(outcome)


async def test_ten_figures_take_as_many_statements_as_two_and_none_for_what_is_known_already(writable):
    first, *others = await of_practices(writable, 13)
    await update(writable, first)
    two, ten = [await statements_of(writable, update(writable, *sent)) for sent in (others[:2], others[2:])]
    assert two == ten <= 30


async def test_a_publication_sends_no_statement_twice_but_the_statuses_before_and_after(writable):
    first, second = await of_practices(writable, 2)
    await update(writable, first)
    sent = Counter(each.statement for each in await sent_by(writable, update(writable, second)))
    assert [times for statement, times in sent.items() if "target_status" in statement] == [2]
    assert [statement for statement, times in sent.items() if times > 1 and "target_status" not in statement] == []


async def test_the_statements_of_a_publication_are_compiled_once(writable):
    figures = await of_practices(writable, 6)
    await update(writable, *figures[:2])
    await update(writable, *figures[2:4])
    sent = await sent_by(writable, update(writable, *figures[4:]))
    assert [each.statement for each in sent if each.cache_hit.name != "CACHE_HIT"] == []
