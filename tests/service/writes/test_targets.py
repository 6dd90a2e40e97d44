"""Targets are set and revised, with reasons; the target in force on a date judges that date."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema import ids
from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, BOB, codes, figure, give, published, update


def today() -> dt.date:
    """Asked again each time: a run may go on past midnight."""
    return dt.datetime.now(dt.UTC).date()


NEXT_YEAR = today() + dt.timedelta(days=365)
GIVEN = {
    "metric": "call_back_percent",
    "organisation": "QKS",
    "comparator": "AT_LEAST",
    "value": 95,
    "due": NEXT_YEAR,
    "reason": "The ICB's new aim.",
}


def before_next_year(count: int) -> list[dict[str, Any]]:
    """Milestones, each on its own day."""
    return [{"due": NEXT_YEAR - dt.timedelta(days=each), "value": 90} for each in range(1, count + 1)]


async def set_target(database: Database, *, by: Viewer | None = ADA, **given: Any) -> dict[str, Any]:
    return await give(database, "setTarget", {**GIVEN, **given}, by=by)


async def asked(database: Database, query: str) -> Any:
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(None), may_write=False)
    return orjson.loads(data)


async def the_paper_s(database: Database) -> int:
    """The paper's target for call back: more than 90 by 31 March 2025."""
    query = "SELECT t.id FROM target t JOIN metric m ON m.id = t.metric_id WHERE m.code = 'call_back_percent'"
    return int(await database.reading.fetchval(query))


def revising(at: int, **given: Any) -> dict[str, Any]:
    return {"id": ids.made("Target", at), "due": dt.date(2025, 3, 31), "comparator": "MORE_THAN", **given}


async def test_a_new_target_has_one_revision_with_its_reason_and_who_set_it(writable):
    outcome = await set_target(writable, milestones=[{"due": today() + dt.timedelta(days=90), "value": 80}])
    revisions = await writable.reading.fetch(
        "SELECT revision, value::text, reason, recorded_by FROM target_revision WHERE target_id = $1",
        outcome["target_id"],
    )
    assert [tuple(row) for row in revisions] == [(1, "95", "The ICB's new aim.", "Ada")]
    assert (
        await writable.reading.fetchval("SELECT count(*) FROM milestone WHERE target_id = $1", outcome["target_id"])
        == 1
    )


async def test_a_revision_keeps_the_earlier_one(writable):
    at = await the_paper_s(writable)
    assert codes(await set_target(writable, **revising(at, value=80))) == ["target/due-in-past"]
    values = await writable.reading.fetch(
        "SELECT value::text FROM target_revision WHERE target_id = $1 ORDER BY revision", at
    )
    assert [row["value"] for row in values] == ["90", "80"]


@pytest.mark.parametrize(
    ("counts_from", "progress"),
    [(None, [False, False]), (dt.date(2025, 3, 31), [False, True]), (dt.date(2024, 4, 1), [False, True])],
)
async def test_the_revision_in_force_on_the_last_day_of_a_figure_s_period_judges_it(writable, counts_from, progress):
    at = await the_paper_s(writable)
    await published(writable, figure(None, numerator=157, denominator=177))
    revised = revising(at, value=80, reason="As agreed with the region.", countsFrom=counts_from)
    assert codes(await set_target(writable, **revised)) == ["target/due-in-past"]
    query = f"""{{ target(id: "{ids.made("Target", at)}") {{
        value current {{ isMet }} progress {{ isMet }} revisions {{ countsFrom }} }} }}"""
    target = (await asked(writable, query))["target"]
    assert (target["value"], target["current"]["isMet"]) == (80, progress[-1])
    assert [each["isMet"] for each in target["progress"]] == progress
    assert target["revisions"][1]["countsFrom"] == (counts_from or today()).isoformat()


