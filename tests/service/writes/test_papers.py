"""The paper of a quarter: people write it, and once it is frozen it says for ever what it said then."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.pages.paper import DOCUMENT
from service.quality.noticing import note
from service.viewer import Viewer
from tests.service.reads.comparison import difference
from tests.service.writes.submitting import ADA, BOB, codes, figure, give, update

PAPER: dict[str, Any] = {"quarter": "2024-25-Q4", "board": "QKS"}
NEXT: dict[str, Any] = {"quarter": "2025-26-Q1", "board": "QKS"}
BLOCK: dict[str, Any] = {
    "addressedTo": "Kent Health Overview and Scrutiny Committee",
    "sentFrom": "NHS Kent and Medway",
    "datedOn": "2025-05-07",
    "recommendation": "The committee is asked to note the report.",
}
READ = """query($quarter: String!) { paper(quarter: $quarter, board: "QKS") {
    quarter addressedTo recommendation version frozenAt frozenBy content isSuperseded
    narratives { section words owner quarter writtenBy }
    actions { number quarter what owner due outcome metric { code } figure { value } figureNow { value } } } }"""


async def command(database: Database, name: str, by: Viewer | None = BOB, **given: Any) -> dict[str, Any]:
    """A command about the paper for Q4 2024/25, unless it names another; refused when it has a blocking problem."""
    days: dict[str, Any] = {key: dt.date.fromisoformat(given[key]) for key in ("datedOn", "due") if given.get(key)}
    return await give(database, name, {**PAPER, **given, **days}, by=by)


async def read(database: Database, quarter: str = "2024-25-Q4", *, by: Viewer | None = BOB) -> Any:
    request = GraphQLRequest(READ, {"quarter": quarter})
    data = await Executor(graph._schema, database).data(request, Caller(by), may_write=False)
    return orjson.loads(data)["paper"]


async def complete(database: Database, quarter: str = "2024-25-Q4") -> None:
    """Write all that a paper needs before it can be frozen."""
    await command(database, "savePaper", **BLOCK, quarter=quarter)
    asked: dict[str, Any] = {"what": "Find out why", "owner": "Ann", "due": "2025-09-30", "quarter": quarter}
    for action in await missing_actions(database, quarter):
        await command(database, "savePaperAction", **asked, metric=action)


async def missing_actions(database: Database, quarter: str = "2024-25-Q4") -> list[str]:
    text = f'{{ briefing(board: "QKS", quarter: "{quarter}") {{ targets {{ metricCode status }} }} }}'
    data = await Executor(graph._schema, database).data(GraphQLRequest(text), Caller(None), may_write=False)
    bad = {"MISSED", "LOST", "DETERIORATING"}
    targets = orjson.loads(data)["briefing"]["targets"]
    return sorted({each["metricCode"] for each in targets if each["status"] in bad})


async def test_the_title_block_begins_a_paper_and_the_next_one_takes_it_on(writable):
    assert codes(await command(writable, "savePaper", **BLOCK)) == []
    assert codes(await command(writable, "savePaper", **NEXT, addressedTo="Medway Council")) == []
    next_paper = await read(writable, "2025-26-Q1")
    assert next_paper["addressedTo"] == "Medway Council"
    assert next_paper["recommendation"] == BLOCK["recommendation"]


async def test_nobody_else_sees_a_paper_before_it_is_frozen(writable):
    await command(writable, "savePaper", **BLOCK)
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    for other in (None, Viewer("Rita", Role.READER, "r"), Viewer("Pat", Role.SUBMITTER, "p", practice)):
        assert await read(writable, by=other) is None
    assert await read(writable, by=BOB) is not None


async def test_a_narrative_is_carried_on_until_it_is_written_again(writable):
    await command(
        writable, "saveNarrative", section="Workforce", words="More  nurses.\r\n\r\n\r\nFewer GPs.", owner="Ann"
    )
    assert codes(await command(writable, "savePaper", **NEXT)) == []
    (carried,) = (await read(writable, "2025-26-Q1"))["narratives"]
    assert carried == {
        "section": "Workforce",
        "words": "More  nurses.\n\nFewer GPs.",
        "owner": "Ann",
        "quarter": "2024-25-Q4",
        "writtenBy": "Bob",
    }
    await command(writable, "saveNarrative", **NEXT, section="Workforce", words="As many as before.")
    (written,) = (await read(writable, "2025-26-Q1"))["narratives"]
    assert (written["words"], written["owner"], written["quarter"]) == ("As many as before.", "Ann", "2025-26-Q1")
    assert (await read(writable))["narratives"][0]["words"].startswith("More")


async def test_a_narrative_belongs_to_a_section_of_the_paper(writable):
    assert codes(await command(writable, "saveNarrative", section="Dentistry", words="…")) == ["paper/unknown-section"]
    assert codes(await command(writable, "saveNarrative", section="Summary", words="…")) == []
    long = await command(writable, "saveNarrative", section="Summary", words="x" * 20_001)
    assert codes(long) == ["validation/unusable-text"]


async def test_two_people_do_not_write_over_each_other(writable):
    first = await command(writable, "saveNarrative", section="Workforce", words="Mine.", expectedVersion=0)
    assert codes(first) == []
    second = await command(writable, "saveNarrative", section="Workforce", words="Yours.", expectedVersion=0)
    assert codes(second) == ["paper/stale"]
    assert second["problems"][0]["current_version"] == 1
    assert (await read(writable))["narratives"][0]["words"] == "Mine."


async def test_the_same_key_writes_once(writable):
    for _ in range(2):
        done = await command(
            writable, "savePaperAction", what="Ring", owner="Ann", due="2025-09-30", idempotencyKey="once"
        )
        assert codes(done) == []
    assert len((await read(writable))["actions"]) == 1


async def test_emptying_a_field_empties_it_and_leaving_it_out_keeps_it(writable):
    await command(writable, "savePaper", **BLOCK)
    await command(writable, "savePaper", recommendation="  ", sentFrom=None, datedOn=None)
    row = await writable.reading.fetchrow("SELECT addressed_to, sent_from, dated_on, recommendation FROM paper")
    assert tuple(row) == (BLOCK["addressedTo"], None, None, None)


async def test_the_metric_and_the_outcome_of_an_action_can_be_emptied_and_what_it_needs_cannot(writable):
    given: dict[str, Any] = {"what": "Ring back", "owner": "Ann", "due": "2025-09-30", "metric": "call_back_percent"}
    await command(writable, "savePaperAction", **given)
    await command(writable, "savePaperAction", number=1, outcome="Half done.")
    await command(writable, "savePaperAction", number=1, metric="", outcome="")
    (action,) = (await read(writable))["actions"]
    assert (action["metric"], action["figure"], action["outcome"]) == (None, None, None)
    for name in ("what", "owner", "due"):
        refused = await command(writable, "savePaperAction", number=1, **{name: None})
        assert codes(refused) == ["paper/incomplete-action"]
        assert refused["problems"][0]["path"][-1] == name
    assert (await read(writable))["actions"][0]["what"] == "Ring back"


async def test_an_owner_that_is_emptied_is_whoever_writes(writable):
    await command(writable, "saveNarrative", section="Workforce", words="Fewer.", owner="Ann")
    await command(writable, "saveNarrative", section="Workforce", words="Fewer.", owner="")
    assert (await read(writable))["narratives"][0]["owner"] == "Bob"


async def version(database: Database, quarter: str = "2024-25-Q4") -> int:
    return int((await read(database, quarter))["version"])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("savePaper", {"sentFrom": "Somebody else"}),
        ("saveNarrative", {"section": "Workforce", "words": "Fewer."}),
        ("savePaperAction", {"what": "Ring", "owner": "Ann", "due": "2025-09-30"}),
    ],
)
async def test_every_change_of_a_paper_is_a_version_and_what_nobody_read_is_not_frozen(writable, name, given):
    await complete(writable)
    read_first = await version(writable)
    await command(writable, name, **given)
    refused = await command(writable, "freezePaper", expectedVersion=read_first, by=ADA)
    assert codes(refused) == ["paper/stale"]
    assert (await read(writable))["frozenAt"] is None
    done = await command(writable, "freezePaper", expectedVersion=await version(writable), by=ADA)
    assert [each for each in done["problems"] if each["severity"] == "BLOCK"] == []


async def test_what_a_later_paper_carries_on_is_a_new_version_of_it_too(writable):
    await command(writable, "savePaper", **BLOCK)
    await command(writable, "savePaper", **NEXT)
    before = await version(writable), await version(writable, "2025-26-Q1")
    await command(writable, "saveNarrative", section="Workforce", words="Fewer.")
    assert (await version(writable), await version(writable, "2025-26-Q1")) == (before[0] + 1, before[1] + 1)
    # An earlier paper does not have what a later one says.
    await command(writable, "saveNarrative", **NEXT, section="Workforce", words="More.")
    assert (await version(writable), await version(writable, "2025-26-Q1")) == (before[0] + 1, before[1] + 2)
    # The outcome of an action is in every paper that has the action.
    await command(writable, "savePaperAction", what="Ring", owner="Ann", due="2025-09-30")
    await command(writable, "savePaperAction", **NEXT, number=1, outcome="Half done.")
    assert (await version(writable), await version(writable, "2025-26-Q1")) == (before[0] + 3, before[1] + 4)


async def test_a_paper_has_the_figure_of_its_own_quarter_for_an_action(writable):
    given: dict[str, Any] = {"what": "Ring back", "owner": "Ann", "due": "2025-09-30", "metric": "call_back_percent"}
    await command(writable, "savePaperAction", **given)
    await command(writable, "savePaper", **NEXT)
    for period, value in (("2024-25-Q4", 75), ("2025-26-Q1", 82), ("2025-26-Q2", 88)):
        await update(writable, figure(value, period=period, reason="As counted."), quarter=period)
    (now,) = (await read(writable))["actions"]
    (then,) = (await read(writable, "2025-26-Q1"))["actions"]
    assert (now["figure"], now["figureNow"], then["figureNow"]) == ({"value": 69.57}, {"value": 75}, {"value": 82})


async def test_a_frozen_paper_says_that_a_figure_of_its_actions_was_corrected(writable):
    given: dict[str, Any] = {"what": "Ring back", "owner": "Ann", "due": "2025-09-30", "metric": "call_back_percent"}
    await command(writable, "savePaperAction", **given)
    for period, value in (("2024-25-Q4", 75), ("2025-26-Q1", 82), ("2025-26-Q2", 88)):
        await update(writable, figure(value, period=period, reason="As counted."), quarter=period)
    await complete(writable, quarter="2025-26-Q2")
    await command(writable, "freezePaper", quarter="2025-26-Q2", by=ADA)
    frozen = await read(writable, "2025-26-Q2", by=None)
    kept = orjson.loads(frozen["content"])
    said = {each["id"] for section in kept["sections"] for each in section["figures"]}
    (asked,) = (each["figure"] for each in kept["paper"]["actions"] if each["number"] == 1)
    # January's figure is in the action alone.
    assert (asked["value"], asked["id"] in said, frozen["isSuperseded"]) == (69.57, False, False)
    await update(writable, figure(69.49, period="2025-01-31", reason="123 of 177."))
    assert (await read(writable, "2025-26-Q2", by=None))["isSuperseded"]


async def test_an_action_says_what_who_and_by_when(writable):
    incomplete = await command(writable, "savePaperAction", what="Ring back", due="2025-09-30")
    assert codes(incomplete) == ["paper/incomplete-action"]
    assert codes(await command(writable, "savePaperAction", number=9, outcome="Done")) == ["paper/unknown-action"]
    in_the_past = await command(writable, "savePaperAction", what="Ring", owner="Ann", due="1899-12-31")
    assert codes(in_the_past) == ["paper/malformed"]
    unknown = await command(writable, "savePaperAction", what="Ring", owner="Ann", due="2025-09-30", metric="nothing")
    assert codes(unknown) == ["validation/unknown-metric"]


async def test_the_next_paper_says_what_became_of_an_action_and_how_its_series_changed(writable):
    given: dict[str, Any] = {"what": "Ring back", "owner": "Ann", "due": "2025-09-30", "metric": "call_back_percent"}
    await command(writable, "savePaperAction", **given)
    await update(writable, figure(88.7, reason="As counted."))
    await command(writable, "savePaper", **NEXT)
    (action,) = (await read(writable, "2025-26-Q1"))["actions"]
    assert (action["quarter"], action["figure"], action["figureNow"]) == (
        "2024-25-Q4",
        {"value": 69.57},
        {"value": 88.7},
    )
    assert codes(await command(writable, "savePaperAction", **NEXT, number=1, isClosed=True)) == [
        "paper/incomplete-action"
    ]
    await command(writable, "savePaperAction", **NEXT, number=1, outcome="All practices ring back.", isClosed=True)
    assert (await read(writable, "2025-26-Q1"))["actions"][0]["outcome"] == "All practices ring back."
    # It is still in the paper that says so, and in none after it.
    await command(writable, "savePaper", quarter="2025-26-Q2", board="QKS")
    assert (await read(writable, "2025-26-Q2"))["actions"] == []


async def test_what_is_missing_stops_a_paper_and_the_rest_is_shown(writable):
    assert codes(await command(writable, "freezePaper", by=ADA)) == ["paper/not-started"]
    await command(writable, "savePaper", addressedTo="The committee")
    refused = await command(writable, "freezePaper", by=ADA)
    blocking = [each["message"] for each in refused["problems"] if each["severity"] == "BLOCK"]
    assert blocking[0] == ("The paper does not say who it is from, its date and what the committee is asked to do.")
    assert len(blocking) == 1 + len(await missing_actions(writable))
    assert {"paper/title-block", "paper/no-action", "paper/no-summary", "paper/not-judged", "paper/doubt"} == set(
        codes(refused)
    )
    assert (await read(writable))["frozenAt"] is None


async def test_a_frozen_paper_keeps_what_it_said_and_says_that_it_was_superseded(writable):
    await complete(writable)
    await command(writable, "saveNarrative", section="Summary", words="Less, and better.", owner="Ann")
    await note(writable)
    request = GraphQLRequest(DOCUMENT, {"board": "QKS", "quarter": "2024-25-Q4"})
    data = await Executor(graph._schema, writable).data(request, Caller(None), may_write=False)
    done = await command(writable, "freezePaper", by=ADA)
    assert [each["severity"] for each in done["problems"] if each["severity"] == "BLOCK"] == []
    frozen = await read(writable, by=None)
    kept = orjson.loads(frozen["content"])
    of_paper = kept.pop("paper")
    assert difference(as_kept(orjson.loads(data)["briefing"]), kept) is None
    assert of_paper["narratives"][0]["words"] == "Less, and better."
    assert (frozen["frozenBy"], frozen["isSuperseded"]) == ("Ada", False)
    await update(writable, figure(70.62, period="2025-01-31", reason="Counted again."))
    after = await read(writable, by=None)
    assert (after["content"], after["isSuperseded"]) == (frozen["content"], True)


def as_kept(briefing: Any) -> Any:
    """The answer without the figures of doubts, which the paper does not show."""
    return {
        **briefing,
        "doubts": [{name: each[name] for name in ("code", "message", "issue")} for each in briefing["doubts"]],
    }


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("savePaper", {"addressedTo": "Somebody else"}),
        ("saveNarrative", {"section": "Summary", "words": "Later."}),
        ("savePaperAction", {"what": "Late", "owner": "Ann", "due": "2025-09-30"}),
        ("freezePaper", {}),
    ],
)
async def test_nothing_changes_a_frozen_paper(writable, name, given):
    await complete(writable)
    await command(writable, "freezePaper", by=ADA)
    assert codes(await command(writable, name, **given, by=ADA)) == ["paper/frozen"]


async def test_the_database_itself_lets_no_command_change_a_frozen_paper(writable):
    await complete(writable)
    await command(writable, "freezePaper", by=ADA)
    async with writable.command(scope=0) as session:
        connection = await session.connection()
        changed = await connection.exec_driver_sql("UPDATE paper SET recommendation = 'No'")
        assert changed.rowcount == 0


async def test_only_those_who_act_for_the_icb_write_its_paper(writable):
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    other = Viewer("Pat", Role.ADMINISTRATOR, "p", practice)
    for name, given in (("savePaper", BLOCK), ("saveNarrative", {"section": "Summary", "words": "…"})):
        assert codes(await command(writable, name, **given, by=other)) == ["paper/unknown-board"]
    assert codes(await command(writable, "savePaper", board="G82002")) == ["paper/unknown-board"]
    assert codes(await command(writable, "savePaper", quarter="2024")) == ["validation/malformed-quarter"]


async def test_a_dry_run_answers_the_same_and_changes_nothing(writable):
    await complete(writable)
    rehearsed = await command(writable, "freezePaper", validateOnly=True, by=ADA)
    assert (await read(writable))["frozenAt"] is None
    assert rehearsed["problems"] == (await command(writable, "freezePaper", by=ADA))["problems"]


async def test_each_change_is_in_the_audit(writable):
    await command(writable, "savePaper", **BLOCK)
    await command(writable, "saveNarrative", section="Summary", words="Less.")
    await command(writable, "savePaperAction", what="Ring back", owner="Ann", due="2025-09-30")
    rows = await writable.reading.fetch(
        "SELECT action, subject, actor FROM audit_event WHERE action LIKE 'paper.%' ORDER BY position"
    )
    assert [tuple(row) for row in rows] == [
        (action, "QKS 2024-25-Q4", "Bob") for action in ("paper.save", "paper.narrative", "paper.action")
    ]
