"""What is collected and when; which organisations have reported; the dates of a quarter, and exceptions."""

import datetime as dt
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, BOB, ROOT, codes, drafted, figure, give, published, save, step, update

Q4 = "2024-25-Q4"
DAY = dt.timedelta(days=1)
LEVEL = "interface_onward_referrals_level"
DECLARATION = "capacity_and_access_telephony_declaration"


def today() -> dt.date:
    """Asked again each time: a run may go on past midnight."""
    return dt.datetime.now(dt.UTC).date()


async def completeness(database: Database, quarter: str = Q4, organisation: str = "QKS", more: str = "") -> Any:
    """What `completeness` answers to anybody."""
    query = (
        f'{{ completeness(quarter: "{quarter}", organisation: "{organisation}") '
        f"{{ expected reported nilReturns percent {more} }} }}"
    )
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(None), may_write=False)
    return orjson.loads(data)["completeness"]


def counts(found: Any) -> tuple[int, int, int]:
    return found["expected"], found["reported"], found["nilReturns"]


def dates(**given: Any) -> dict[str, Any]:
    return {"quarter": Q4, "reason": "As the ICB decided.", **given}


async def test_each_trust_is_asked_for_its_five_levels(writable):
    assert counts(await completeness(writable, organisation="RVV")) == (5, 0, 0)


async def test_each_network_declares_three_areas_in_the_last_quarter_of_2024_25_alone(writable):
    networks = "SELECT code FROM organisation WHERE kind = 'PRIMARY_CARE_NETWORK' ORDER BY code LIMIT 1"
    network = await writable.reading.fetchval(networks)
    practices = (await completeness(writable, "2025-26-Q1", network))["expected"]
    assert (await completeness(writable, Q4, network))["expected"] == practices + 3


async def test_each_practice_is_asked_for_the_framework_and_its_agreement(writable):
    assert counts(await completeness(writable, organisation="G82002")) == (2, 0, 0)


async def test_before_anything_was_collected_nothing_is_missing(writable):
    found = await completeness(writable, "2020-21-Q1")
    assert (*counts(found), found["percent"]) == (0, 0, 0, 100)


async def test_what_is_published_is_reported_and_a_nil_return_is_an_answer(writable):
    before = counts(await completeness(writable, organisation="RVV"))
    await published(writable, figure(2, LEVEL, organisation="RVV"))
    await published(writable, figure(None, "interface_fit_notes_level", organisation="RVV", isNilReturn=True))
    after = counts(await completeness(writable, organisation="RVV"))
    assert [now - was for now, was in zip(after, before, strict=True)] == [0, 2, 1]


async def test_a_draft_is_no_answer_and_a_withdrawn_figure_is_none(writable):
    await drafted(writable, figure(2, LEVEL, organisation="RVV"))
    made = await published(writable, figure(1, LEVEL, organisation="RVV"))
    await step(writable, "withdraw", made, by=ADA, reason="r")
    assert counts(await completeness(writable, organisation="RVV"))[1] == 0


async def test_missing_figures_are_listed_by_organisation_and_metric(writable):
    await published(writable, figure(2, LEVEL, organisation="RVV"))
    found = await completeness(writable, organisation="RVV", more="missing { metric { code } organisation { code } }")
    missing = {(each["metric"]["code"], each["organisation"]["code"]) for each in found["missing"]}
    assert (len(missing), (LEVEL, "RVV") in missing) == (4, False)


async def test_an_exempt_organisation_is_not_expected_to_report(writable):
    given = {"quarter": Q4, "organisation": "RVV", "metric": LEVEL, "reason": "It has no ward."}
    assert codes(await give(writable, "grantException", given, by=ROOT)) == []
    assert counts(await completeness(writable, organisation="RVV"))[0] == 4
    await give(writable, "grantException", {**given, "metric": None}, by=ROOT)
    assert counts(await completeness(writable, organisation="RVV"))[0] == 0


async def test_the_last_exception_counts_so_that_one_can_be_undone(writable):
    asked = counts(await completeness(writable, organisation="RVV"))[0]
    given = {"quarter": Q4, "organisation": "RVV", "reason": "It has no ward."}
    await give(writable, "grantException", given, by=ROOT)
    assert counts(await completeness(writable, organisation="RVV"))[0] == 0
    await give(
        writable, "grantException", {**given, "metric": LEVEL, "until": today() + DAY, "reason": "It has."}, by=ROOT
    )
    assert counts(await completeness(writable, organisation="RVV"))[0] == 1
    await give(writable, "grantException", {**given, "until": today(), "reason": "It has a ward."}, by=ROOT)
    assert counts(await completeness(writable, organisation="RVV"))[0] == asked