@pytest.mark.parametrize(
    ("metric", "sent", "kind"),
    [
        ("call_back_percent", {}, "HOLD"),
        ("call_back_percent", {"kind": "REACH"}, "REACH"),
        ("appointments", {"value": 11_000_000}, "REACH"),
        ("trained_mentors", {"value": 60}, "HOLD"),
    ],
)
async def test_a_target_must_be_held_unless_its_figures_add_up_over_days(writable, metric, sent, kind):
    made = ids.made("Target", (await set_target(writable, metric=metric, **sent))["target_id"])
    again = await set_target(writable, id=made, metric=metric, **{**sent, "kind": None})
    assert codes(again) == []
    query = f'{{ target(id: "{made}") {{ kind revisions {{ kind }} }} }}'
    assert (await asked(writable, query))["target"] == {"kind": kind, "revisions": [{"kind": kind}] * 2}


YESTERDAY = today() - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"due": today()}, []),
        ({"due": YESTERDAY}, ["target/due-in-past"]),
        ({"baseline": 95, "baselineOn": YESTERDAY}, ["target/baseline-meets"]),
        ({"baseline": 94.9, "baselineOn": YESTERDAY}, []),
        ({"baseline": 94, "baselineOn": YESTERDAY, "comparator": "AT_MOST"}, ["target/baseline-meets"]),
        ({"value": 0.95}, ["target/looks-like-a-share"]),
        ({"value": 1}, []),
        ({"metric": "nhs_app_available_percent", "organisation": "G82064"}, ["target/closed-organisation"]),
    ],
    ids=str,
)
async def test_what_is_seldom_meant_is_said_and_the_target_is_set(writable, given, expected):
    outcome = await set_target(writable, **given)
    assert codes(outcome) == expected
    assert {each["severity"] for each in outcome["problems"]} <= {"INFO"}
    assert outcome["target_id"] is not None


async def test_publication_moves_the_progress_of_a_target(writable):
    query = '{ metric(code: "call_back_percent") { targets { current(asOf: "2025-03-31") { status } } } }'
    before = await asked(writable, query)
    await update(writable, figure(None, numerator=163, denominator=177))
    statuses = [each["metric"]["targets"][0]["current"]["status"] for each in (before, await asked(writable, query))]
    assert statuses == ["NOT_ASSESSABLE", "MET"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"metric": "nope"}, ["validation/unknown-metric"]),
        ({"organisation": "ZZ9"}, ["submission/unknown-organisation"]),
        ({"organisation": "U34235"}, ["validation/not-collected"]),
        ({"reason": " "}, ["target/no-reason"]),
        ({"value": 101}, ["target/malformed"]),
        ({"value": float("inf")}, ["target/malformed"]),
        ({"upperValue": 99}, ["target/malformed"]),
        ({"comparator": "BETWEEN"}, ["target/malformed"]),
        ({"comparator": "BETWEEN", "upperValue": 90}, ["target/malformed"]),
        ({"baseline": 50}, ["target/malformed"]),
        ({"baseline": 50, "baselineOn": NEXT_YEAR}, ["target/malformed"]),
        ({"milestones": [{"due": NEXT_YEAR, "value": 1}]}, ["target/malformed"]),
        ({"milestones": [{"due": today(), "value": 1}] * 2}, ["target/malformed"]),
        (
            {"baseline": 50, "baselineOn": today(), "milestones": [{"due": today(), "value": 60}]},
            ["target/malformed"],
        ),
        ({"due": None, "milestones": [{"due": today(), "value": 1}]}, ["target/malformed"]),
        ({"due": dt.date(2025, 3, 31)}, ["target/exists"]),
        ({"start": NEXT_YEAR}, ["target/malformed"]),
        ({"countsFrom": NEXT_YEAR + dt.timedelta(days=1)}, ["target/malformed"]),
        ({"countsFrom": dt.date(1947, 12, 31)}, ["target/malformed"]),
        ({"id": "nonsense"}, ["target/unknown"]),
        ({"baseline": 50, "baselineOn": dt.date(1947, 12, 31)}, ["target/malformed"]),
        ({"due": dt.date(2100, 1, 1)}, ["target/malformed"]),
        ({"value": -1e13}, ["target/malformed"]),
        (
            {"milestones": [{"due": NEXT_YEAR - dt.timedelta(days=each), "value": 90} for each in range(1, 42)]},
            ["target/malformed"],
        ),
        ({"source": "x" * 2_001}, ["validation/unusable-text"]),
        ({"metric": "no\x00pe"}, ["validation/unknown-metric"]),
        (
            {"metric": "nope", "reason": None, "baseline": 50},
            ["validation/unknown-metric", "target/no-reason", "target/malformed"],
        ),
    ],
    ids=str,
)
async def test_a_malformed_target_is_refused_and_changes_nothing(writable, given, expected):
    assert codes(await set_target(writable, **given)) == expected
    assert await writable.reading.fetchval("SELECT count(*) FROM target") == 12


