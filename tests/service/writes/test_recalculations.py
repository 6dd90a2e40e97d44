"""Limits are recalculated from a date, with a reason; that can be undone, and all of it stays on record."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, BOB, ROOT, codes, figure, give, update

VALUES = {"2024-06": 60, "2024-07": 61, "2024-08": 60, "2024-09": 90, "2024-10": 91, "2024-11": 90}
SEPTEMBER = dt.date(2024, 9, 1)
GIVEN = {
    "metric": "call_back_percent",
    "organisation": "QKS",
    "starts": SEPTEMBER,
    "reason": "New telephones in every practice.",
}
LIMITS = """{ metric(code: "call_back_percent") { series(organisation: "QKS", to: "2024-12-31") {
    processLimits { from mean points reason } } } }"""


async def recalculated(database: Database, *, by: Viewer | None = ADA, **given: Any) -> dict[str, Any]:
    return await give(database, "recalculateLimits", {**GIVEN, **given}, by=by)


async def limits(database: Database) -> list[tuple[str, float, int, str | None]]:
    data = await Executor(graph._schema, database).data(GraphQLRequest(LIMITS), Caller(None), may_write=False)
    found = orjson.loads(data)["metric"]["series"]["processLimits"]
    return [(each["from"], round(each["mean"], 2), each["points"], each["reason"]) for each in found]


@pytest.fixture
async def six_months(writable):
    """A database in which six months of call back were published: low, and from September on high."""
    for quarter, months in {
        "2024-25-Q1": ["2024-06"],
        "2024-25-Q2": ["2024-07", "2024-08", "2024-09"],
        "2024-25-Q3": ["2024-10", "2024-11"],
    }.items():
        figures = [figure(VALUES[month], period=month, reason="As the suppliers report.") for month in months]
        assert codes(await update(writable, *figures, quarter=quarter)) == []
    return writable


ONE = [("2024-06-30", 75.33, 6, None)]
TWO = [("2024-06-30", 60.33, 3, None), ("2024-09-30", 90.33, 3, GIVEN["reason"])]


async def test_limits_are_recalculated_from_a_date_and_no_longer_when_that_is_undone(six_months):
    assert await limits(six_months) == ONE
    assert codes(await recalculated(six_months)) == []
    assert await limits(six_months) == TWO
    assert codes(await recalculated(six_months, takeBack=True, reason="It was October.")) == []
    assert await limits(six_months) == ONE
    assert codes(await recalculated(six_months, reason="No: September.")) == []
    assert [reason for *_, reason in await limits(six_months)] == [None, "No: September."]


async def test_an_instant_before_it_was_said_knows_nothing_of_it(six_months):
    text = """query($at: DateTime) { metric(code: "call_back_percent") { series(organisation: "QKS", asKnownAt: $at) {
        recalculations { starts reason } } } }"""
    executor, instants = Executor(graph._schema, six_months), []
    steps: list[dict[str, Any] | None] = [{}, {"takeBack": True, "reason": "It was October."}, None]
    for given in steps:
        instants.append(await six_months.reading.fetchval("SELECT clock_timestamp()"))
        if given is not None:
            await recalculated(six_months, **given)
    found = []
    for at in (*instants, None):
        request = GraphQLRequest(text, {"at": at and at.isoformat()})
        data = orjson.loads(await executor.data(request, Caller(None), may_write=False))
        found.append(data["metric"]["series"]["recalculations"])
    assert found == [[], [{"starts": "2024-09-01", "reason": GIVEN["reason"]}], [], []]


async def test_limits_are_fixed_and_no_longer_fixed_by_another_decision_about_the_same_date(writable):
    given: list[dict[str, Any]] = [{"fixAfter": 12}, {"fixAfter": 12}, {"fixAfter": 15}, {}, {}]
    answers = [codes(await recalculated(writable, **each)) for each in given]
    assert answers == [[], ["recalculation/exists"], [], [], ["recalculation/exists"]]
    rows = await writable.reading.fetch("SELECT fix_after FROM recalculation ORDER BY id")
    assert [row["fix_after"] for row in rows] == [12, 15, None]


async def test_who_said_what_stays_on_record(writable):
    await recalculated(writable)
    await recalculated(writable, by=ROOT, takeBack=True, reason="It was a slip.")
    events = await writable.reading.fetch(
        "SELECT action, actor, reason FROM audit_event WHERE action LIKE 'limits.%' ORDER BY position"
    )
    assert [tuple(event) for event in events] == [
        ("limits.recalculate", "Ada", GIVEN["reason"]),
        ("limits.take-back", "Root", "It was a slip."),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"metric": "nope"}, ["validation/unknown-metric"]),
        ({"organisation": "ZZ9"}, ["submission/unknown-organisation"]),
        ({"organisation": "U34235"}, ["validation/not-collected"]),
        ({"reason": " "}, ["recalculation/no-reason"]),
        ({"reason": "x" * 2_001}, ["validation/unusable-text"]),
        ({"starts": dt.date(1, 1, 1)}, ["recalculation/malformed"]),
        ({"takeBack": True}, ["recalculation/unknown"]),
        ({"fixAfter": 11}, ["recalculation/fix-after"]),
        ({"fixAfter": 0}, ["recalculation/fix-after"]),
        ({"fixAfter": 1_001}, ["recalculation/fix-after"]),
        ({"fixAfter": 12, "takeBack": True}, ["recalculation/fix-after"]),
        ({"metric": "no\x00pe", "reason": ""}, ["validation/unknown-metric", "recalculation/no-reason"]),
    ],
    ids=str,
)
async def test_a_malformed_recalculation_is_refused_and_changes_nothing(writable, given, expected):
    assert codes(await recalculated(writable, **given)) == expected
    assert await writable.reading.fetchval("SELECT count(*) FROM recalculation") == 0


async def test_the_same_date_twice_is_refused(writable):
    await recalculated(writable)
    assert codes(await recalculated(writable, reason="Again.")) == ["recalculation/exists"]
    await recalculated(writable, takeBack=True)
    assert codes(await recalculated(writable, takeBack=True)) == ["recalculation/unknown"]


async def test_a_key_has_one_effect_and_the_version_is_raised_once(writable):
    before = await writable.reading.fetchval("SELECT version FROM data_version")
    answers = [await recalculated(writable, idempotencyKey="k") for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert await writable.reading.fetchval("SELECT version FROM data_version") == before + 1


@pytest.mark.parametrize("viewer", [BOB, Viewer("Rita", Role.READER, "r")])
async def test_a_role_that_decides_nothing_recalculates_nothing(writable, viewer):
    with pytest.raises(Refusal) as refusal:
        await recalculated(writable, by=viewer)
    assert refusal.value.code == "FORBIDDEN"


async def test_a_series_out_of_scope_answers_like_one_that_is_not(writable):
    east_kent = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'HCP-EAST-KENT'")
    stranger = Viewer("Local", Role.APPROVER, "l", east_kent)
    assert codes(await recalculated(writable, by=stranger)) == ["submission/unknown-organisation"]


async def test_over_graphql_the_answer_brings_the_limits_as_they_are_now(six_months):
    text = """mutation($input: RecalculateLimitsInput!) { recalculateLimits(input: $input) {
        problems { code } metric { series(organisation: "QKS", to: "2024-12-31") { processLimits { points } } } } }"""
    given = {**GIVEN, "starts": "2024-09-01"}
    executor = Executor(graph._schema, six_months)
    data = await executor.data(GraphQLRequest(text, {"input": given}), Caller(ADA), may_write=True)
    answer = orjson.loads(data)["recalculateLimits"]
    assert answer["problems"] == []
    assert answer["metric"]["series"]["processLimits"] == [{"points": 3}, {"points": 3}]