async def test_an_extended_deadline_can_be_undone(writable):
    await give(writable, "setQuarter", dates(hardDeadline=today() - DAY), by=ROOT)
    for until, expected in ((today(), []), (today() - 2 * DAY, ["validation/closed-quarter"])):
        longer = {"quarter": Q4, "organisation": "QKS", "until": until, "reason": "The system was down."}
        assert codes(await give(writable, "grantException", longer, by=ROOT)) == []
        assert codes(await update(writable, validateOnly=True)) == expected


async def test_the_figures_of_a_paper_answer_no_request_of_their_quarter(writable):
    """January's paper is no answer to the fourth quarter: on the first day nothing is reported."""
    assert counts(await completeness(writable, organisation="Y59")) == (568, 0, 0)


async def test_a_correction_that_is_sent_for_the_quarter_is_an_answer(writable):
    before = counts(await completeness(writable))[1]
    await published(writable, figure(88.7, reason="Counted again."))
    assert counts(await completeness(writable))[1] == before + 1


REQUESTS = """requests(filter: { organisation: { code: { eq: "RVV" } } }) {
    nodes { metric { code } organisation { code } state dueOn isLate } }"""


async def states(database: Database, *, by: Viewer | None = ADA) -> dict[str, Any]:
    """The state of each request to a trust, by its metric, as somebody sees it."""
    query = f'{{ completeness(quarter: "{Q4}") {{ {REQUESTS} }} }}'
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(by), may_write=False)
    nodes = orjson.loads(data)["completeness"]["requests"]["nodes"]
    return {node["metric"]["code"]: node["state"] for node in nodes}


def level(metric: str = LEVEL, **more: Any) -> dict[str, Any]:
    return figure(2, metric, organisation="RVV", **more)


async def test_a_request_goes_from_not_started_to_published(writable):
    seen = [(await states(writable))[LEVEL]]
    made = await drafted(writable, level())
    seen.append((await states(writable))[LEVEL])
    for name, by in (("submit", BOB), ("return", ADA), ("submit", BOB), ("approve", ADA), ("publish", ADA)):
        await step(writable, name, made, by=by, reason="r")
        seen.append((await states(writable))[LEVEL])
    await step(writable, "withdraw", made, by=ADA, reason="r")
    seen.append((await states(writable))[LEVEL])
    steps = ["DRAFT", "SUBMITTED", "RETURNED", "SUBMITTED", "SUBMITTED", "PUBLISHED"]
    assert seen == ["NOT_STARTED", *steps, "NOT_STARTED"]


async def test_a_nil_return_and_an_exemption_are_states_of_their_own(writable):
    await published(writable, {**level(), "value": None, "isNilReturn": True})
    exempt = {"quarter": Q4, "organisation": "RVV", "metric": "interface_fit_notes_level", "reason": "It has no ward."}
    await give(writable, "grantException", exempt, by=ROOT)
    found = await states(writable)
    assert (found[LEVEL], found["interface_fit_notes_level"]) == ("NIL", "EXEMPT")


async def test_who_need_not_answer_can_and_has_no_later_day(writable):
    given = {"quarter": Q4, "organisation": "RVV", "reason": "It has no ward."}
    await give(writable, "setQuarter", dates(hardDeadline=today() - DAY), by=ROOT)
    await give(writable, "grantException", {**given, "until": today() + DAY}, by=ROOT)
    assert codes(await save(writable, level())) == []
    await give(writable, "grantException", given, by=ROOT)
    made = await drafted(writable, level())
    assert "validation/closed-quarter" in codes(await step(writable, "submit", made, by=BOB))


async def test_drafts_of_others_are_seen_as_not_started(writable):
    await drafted(writable, level())
    trust = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'RWF'")
    for by in (None, Viewer("Tim", Role.SUBMITTER, "tttttttt", trust)):
        assert (await states(writable, by=by))[LEVEL] == "NOT_STARTED"
    await published(writable, level())
    assert (await states(writable, by=None))[LEVEL] == "PUBLISHED"