async def test_a_milestone_has_a_date_from_1948_to_2099(writable):
    outcome = await set_target(writable, milestones=[{"due": dt.date(1947, 12, 31), "value": 80}])
    assert codes(outcome) == ["target/malformed"]
    assert "between 1 January 1948 and 31 December 2099" in outcome["problems"][0]["message"]


async def test_a_target_can_have_40_milestones(writable):
    assert codes(await set_target(writable, milestones=before_next_year(40))) == []


async def test_a_revision_does_not_take_the_due_date_of_another_target(writable):
    made = ids.made("Target", (await set_target(writable))["target_id"])
    assert codes(await set_target(writable, id=made, due=dt.date(2025, 3, 31))) == ["target/exists"]
    assert codes(await set_target(writable, id=made, due=NEXT_YEAR - dt.timedelta(days=1))) == []


async def test_a_target_does_not_move_to_another_metric(writable):
    at = await the_paper_s(writable)
    assert codes(await set_target(writable, **revising(at, metric="call_queuing_percent"))) == ["target/unknown"]


@pytest.mark.parametrize("viewer", [BOB, Viewer("Rita", Role.READER, "r")])
async def test_who_decides_nothing_sets_no_target(writable, viewer):
    with pytest.raises(Refusal) as refusal:
        await set_target(writable, by=viewer)
    assert refusal.value.code == "FORBIDDEN"


async def test_a_target_out_of_scope_answers_like_one_that_is_not(writable):
    east_kent = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'HCP-EAST-KENT'")
    stranger = Viewer("Local", Role.APPROVER, "l", east_kent)
    assert codes(await set_target(writable, by=stranger)) == ["submission/unknown-organisation"]


async def test_a_key_sets_one_target_and_the_version_is_raised_once(writable):
    before = await writable.reading.fetchval("SELECT version FROM data_version")
    outcomes = [await set_target(writable, idempotencyKey="k") for _ in range(3)]
    assert [each["target_id"] for each in outcomes] == [outcomes[0]["target_id"]] * 3
    assert await writable.reading.fetchval("SELECT version FROM data_version") == before + 1


async def test_a_target_keeps_the_length_of_the_periods_that_it_judges(writable):
    first = await set_target(writable, metric="appointments", due=NEXT_YEAR, frequency="YEAR")
    again: dict[str, Any] = {"id": ids.made("Target", first["target_id"]), "due": NEXT_YEAR, "value": 90}
    await set_target(writable, metric="appointments", **again)
    found = await writable.reading.fetch(
        "SELECT frequency FROM target_revision WHERE target_id = $1 ORDER BY revision", first["target_id"]
    )
    assert [each["frequency"] for each in found] == ["YEAR", "YEAR"]


@pytest.mark.parametrize(
    ("metric", "frequency", "said"),
    [
        ("call_back_percent", "QUARTER", "only a metric that counts over a period has one"),
        ("appointments", "SPAN", "it must be one of DAY, MONTH, QUARTER, YEAR, ROLLING_YEAR"),
    ],
)
async def test_a_length_that_says_nothing_is_refused(writable, metric, frequency, said):
    outcome = await set_target(writable, metric=metric, frequency=frequency)
    assert [(each["path"], said in each["message"]) for each in outcome["problems"]] == [(["input", "frequency"], True)]


async def test_a_figure_that_no_longer_meets_its_target_needs_a_reason(writable):
    assert "target_id" in await set_target(writable, value=95, due=None)
    assert codes(await update(writable, figure(96), quarter="2025-26-Q1", reason="Counted.")) == []
    assert codes(await update(writable, figure(94), quarter="2025-26-Q2")) == ["validation/target-lost"]
