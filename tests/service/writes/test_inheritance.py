"""A target for the members of a group: each inherits it, and the register and publications keep it right."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema import ids
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from tests.service.writes.submitting import ADA, ROOT, codes, give, update

NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.date()
WHY = {"reason": "Agreed with the practices."}
METRIC = "nhs_app_registered_percent"
GIVEN: dict[str, Any] = {
    "metric": METRIC,
    "organisation": "QKS",
    "appliesTo": "PRACTICE",
    "comparator": "AT_LEAST",
    "value": 50,
    "due": TODAY + dt.timedelta(days=365),
    **WHY,
}
PRACTICE = "G82002"


async def asked(database: Database, query: str) -> Any:
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(None), may_write=False)
    return orjson.loads(data)


async def set_target(database: Database, **given: Any) -> int:
    outcome = await give(database, "setTarget", {**GIVEN, **given}, by=ADA)
    assert codes(outcome) == []
    return int(outcome["target_id"])


async def change(database: Database, command: str, **given: Any) -> None:
    assert codes(await give(database, command, {**WHY, **given}, by=ROOT)) == []


async def figures(database: Database, **values: float) -> None:
    sent = [{"metric": METRIC, "organisation": code, "value": value} for code, value in values.items()]
    outcome = await update(database, *[{**each, "reason": "Counted."} for each in sent])
    assert not [each for each in outcome["problems"] if each["severity"] != "INFO"], outcome


async def members(database: Database, target: int, on: dt.date = TODAY) -> Any:
    at = ids.made("Target", target)
    query = f'{{ target(id: "{at}") {{ current(asOf: "{on}") {{ status members {{ count met }} }} }} }}'
    found = (await asked(database, query))["target"]["current"]
    return found["members"]["count"], found["members"]["met"], found["status"]


async def inherited(database: Database, code: str, on: dt.date = TODAY) -> list[float]:
    query = f'{{ practice(code: "{code}", on: "{on}") {{ targets(metrics: ["{METRIC}"]) {{ value isInherited }} }} }}'
    practice = (await asked(database, query))["practice"]
    return [] if practice is None else [each["value"] for each in practice["targets"]]


async def practices(database: Database, group: str, on: dt.date = TODAY) -> int:
    statement = (
        "SELECT count(*) FROM ancestry JOIN organisation member ON member.id = member_id "
        "JOIN organisation above ON above.id = ancestor_id "
        "WHERE member.kind = 'PRACTICE' AND NOT member.is_synthetic AND above.code = $1 AND period @> $2::date"
    )
    return int(await database.reading.fetchval(statement, group, on))


async def test_every_practice_inherits_it_and_the_icb_counts_them(writable):
    target = await set_target(writable)
    assert await members(writable, target) == (await practices(writable, "QKS"), 0, "NO_DATA")
    assert await inherited(writable, PRACTICE) == [50]


async def test_a_revision_is_one_for_every_member(writable):
    target = await set_target(writable)
    await set_target(writable, id=ids.made("Target", target), value=60)
    assert await inherited(writable, PRACTICE) == [60]


async def test_a_target_of_its_own_wins_from_when_it_is_set(writable):
    target = await set_target(writable)
    await set_target(writable, organisation=PRACTICE, appliesTo=None, value=40)
    assert await inherited(writable, PRACTICE) == [40]
    assert (await members(writable, target))[0] == await practices(writable, "QKS") - 1


async def test_a_nearer_group_wins_whichever_was_set_first(writable):
    group = "HCP-EAST-KENT"
    near = await set_target(writable, organisation=group, value=45)
    far = await set_target(writable)
    there = await practices(writable, group)
    assert (await members(writable, near))[0] == there
    assert (await members(writable, far))[0] == await practices(writable, "QKS") - there


async def test_a_publication_moves_the_member_s_status_and_the_group_s(writable):
    target = await set_target(writable, membersNeeded=1)
    await figures(writable, **{PRACTICE: 61})
    assert (await members(writable, target))[1:] == (1, "MET")
    detail = await writable.reading.fetchval("SELECT detail::text FROM audit_event ORDER BY position DESC LIMIT 1")
    moved = {each["target"]: each["after"] for each in orjson.loads(detail)["targets"]}
    assert moved[ids.made("Target", target)] == "MET"
    assert sorted(moved.values()) == ["MET", "MET"]


async def test_only_the_touched_series_is_judged_again(writable):
    """What is kept of the other members counts as it is kept."""
    target = await set_target(writable, membersNeeded=2)
    async with writable.command() as session:
        others = (
            "SELECT target.id FROM target JOIN organisation ON organisation.id = organisation_id WHERE code <> '{}'"
        )
        kept = f"UPDATE target_status SET status = 'MET' WHERE target_id IN ({others.format(PRACTICE)})"
        await (await session.connection()).exec_driver_sql(f"{kept} AND target_id <> {target}")
    await figures(writable, **{PRACTICE: 40})
    kept_now = "SELECT status FROM target_status WHERE target_id = $1"
    assert await writable.reading.fetchval(kept_now, target) == "MET"


async def test_what_waits_to_be_judged_is_judged_before_a_command_changes_it(writable):
    """An import past the commands changes a figure; the publication after it says what the status was since."""
    await set_target(writable)
    await figures(writable, **{PRACTICE: 40})
    async with writable.command() as session:
        of = f"(SELECT id FROM organisation WHERE code = '{PRACTICE}')"
        statement = f"UPDATE figure SET value = 61 WHERE organisation_id = {of}"
        await (await session.connection()).exec_driver_sql(statement)
    await figures(writable, **{PRACTICE: 45})
    detail = await writable.reading.fetchval("SELECT detail::text FROM audit_event ORDER BY position DESC LIMIT 1")
    assert "MET" in {each["before"] for each in orjson.loads(detail)["targets"]}


async def test_a_practice_that_moves_goes_to_the_target_of_its_new_group(writable):
    old, new = "HCP-EAST-KENT", "HCP-WEST-KENT"
    east = await set_target(writable, organisation=old, value=45)
    west = await set_target(writable, organisation=new, value=55)
    code = await writable.reading.fetchval(
        "SELECT member.code FROM ancestry JOIN organisation member ON member.id = member_id "
        "JOIN organisation above ON above.id = ancestor_id WHERE member.kind = 'PRACTICE' "
        "AND above.code = $1 AND upper_inf(period) ORDER BY member.code LIMIT 1",
        old,
    )
    before = [(await members(writable, each))[0] for each in (east, west)]
    await change(writable, "moveMember", member=code, to=new, on=TODAY)
    assert [(await members(writable, each))[0] for each in (east, west)] == [before[0] - 1, before[1] + 1]
    assert [await inherited(writable, code, day) for day in (TODAY - dt.timedelta(days=1), TODAY)] == [[45], [55]]


async def test_a_practice_that_closes_is_counted_until_its_last_day(writable):
    target = await set_target(writable)
    before = (await members(writable, target))[0]
    await change(writable, "closeOrganisation", organisation=PRACTICE, closedOn=TODAY)
    after = TODAY + dt.timedelta(days=1)
    assert [(await members(writable, target, day))[0] for day in (TODAY, after)] == [before, before - 1]


async def test_a_practice_that_opens_inherits_from_its_first_day(writable):
    await set_target(writable)
    await change(
        writable, "saveOrganisation", code="G99001", kind="PRACTICE", name="New Surgery", on=TODAY, group="U12550"
    )
    assert [await inherited(writable, "G99001", day) for day in (TODAY - dt.timedelta(days=1), TODAY)] == [[], [50]]


async def test_a_preview_of_the_register_changes_nobody_s_targets(writable):
    target = await set_target(writable)
    before = await members(writable, target)
    outcome = await give(
        writable,
        "closeOrganisation",
        {**WHY, "organisation": PRACTICE, "closedOn": TODAY, "validateOnly": True},
        by=ROOT,
    )
    assert outcome["targets_affected"] == 1
    assert await members(writable, target, TODAY + dt.timedelta(days=1)) == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"membersNeeded": 3, "membersNeededPercent": 50}, ["target/malformed"]),
        ({"membersNeeded": 0}, ["target/malformed"]),
        ({"membersNeededPercent": 0}, ["target/malformed"]),
        ({"membersNeededPercent": 101}, ["target/malformed"]),
        ({"membersNeeded": 3, "appliesTo": None}, ["target/malformed"]),
        ({"appliesTo": "TRUST"}, ["validation/not-collected"]),
        ({"organisation": PRACTICE}, ["target/malformed"]),
        ({}, ["target/exists"]),
    ],
)
async def test_a_target_for_members_that_cannot_be_is_refused(writable, given, expected):
    await set_target(writable)
    assert codes(await give(writable, "setTarget", {**GIVEN, **given}, by=ADA)) == expected


async def test_what_is_inherited_is_revised_where_it_was_set(writable):
    target = await set_target(writable)
    row = await writable.reading.fetchval(
        "SELECT target.id FROM target JOIN organisation ON organisation.id = organisation_id "
        "WHERE inherited_from_id = $1 AND code = $2",
        target,
        PRACTICE,
    )
    given = {"organisation": PRACTICE, "appliesTo": None, "id": ids.made("Target", row)}
    assert codes(await give(writable, "setTarget", {**GIVEN, **given}, by=ADA)) == ["target/inherited"]


async def test_who_a_target_is_for_does_not_change(writable):
    target = await set_target(writable)
    given = {"appliesTo": "INTEGRATED_CARE_BOARD", "id": ids.made("Target", target)}
    assert codes(await give(writable, "setTarget", {**GIVEN, **given}, by=ADA)) in (
        ["target/malformed"],
        ["validation/not-collected"],
    )


async def test_practices_that_become_one_are_counted_as_one(writable):
    target = await set_target(writable)
    before = (await members(writable, target))[0]
    await change(writable, "mergeOrganisations", organisations=[PRACTICE], into="G82006", on=TODAY)
    yesterday = TODAY - dt.timedelta(days=1)
    assert [(await members(writable, target, day))[0] for day in (yesterday, TODAY)] == [before, before - 1]


async def test_a_correction_of_the_register_corrects_who_inherited_then(writable):
    target = await set_target(writable)
    groups = [{"group": "U12550", "starts": dt.date(2025, 7, 1)}]
    await change(writable, "correctRegister", organisation=PRACTICE, groups=groups)
    days = [dt.date(2025, 6, 30), dt.date(2025, 7, 1)]
    assert [await inherited(writable, PRACTICE, day) for day in days] == [[], [50]]
    assert [(await members(writable, target, day))[0] for day in days] == [
        await practices(writable, "QKS", day) for day in days
    ]


async def test_who_never_was_a_member_by_a_correction_inherits_nothing(writable):
    target = await set_target(writable, organisation="HCP-EAST-KENT")
    code = await writable.reading.fetchval(
        "SELECT member.code FROM target JOIN organisation member ON member.id = organisation_id "
        "WHERE inherited_from_id = $1 AND days @> CURRENT_DATE ORDER BY member.code LIMIT 1",
        target,
    )
    assert await inherited(writable, code) == [50]
    groups = [{"group": "HCP-WEST-KENT", "starts": dt.date(2025, 1, 1)}]
    await change(writable, "correctRegister", organisation=code, groups=groups)
    assert [await inherited(writable, code, day) for day in (dt.date(2025, 3, 31), TODAY)] == [[], []]