async def test_what_is_not_sent_by_its_due_date_is_late_and_so_is_what_was_sent_after_it(writable):
    ask = f"{REQUESTS} counts {{ late }}"
    await published(writable, level())
    for due, late in ((today(), [False] * 5), (today() - DAY, [True] * 5)):
        await give(writable, "setQuarter", dates(softDeadline=due), by=ROOT)
        query = f'{{ completeness(quarter: "{Q4}", organisation: "RVV") {{ {ask} }} }}'
        data = await Executor(graph._schema, writable).data(GraphQLRequest(query), Caller(ADA), may_write=False)
        found = orjson.loads(data)["completeness"]
        nodes = found["requests"]["nodes"]
        assert [node["isLate"] for node in nodes] == late
        assert {node["dueOn"] for node in nodes} == {str(due)}
        assert found["counts"]["late"] == sum(late)


async def test_everybody_sees_that_a_published_answer_was_late_and_a_correction_makes_none_late(writable):
    query = f'{{ completeness(quarter: "{Q4}") {{ {REQUESTS} }} }}'

    async def late(by: Viewer | None) -> bool:
        data = await Executor(graph._schema, writable).data(GraphQLRequest(query), Caller(by), may_write=False)
        nodes = orjson.loads(data)["completeness"]["requests"]["nodes"]
        return any(node["isLate"] for node in nodes if node["metric"]["code"] == LEVEL)

    await give(writable, "setQuarter", dates(softDeadline=today() - DAY), by=ROOT)
    await published(writable, level())
    assert (await late(ADA), await late(None)) == (True, True)
    # As if it had been sent in time: no trigger lets a submission's days move.
    async with writable.command() as session:
        connection = await session.connection()
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text("UPDATE submission SET submitted_at = submitted_at - interval '2 days'"))
    await published(writable, {**level(), "value": 1, "reason": "Counted again."})
    assert (await late(ADA), await late(None)) == (False, False)


async def test_requests_are_counted_by_organisation_and_by_metric(writable):
    await published(writable, level())
    more = "counts { published notStarted } byMetric { metric { code } published notStarted } "
    found = await completeness(writable, more=more + "byOrganisation { organisation { code } published notStarted }")
    assert found["counts"] == {"published": 2, "notStarted": 566}
    of_level = next(each for each in found["byMetric"] if each["metric"]["code"] == LEVEL)
    of_trust = next(each for each in found["byOrganisation"] if each["organisation"]["code"] == "RVV")
    assert ((of_level["published"], of_level["notStarted"]), (of_trust["published"], of_trust["notStarted"])) == (
        (1, 3),
        (1, 4),
    )


async def test_requests_come_in_pages_and_are_filtered(writable):
    await published(writable, level())
    query = (
        f'query($after: String) {{ completeness(quarter: "{Q4}") {{ requests(first: 200, after: $after, filter: '
        "{ state: { eq: NOT_STARTED }, organisation: { kind: { in: [TRUST, PRACTICE] } } }) "
        "{ totalCount pageInfo { hasNextPage endCursor } nodes { metric { code } organisation { code } } } } }"
    )
    seen, after, more = [], None, True
    while more:
        request = GraphQLRequest(query, {"after": after})
        data = await Executor(graph._schema, writable).data(request, Caller(None), may_write=False)
        page = orjson.loads(data)["completeness"]["requests"]
        seen += [(each["metric"]["code"], each["organisation"]["code"]) for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 379
    assert len(seen) == len(set(seen)) == 379
    assert (LEVEL, "RVV") not in seen


async def test_a_late_submission_is_recorded_as_late_and_still_published(writable):
    await give(writable, "setQuarter", dates(softDeadline=today() - DAY, hardDeadline=today()), by=ROOT)
    made = await published(writable)
    assert await writable.reading.fetchval("SELECT is_late FROM submission WHERE id = $1", made) is True


async def test_the_day_by_which_declarations_were_due_has_passed(writable):
    network = await writable.reading.fetchval(
        "SELECT code FROM organisation WHERE kind = 'PRIMARY_CARE_NETWORK' LIMIT 1"
    )
    made = await published(writable, figure(1, DECLARATION, organisation=network))
    message = await writable.reading.fetchval(
        "SELECT message FROM submission_finding WHERE submission_id = $1 AND code = 'validation/late'", made
    )
    assert message == "1 of 1 figures are late; the first was due on 31 March 2025."


async def test_after_the_hard_deadline_only_who_has_an_exception_submits(writable):
    await give(writable, "setQuarter", dates(hardDeadline=today() - DAY), by=ROOT)
    assert codes(await update(writable)) == ["validation/closed-quarter"]
    longer = {"quarter": Q4, "organisation": "QKS", "until": today(), "reason": "The system was down."}
    await give(writable, "grantException", longer, by=ROOT)
    assert codes(await update(writable)) == []


async def test_before_a_quarter_opens_nothing_is_submitted(writable):
    await give(writable, "setQuarter", dates(opensOn=today() + DAY), by=ROOT)
    made = await drafted(writable)
    outcome = await step(writable, "submit", made, by=BOB)
    assert codes(outcome) == ["submission/open-findings", "validation/not-open"]


async def test_the_dates_of_a_quarter_are_shown_with_its_completeness(writable):
    await give(writable, "setQuarter", dates(softDeadline=today(), hardDeadline=today() + DAY), by=ROOT)
    found = await completeness(writable, more="opensOn softDeadline hardDeadline")
    assert (found["opensOn"], found["softDeadline"], found["hardDeadline"]) == (None, str(today()), str(today() + DAY))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"quarter": "2024-25"}, "validation/malformed-quarter"),
        ({"reason": " "}, "quarter/no-reason"),
        ({"softDeadline": today(), "hardDeadline": today() - DAY}, "quarter/reversed"),
        ({"opensOn": today(), "hardDeadline": today() - DAY}, "quarter/reversed"),
        ({"opensOn": dt.date(1947, 12, 31)}, "quarter/malformed"),
        ({"hardDeadline": dt.date(2100, 1, 1)}, "quarter/malformed"),
    ],
)
async def test_dates_that_make_no_sense_are_refused(writable, given, code):
    assert codes(await give(writable, "setQuarter", dates(**given), by=ROOT)) == [code]


