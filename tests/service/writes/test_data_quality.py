"""Doubts are kept as issues: found, looked into, explained, open again when numbers change, and corrected."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.commands.people import InvitePersonInput
from schema.enumerations import DataQualityState, Role
from schema.graph import graph
from schema.london import day_of
from schema.periods import parsed, quarter_of
from schema.types.scalars import OdsCode
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.quality.noticing import note
from service.viewer import Viewer
from service.writes.command import Work, carry_out
from service.writes.commands import INVITE_PERSON
from tests.service.writes.submitting import ADA, BOB, ROOT, codes, figure, give, update

CALLS: dict[str, Any] = {"code": "doubt/unattainable-percentage", "metric": "call_back_percent", "organisation": "QKS"}
EXPLAINED: dict[str, Any] = {**CALLS, "state": "EXPLAINED", "comment": "The paper rounded it."}
READ = """{ dataQualityIssues(first: 200) { nodes { code
    metric { code } organisation { code } state owner comment message foundAt changedAt correctedAt version } } }"""
OF_ICB = {"code": "QKS"}
UNREPORTED = "doubt/not-reported-since"
# No whole number of 177 practices gives any of these; the third is one.
PRINTED, PRINTED_AGAIN, COUNTED = 69.57, 69.58, 69.49


async def save(database: Database, given: dict[str, Any], *, by: Viewer | None = BOB) -> dict[str, Any]:
    states = {"state": DataQualityState(given["state"])} if "state" in given else {}
    return await give(database, "saveDataQualityOutcome", {**given, **states}, by=by)


async def issues(database: Database, *, by: Viewer | None = BOB) -> list[Any]:
    data = await Executor(graph._schema, database).data(GraphQLRequest(READ), Caller(by), may_write=False)
    found: list[Any] = orjson.loads(data)["dataQualityIssues"]["nodes"]
    return found


async def about_calls(database: Database, *, by: Viewer | None = BOB) -> Any:
    found = [each for each in await issues(database, by=by) if each["code"] == CALLS["code"]]
    return next(each for each in found if each["metric"]["code"] == CALLS["metric"])


async def printed(database: Database, value: float) -> None:
    """Correct the printed percentage of 31 January 2025, and let the service look again."""
    given = figure(value, period="2025-01-31", reason="As printed.")
    done = await give(
        database,
        "updateQuarterlyFigures",
        {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [given]},
        by=ADA,
    )
    assert codes(done) == []
    await note(database)


@pytest.fixture
async def noted(writable: Database) -> Database:
    await note(writable)
    return writable


async def test_what_does_not_add_up_is_kept_once(noted):
    first = await issues(noted)
    assert {each["code"].partition("/")[0] for each in first} == {"doubt"}
    assert len([each for each in first if each["code"] != UNREPORTED]) == 5
    assert {each["state"] for each in first} == {"OPEN"}
    await note(noted)
    assert await issues(noted) == first


async def old(database: Database, metric: str) -> list[tuple[Any, ...]]:
    """The issues that say a metric of the ICB has not been reported."""
    named = [each for each in await issues(database) if each["metric"]["code"] == metric and each["code"] == UNREPORTED]
    return [(each["state"], each["message"].rpartition(": ")[2]) for each in named if each["organisation"] == OF_ICB]


async def test_a_figure_that_is_old_is_an_issue_until_there_is_a_newer_one(noted):
    assert await old(noted, "trained_mentors") == [("OPEN", "nothing newer is published.")]
    today = day_of(dt.datetime.now(dt.UTC))
    quarter = quarter_of(parsed(quarter_of(today)).starts - dt.timedelta(days=1))
    given = figure(50, "trained_mentors", period=quarter, reason="As the hub counts.")
    body = {"quarter": quarter, "organisation": "QKS", "figures": [given]}
    assert codes(await give(noted, "updateQuarterlyFigures", body, by=ADA)) == []
    await note(noted)
    assert [state for state, _ in await old(noted, "trained_mentors")] == ["CORRECTED"]


async def test_an_issue_gets_an_owner_and_an_outcome(noted):
    assert codes(await save(noted, {**EXPLAINED, "expectedVersion": 1})) == []
    found = await about_calls(noted)
    assert (found["state"], found["comment"], found["version"]) == ("EXPLAINED", "The paper rounded it.", 2)
    assert codes(await save(noted, {**EXPLAINED, "comment": "?", "expectedVersion": 1})) == ["data-quality/stale"]


async def test_it_is_open_again_when_its_numbers_change(noted):
    await save(noted, EXPLAINED)
    await printed(noted, PRINTED_AGAIN)
    found = await about_calls(noted)
    assert (found["state"], found["comment"]) == ("OPEN", "The paper rounded it.")
    assert "69.58%" in found["message"]
    assert found["changedAt"] > found["foundAt"]
    assert await audited(noted) == ["data-quality.save", "data-quality.reopen"]


async def test_what_people_decided_holds_while_its_numbers_stay(noted):
    await save(noted, EXPLAINED)
    await update(noted, figure(52, "trained_mentors", reason="As the hub counts."))
    await note(noted)
    assert (await about_calls(noted))["state"] == "EXPLAINED"


async def test_what_is_gone_is_corrected_with_its_instant_and_comes_back_open(noted):
    await save(noted, EXPLAINED)
    await printed(noted, COUNTED)
    gone = await about_calls(noted)
    assert gone["state"] == "CORRECTED"
    assert gone["correctedAt"] > gone["foundAt"]
    assert codes(await save(noted, {**CALLS, "state": "OPEN"})) == ["data-quality/gone"]
    await printed(noted, PRINTED)
    back = await about_calls(noted)
    assert (back["state"], back["correctedAt"], back["foundAt"]) == ("OPEN", None, gone["foundAt"])
    assert await audited(noted) == ["data-quality.save", "data-quality.correct", "data-quality.reopen"]


async def audited(database: Database) -> list[str]:
    rows = await database.reading.fetch(
        "SELECT action FROM audit_event WHERE action LIKE 'data-quality.%' ORDER BY position"
    )
    return [row["action"] for row in rows]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"state": "EXPLAINED"}, "data-quality/no-comment"),
        ({"state": "WILL_NOT_BE_FIXED", "comment": " "}, "data-quality/no-comment"),
        ({"state": "INVESTIGATING"}, "data-quality/no-owner"),
        ({"state": "CORRECTED", "comment": "Done."}, "data-quality/still-found"),
        ({"owner": "Nobody at all"}, "data-quality/unknown-owner"),
        ({"comment": "x" * 2_001}, "validation/unusable-text"),
        ({"code": "doubt/record-differs"}, "data-quality/unknown"),
        ({"organisation": "G82002"}, "data-quality/unknown"),
    ],
)
async def test_what_people_say_has_to_be_true_of_it(noted, given, code):
    assert codes(await save(noted, {**CALLS, **given})) == [code]
    assert (await about_calls(noted))["version"] == 1


async def test_a_dry_run_changes_nothing_and_the_same_key_has_one_effect(noted):
    assert codes(await save(noted, {**EXPLAINED, "validateOnly": True})) == []
    assert (await about_calls(noted))["version"] == 1
    for _ in range(2):
        assert codes(await save(noted, {**EXPLAINED, "idempotencyKey": "once"})) == []
    assert (await about_calls(noted))["version"] == 2


async def owned(database: Database) -> None:
    """Give the issue to a contact of the ICB."""
    ann = InvitePersonInput(name="Ann Other", email="ann@nhs.example", organisation=OdsCode("QKS"))
    assert codes(await carry_out(database, INVITE_PERSON, ann, by=ROOT)) == []
    given = {**CALLS, "state": "INVESTIGATING", "owner": "ANN@nhs.example"}
    assert codes(await save(database, given)) == []


async def test_only_those_who_act_for_the_organisation_see_who_looks_into_it(noted):
    await owned(noted)
    assert (await about_calls(noted))["owner"] == "Ann Other"
    practice = await noted.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    for other in (None, Viewer("Pat", Role.SUBMITTER, "p", practice)):
        found = await about_calls(noted, by=other)
        assert (found["owner"], found["state"]) == (None, "INVESTIGATING")


async def test_nobody_else_says_what_became_of_it(noted):
    practice = await noted.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    assert codes(await save(noted, EXPLAINED, by=Viewer("Pat", Role.SUBMITTER, "p", practice))) == [
        "data-quality/unknown"
    ]
    with pytest.raises(Exception, match="cannot say what became of data quality issues"):
        await save(noted, EXPLAINED, by=Viewer("Rita", Role.READER, "r"))


async def test_the_audit_names_an_owner_by_number_alone(noted):
    await owned(noted)
    detail = await noted.reading.fetchval("SELECT detail FROM audit_event WHERE action = 'data-quality.save'")
    assert "Ann" not in detail
    assert orjson.loads(detail)["after"]["owner"] is not None


async def test_an_owner_can_be_taken_off_again(noted):
    await owned(noted)
    assert codes(await save(noted, {**CALLS, "state": "OPEN", "owner": ""})) == []
    assert (await about_calls(noted))["owner"] is None


async def test_looking_again_waits_for_no_turn_while_nothing_has_changed(noted, monkeypatch):
    async def refused(*_: Any) -> None:
        raise AssertionError("took a turn")

    monkeypatch.setattr(Work, "turn", refused)
    await note(noted)


async def test_the_paper_says_what_became_of_a_doubt(noted):
    await save(noted, EXPLAINED)
    document = '{ briefing(board: "QKS") { doubts { code message issue { state comment } } } }'
    data = await Executor(graph._schema, noted).data(GraphQLRequest(document), Caller(None), may_write=False)
    said = [each["issue"] for each in orjson.loads(data)["briefing"]["doubts"] if each["code"] == CALLS["code"]]
    assert {"state": "EXPLAINED", "comment": "The paper rounded it."} in said
