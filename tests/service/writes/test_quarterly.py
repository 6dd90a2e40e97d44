"""A quarterly update, on a real database: all or nothing, once, and never without its audit event."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from service.writes import audit
from service.writes.quarterly import Update, parsed, update
from service.writes.validation import Row

GIVEN = Update("2024-25-Q4", "QKS", (Row("call_back_percent", "QKS", value=88.5),))
EVERYTHING = """
    SELECT (SELECT count(*) FROM figure), (SELECT count(*) FROM figure_revision), (SELECT count(*) FROM audit_event),
           (SELECT count(*) FROM period), (SELECT count(*) FROM source), (SELECT count(*) FROM idempotent_answer),
           (SELECT version FROM data_version)
"""


async def counts(database: Database) -> tuple[int, ...]:
    row = await database.reading.fetchrow(EVERYTHING)
    return tuple(row or ())


async def test_a_new_figure_has_one_revision_one_event_and_raises_the_version(writable, approver):
    before = await counts(writable)
    outcome = await update(writable, GIVEN, by=approver)
    assert (outcome["created"], outcome["updated"], outcome["problems"]) == (1, 0, [])
    # One figure, one revision, one event, one period, one source, no key, one version.
    assert [after - was for after, was in zip(await counts(writable), before, strict=True)] == [1, 1, 1, 1, 1, 0, 1]


async def test_a_changed_figure_keeps_the_old_revision_and_says_who_when_and_why(writable, approver):
    await update(writable, GIVEN, by=approver)
    changed = replace(GIVEN, figures=(Row("call_back_percent", "QKS", value=89, reason="Two practices were missed"),))
    await update(writable, changed, by=approver)
    revisions = await writable.reading.fetch(
        "SELECT r.revision, r.value::text, r.reason, r.published_by FROM figure_revision r "
        "JOIN figure f ON f.id = r.figure_id JOIN metric m ON m.id = f.metric_id "
        "WHERE m.code = 'call_back_percent' AND f.published_at > '2025-04-01' ORDER BY r.revision"
    )
    assert [tuple(row) for row in revisions] == [
        (1, "88.5", None, "Ada"),
        (2, "89", "Two practices were missed", "Ada"),
    ]


async def test_the_current_figure_says_what_its_latest_revision_says(writable, approver):
    changed = replace(GIVEN, reason="corrected", figures=(Row("call_back_percent", "QKS", value=1, note="a note"),))
    await update(writable, GIVEN, by=approver)
    await update(writable, changed, by=approver)
    apart = await writable.reading.fetchval(
        "SELECT count(*) FROM figure f JOIN figure_revision r ON r.figure_id = f.id AND r.revision = f.revision "
        "WHERE (f.value, f.numerator, f.denominator, f.qualifier, f.status, f.note, f.source_id, f.published_at) "
        "IS DISTINCT FROM (r.value, r.numerator, r.denominator, r.qualifier, r.status, r.note, r.source_id, "
        "r.published_at)"
    )
    assert apart == 0


async def test_what_is_published_already_is_unchanged_and_writes_no_revision(writable, approver):
    await update(writable, GIVEN, by=approver)
    before = await counts(writable)
    outcome = await update(writable, GIVEN, by=approver)
    after = await counts(writable)
    assert (outcome["unchanged"], outcome["created"], outcome["updated"]) == (1, 0, 0)
    assert (after[0], after[1], after[6]) == (before[0], before[1], before[6])


async def test_one_problem_keeps_every_row_out(writable, approver):
    before = await counts(writable)
    slip = replace(GIVEN, figures=(*GIVEN.figures, Row("call_back_percent", "QKS", period="2025-01", value=101)))
    outcome = await update(writable, slip, by=approver)
    assert [problem["row"] for problem in outcome["problems"]] == [1]
    assert await counts(writable) == before


async def test_a_published_figure_does_not_change_without_a_reason(writable, approver):
    await update(writable, GIVEN, by=approver)
    silent = replace(GIVEN, figures=(Row("call_back_percent", "QKS", value=90),))
    outcome = await update(writable, silent, by=approver)
    assert [problem["code"] for problem in outcome["problems"]] == ["validation/no-reason"]


async def test_validating_only_says_the_same_and_writes_nothing(writable, approver):
    before = await counts(writable)
    outcome = await update(writable, replace(GIVEN, validate_only=True), by=approver)
    assert (outcome["created"], outcome["problems"]) == (1, [])
    assert await counts(writable) == before


async def test_the_same_key_gives_the_first_answer_and_has_one_effect(writable, approver):
    keyed = replace(GIVEN, idempotency_key="2024-25-Q4 board")
    first = await update(writable, keyed, by=approver)
    before = await counts(writable)
    again = await update(writable, keyed, by=approver)
    assert (again, await counts(writable)) == (first, before)


async def test_twenty_equal_updates_at_once_have_one_effect_and_twenty_equal_answers(writable, approver):
    keyed = replace(GIVEN, idempotency_key="at once")
    answers = await asyncio.gather(*(update(writable, keyed, by=approver) for _ in range(20)))
    assert [answer for answer in answers if answer != answers[0]] == []
    assert answers[0]["created"] == 1


async def test_a_key_that_was_used_for_another_update_is_refused(writable, approver):
    await update(writable, replace(GIVEN, idempotency_key="k"), by=approver)
    other = Update("2024-25-Q4", "QKS", (Row("call_back_percent", "QKS", value=1),), idempotency_key="k")
    outcome = await update(writable, other, by=approver)
    assert [problem["code"] for problem in outcome["problems"]] == ["validation/key-reused"]


async def test_another_actor_s_key_is_another_key(writable, approver):
    keyed = replace(GIVEN, idempotency_key="k")
    await update(writable, keyed, by=approver)
    outcome = await update(writable, keyed, by=Viewer("Grace", Role.ADMINISTRATOR))
    assert (outcome["created"], outcome["unchanged"]) == (0, 1)


async def test_two_updates_of_one_cell_at_once_make_two_revisions_and_lose_none(writable, approver):
    rows = [(Row("call_back_percent", "QKS", value=value, reason="count"),) for value in range(20)]
    await asyncio.gather(*(update(writable, replace(GIVEN, figures=figures), by=approver) for figures in rows))
    revisions = await writable.reading.fetchval(
        "SELECT array_agg(r.revision ORDER BY r.revision) FROM figure_revision r WHERE published_by = 'Ada'"
    )
    assert revisions == list(range(1, 21))


@pytest.mark.parametrize("role", [Role.READER, Role.SUBMITTER])
async def test_a_role_that_does_not_publish_is_refused(writable, role):
    with pytest.raises(Refusal) as refusal:
        await update(writable, GIVEN, by=Viewer("Eve", role))
    assert refusal.value.code == "FORBIDDEN"


async def test_without_a_key_nothing_is_written(writable):
    before = await counts(writable)
    with pytest.raises(Refusal) as refusal:
        await update(writable, GIVEN, by=None)
    assert (refusal.value.code, await counts(writable)) == ("UNAUTHENTICATED", before)


async def test_when_the_audit_cannot_be_written_nothing_is(writable, approver, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("the audit is broken on purpose")

    before = await counts(writable)
    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await update(writable, replace(GIVEN, idempotency_key="k"), by=approver)
    assert await counts(writable) == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (replace(GIVEN, quarter="2024-25"), "validation/malformed-quarter"),
        (replace(GIVEN, organisation="QZZ"), "validation/unknown-organisation"),
        (replace(GIVEN, figures=()), "validation/no-figures"),
    ],
)
async def test_an_update_that_is_wrong_as_a_whole_says_so_without_a_row(writable, approver, given, code):
    outcome = await update(writable, given, by=approver)
    assert [(problem["code"], problem["row"]) for problem in outcome["problems"]] == [(code, None)]


async def test_thousands_of_figures_are_published_in_one_go(writable, approver):
    practices = await writable.reading.fetch("SELECT code FROM organisation WHERE kind = 'PRACTICE'")
    months = ("2025-01", "2025-02", "2025-03", "2024-25-Q4")
    rows = tuple(
        Row("registered_patients", row["code"], period=month, value=at)
        for at, row in enumerate(practices)
        for month in months
    )
    outcome = await update(writable, Update("2024-25-Q4", "QKS", rows), by=approver)
    assert (outcome["created"], outcome["problems"][:1]) == (len(rows), [])


async def test_what_is_published_later_bears_a_later_instant(writable, approver):
    rows = [(Row("call_back_percent", "QKS", value=value, reason="count"),) for value in range(20)]
    await asyncio.gather(*(update(writable, replace(GIVEN, figures=figures), by=approver) for figures in rows))
    instants = await writable.reading.fetchval(
        "SELECT array_agg(published_at ORDER BY revision) FROM figure_revision WHERE published_by = 'Ada'"
    )
    assert instants == sorted(instants)


async def test_a_quarter_that_has_not_begun_has_no_figures(writable, approver):
    outcome = await update(writable, replace(GIVEN, quarter="2098-99-Q1"), by=approver)
    assert [problem["code"] for problem in outcome["problems"]] == ["validation/wrong-period"]


async def test_a_reason_of_spaces_is_no_reason(writable, approver):
    sent = {"quarter": "2024-25-Q4", "organisation": "QKS", "reason": "  "}
    for value in (1, 2):
        figures = [{"metric": "call_back_percent", "organisation": "QKS", "value": value, "reason": " "}]
        outcome = await update(writable, parsed({**sent, "figures": figures}), by=approver)
    assert [problem["code"] for problem in outcome["problems"]] == ["validation/no-reason"]


async def test_a_wrong_quarter_organisation_and_row_are_told_at_once(writable, approver):
    wrong = Update("bad", "ZZ9", (Row("nope", "ZZ9", value=1),))
    outcome = await update(writable, wrong, by=approver)
    assert [problem["code"].removeprefix("validation/") for problem in outcome["problems"]] == [
        "malformed-quarter",
        "unknown-organisation",
        "unknown-organisation",
        "unknown-metric",
    ]


@pytest.mark.parametrize("key", ["", "x" * 201, "\x00"])
async def test_an_idempotency_key_is_a_short_text(writable, approver, key):
    outcome = await update(writable, replace(GIVEN, idempotency_key=key), by=approver)
    assert [problem["code"] for problem in outcome["problems"]] == ["validation/unusable-text"]


async def test_two_keys_of_one_name_are_two_actors(writable):
    keyed = replace(GIVEN, idempotency_key="k")
    outcomes = [
        await update(writable, keyed, by=Viewer("Ada", Role.APPROVER, prefix)) for prefix in ("11111111", "22222222")
    ]
    assert [outcome["created"] for outcome in outcomes] == [1, 0]
    told = await writable.reading.fetch("SELECT actor, actor_key FROM audit_event WHERE actor = 'Ada' ORDER BY id")
    assert [tuple(row) for row in told] == [("Ada", "11111111"), ("Ada", "22222222")]