@pytest.mark.parametrize("viewer", [ADA, BOB, Viewer("Root", Role.ADMINISTRATOR, "c", 5)])
async def test_only_an_administrator_of_everything_sets_dates(writable, viewer):
    with pytest.raises(Refusal) as refusal:
        await give(writable, "setQuarter", dates(), by=viewer)
    assert refusal.value.code == "FORBIDDEN"


async def test_an_exception_is_granted_within_one_s_scope(writable):
    east_kent = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'HCP-EAST-KENT'")
    given = {"quarter": Q4, "organisation": "QKS", "reason": "r"}
    outcome = await give(writable, "grantException", given, by=Viewer("Local", Role.ADMINISTRATOR, "l", east_kent))
    assert codes(outcome) == ["submission/unknown-organisation"]


async def test_both_leave_an_event_with_the_reason(writable):
    await give(writable, "setQuarter", dates(), by=ROOT)
    await give(writable, "grantException", {"quarter": Q4, "organisation": "QKS", "reason": "r"}, by=ROOT)
    events = await writable.reading.fetch("SELECT action, reason FROM audit_event ORDER BY position DESC LIMIT 2")
    assert [tuple(row) for row in events] == [("exception.grant", "r"), ("quarter.set", "As the ICB decided.")]


async def test_a_closed_practice_is_not_asked(writable):
    closed = await writable.reading.fetchval("SELECT code FROM organisation WHERE closed_on = '2026-04-30' LIMIT 1")
    asked = [counts(await completeness(writable, quarter, closed))[0] for quarter in ("2025-26-Q4", "2026-27-Q1")]
    assert asked == [2, 0]


async def test_a_save_of_what_a_closed_practice_says_later_is_a_finding(writable):
    closed = await writable.reading.fetchval("SELECT code FROM organisation WHERE closed_on = '2026-04-30' LIMIT 1")
    later = figure(1, "transition_agreement", organisation=closed, period="2026-06")
    made = (await save(writable, later, organisation=closed, quarter="2026-27-Q1"))["submission_id"]
    found = await writable.reading.fetchval("SELECT code FROM submission_finding WHERE submission_id = $1", made)
    assert found == "validation/closed-organisation"


async def test_an_exception_names_a_known_metric_and_a_date_within_the_limits(writable):
    given = {"quarter": Q4, "organisation": "RVV", "metric": "nope", "until": dt.date(2100, 1, 1), "reason": "r"}
    outcome = await give(writable, "grantException", given, by=ROOT)
    assert codes(outcome) == ["quarter/malformed", "validation/unknown-metric"]
    assert await writable.reading.fetchval("SELECT count(*) FROM collection_exception") == 0
