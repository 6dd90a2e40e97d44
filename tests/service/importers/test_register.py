"""Changes of the register from a CSV: each line does what its mutation does, and a wrong line stops all of them."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from schema import ids
from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.importers.inputs import columns_of, input_of
from service.importers.register import Line, change_register, summary
from service.importers.rows import BadRow
from service.viewer import Viewer
from service.writes.commands import BY_NAME, COMMANDS, OF_REGISTER
from service.writes.outcome import Refused
from tests.service.writes.test_inheritance import TODAY, figures, set_target

ADA = Viewer("Ada", Role.ADMINISTRATOR)
HEADING = (
    "change,code,organisation,member,to,name,kind,group,postcode,on,closedOn,membersTo,ratedOn,rating,"
    "organisations,into,reason"
)
# A practice opens, changes its name, moves, is rated; one closes; two become the new one.
QUARTER = [
    HEADING,
    "saveOrganisation,G99001,,,,Harbour Surgery,PRACTICE,U12550,ME7 1AA,2026-07-01,,,,,,,The ICB agreed.",
    "saveOrganisation,G99001,,,,Harbour View,,,,2026-08-01,,,,,,,The ICB agreed.",
    "moveMember,,,G82002,U12550,,,,,01/07/2026,,,,,,,The partners voted.",
    "rateOrganisation,,G82002,,,,,,,,,,2026-05-07,GOOD,,,The CQC's report.",
    "closeOrganisation,,G82741,,,,,,,,2026-06-30,,,,,,The partners retire.",
    "mergeOrganisations,,,,,,,,,2026-10-01,,,,,G82139 G82002,G99001,The practices merge.",
]


def csv(*lines: str, ending: str = "\r\n") -> bytes:
    return "".join(line + ending for line in lines).encode()


async def change(database: Database, content: bytes, *, by: Viewer = ADA, rehearse: bool = False) -> list[Line]:
    return await change_register(database, "changes.csv", content, by=by, rehearse=rehearse)


async def asked(database: Database, query: str) -> Any:
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(None), may_write=False)
    return orjson.loads(data)


async def events(database: Database) -> list[tuple[str, str, str]]:
    rows = await database.reading.fetch(
        "SELECT action, actor, reason FROM audit_event WHERE action LIKE 'register.%' ORDER BY id"
    )
    return [tuple(row) for row in rows]


def wrong(lines: list[Line]) -> list[tuple[int, str, str]]:
    return [
        (line.number, each["code"], each["path"][-1])
        for line in lines
        if line.answered.is_refused
        for each in line.answered.answer["problems"]
    ]


async def test_a_file_does_what_its_lines_say_in_their_order(writable):
    lines = await change(writable, csv(*QUARTER))
    assert wrong(lines) == []
    answer = await asked(
        writable,
        """{
          new: practice(code: "G99001", on: "2026-11-01") {
            name july: name(on: "2026-07-31") postcode primaryCareNetwork { code } predecessors { code }
          }
          moved: practice(code: "G82002", on: "2026-07-01") { primaryCareNetwork { code } cqcRating }
          closed: practice(code: "G82741") { closedOn }
        }""",
    )
    assert answer["new"] == {
        "name": "Harbour View",
        "july": "Harbour Surgery",
        "postcode": "ME7 1AA",
        "primaryCareNetwork": {"code": "U12550"},
        "predecessors": [{"code": "G82002"}, {"code": "G82139"}],
    }
    assert answer["moved"] == {"primaryCareNetwork": {"code": "U12550"}, "cqcRating": "GOOD"}
    assert answer["closed"] == {"closedOn": "2026-06-30"}


async def test_each_line_leaves_the_audit_event_of_its_mutation_under_the_name(writable):
    await change(writable, csv(*QUARTER))
    recorded = await events(writable)
    assert recorded[:3] == [
        ("register.save-organisation", "Ada", "The ICB agreed."),
        ("register.save-organisation", "Ada", "The ICB agreed."),
        ("register.move-member", "Ada", "The partners voted."),
    ]
    assert {action for action, _, _ in recorded} == {
        f"register.{name}"
        for name in (
            "save-organisation",
            "move-member",
            "rate-organisation",
            "close-organisation",
            "merge-organisations",
        )
    }


async def test_a_wrong_line_stops_every_line_and_all_wrong_ones_are_said(writable):
    lines = await change(
        writable,
        csv(
            *QUARTER[:2],
            "moveMember,,,G82002,U99999,,,,,2026-07-01,,,,,,,The partners voted.",
            "rateOrganisation,,G82002,,,,,,,,,,7 May,GOOD,,,The CQC's report.",
            "rateOrganisation,,G82002,,,,,,,,,,2026-05-07,FINE,,,",
            "dissolve,,G82002,,,,,,,,,,,,,,Why not.",
            "closeOrganisation,,G82741,,,,,,,,2026-06-30,,,,,U12550,The partners retire.",
        ),
    )
    assert wrong(lines) == [
        (3, "submission/unknown-organisation", "to"),
        (4, "register/malformed", "ratedOn"),
        (5, "register/malformed", "rating"),
        (5, "register/malformed", "reason"),
        (6, "register/malformed", "change"),
        (7, "register/malformed", "into"),
    ]
    assert await events(writable) == []
    assert (await asked(writable, '{ practice(code: "G99001") { name } }'))["practice"] is None


async def test_one_line_that_its_command_refuses_stops_the_others(writable):
    lines = await change(
        writable, csv(*QUARTER, "moveMember,,,G82653,U12550,,,,,2026-07-01,,,,,,,It is closed, however.")
    )
    assert {number for number, _, _ in wrong(lines)} == {8}
    assert await events(writable) == []


async def test_one_line_that_cannot_be_read_stops_the_others(writable):
    lines = await change(writable, csv(*QUARTER[:2], "dissolve,,G82002,,,,,,,,,,,,,,Why not."))
    assert wrong(lines) == [(3, "register/malformed", "change")]
    assert await events(writable) == []


async def test_a_wrong_line_is_printed_with_its_number_code_sentence_and_remedy(writable):
    [line] = await change(
        writable, csv("change,member,to,on,reason", "moveMember,G82002,U99999,2026-07-01,They voted.")
    )
    assert line.sentences == [
        "Line 2, moveMember G82002, column to: No organisation that you act for has the code 'U99999'. "
        "Use the code of an organisation that you act for; `organisations` lists codes. "
        "(submission/unknown-organisation)"
    ]


async def test_the_same_file_again_changes_nothing(writable):
    await change(writable, csv(*QUARTER))
    before = await events(writable)
    lines = await change(writable, csv(*QUARTER))
    assert await events(writable) == before
    assert wrong(lines) == []
    assert summary(lines, by=ADA, rehearsed=False) == "Nothing was changed: Ada carried out this file before."


async def test_a_dry_run_says_what_is_affected_and_writes_nothing(writable):
    rehearsed = await change(writable, csv(*QUARTER), rehearse=True)
    assert await events(writable) == []
    assert await writable.reading.fetchval("SELECT count(*) FROM idempotent_answer") == 0
    assert summary(rehearsed, by=ADA, rehearsed=True) == "Nothing was changed: this was a dry run of 6 changes."
    done = await change(writable, csv(*QUARTER))
    assert [line.sentences for line in rehearsed] == [line.sentences for line in done]
    assert done[0].sentences == [
        "Line 2, saveOrganisation G99001: affected: 0 figures, 4 requests, 0 targets; calculated again: 0."
    ]


async def test_a_line_sees_what_the_lines_before_it_did(writable):
    lines = await change(writable, csv(HEADING, QUARTER[2], QUARTER[1]))
    assert [number for number, _, _ in wrong(lines)] == [2]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf"
        + csv("change;member;to;on;reason;", "moveMember;G82002;U12550;01/07/2026;They voted, twice.;", ";;;;;"),
        csv(" change ,member,to,on,reason", "moveMember,g82002, U12550 ,2026-07-01,They voted.", "", ending="\n"),
    ],
    ids=["as spreadsheets save it", "as people write it"],
)
async def test_a_file_is_read_as_it_comes(writable, content):
    lines = await change(writable, content)
    assert [(line.number, line.answered.is_refused) for line in lines] == [(2, False)]
    assert len(await events(writable)) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "changes.csv, line 1, column heading: it must have change, and each other column once of "),
        (csv("member,to,on,reason"), "changes.csv, line 1, column heading: it must have change"),
        (csv("change,memebr,to"), "changes.csv, line 1, column heading: it must have change"),
        (csv("change,member,member"), "changes.csv, line 1, column heading: it must have change"),
        (csv("change,validateOnly"), "changes.csv, line 1, column heading: it must have change"),
        (
            b"change,name\r\nsaveTheme,Caf\xe9",
            "changes.csv, line 2, column all: it is not UTF-8. Save it as CSV UTF-8.",
        ),
        (
            csv("change", *["saveTheme"] * 501),
            "changes.csv, line 502, column all: a file can have 500 changes at most, and this one has 501.",
        ),
        (csv("change,name", 'saveTheme,"Access'), "changes.csv, line 2, column all: it is not CSV: "),
    ],
)
async def test_a_file_that_cannot_be_read_is_one_sentence(writable, content, sentence):
    with pytest.raises(BadRow) as refused:
        await change(writable, content)
    assert str(refused.value).startswith(sentence)


async def test_a_cell_under_no_heading_is_wrong(writable):
    content = csv("change,member,to,on,reason", "moveMember,G82002,U12550,2026-07-01,They voted,twice.")
    assert wrong(await change(writable, content)) == [(2, "register/malformed", "change")]


async def test_the_file_of_the_readme_is_carried_out(writable):
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Keep the register")[2]
    block = re.findall(r"```csv\n(.*?)```", section, re.DOTALL)[0]
    lines = await change(writable, block.encode())
    assert (len(lines), wrong(lines)) == (3, [])


def given(change: str, /, **cells: str) -> Any:
    return input_of(BY_NAME[change], {"reason": "So.", **cells}, key="a")


def test_the_parts_of_a_split_have_their_members_with_them():
    made = given("splitOrganisation", organisation="U1", into="U2:G1,G2 U3", on="2026-07-01", closes="no")
    assert [(part.organisation, part.members) for part in made.into] == [("U2", ["G1", "G2"]), ("U3", None)]
    assert made.closes is False


def test_a_correction_has_lists_and_removes_what_is_null():
    made = given(
        "correctRegister",
        organisation="G1",
        closedOn="null",
        groups="U1:2025-01-01:2025-06-30 U2:2025-07-01",
        formerNames="Old Mill:CT1 1AA:2025-03-31 | Older Mill::2024-03-31",
    )
    assert (made.closed_on, "closed_on" in vars(made)["_absent"]) == (None, False)
    assert "opened_on" in vars(made)["_absent"]
    assert [(stay.group, str(stay.starts), stay.ends and str(stay.ends)) for stay in made.groups] == [
        ("U1", "2025-01-01", "2025-06-30"),
        ("U2", "2025-07-01", None),
    ]
    assert [(past.name, past.postcode, str(past.until)) for past in made.former_names] == [
        ("Old Mill", "CT1 1AA", "2025-03-31"),
        ("Older Mill", None, "2024-03-31"),
    ]


def test_a_collection_has_numbers():
    made = given(
        "saveCollection",
        metric="m",
        kind="PRACTICE",
        within="U1",
        firstQuarter="2026-27-Q1",
        quarters="2 4",
        dueDays="-7",
    )
    assert (made.quarters, made.due_days) == ([2, 4], -7)


@pytest.mark.parametrize(
    ("name", "cells", "column"),
    [
        ("splitOrganisation", {"organisation": "U1", "into": "U2:G1:G2", "on": "2026-07-01"}, "into"),
        ("splitOrganisation", {"organisation": "U1", "into": "U2", "on": "null"}, "on"),
        ("splitOrganisation", {"organisation": "U1", "into": "U2", "on": "2026-07-01", "closes": "perhaps"}, "closes"),
        ("correctRegister", {"organisation": "G1", "groups": "U1"}, "groups"),
        ("correctRegister", {"organisation": "G1", "groups": ":2025-01-01"}, "groups"),
        ("saveTheme", {"code": "a", "name": "A", "position": "first"}, "position"),
        ("saveTheme", {"code": "a", "name": "A", "position": "99999999999"}, "position"),
        ("saveTheme", {"name": "A"}, "code"),
    ],
)
def test_a_cell_of_a_wrong_kind_is_said(name, cells, column):
    with pytest.raises(Refused) as refused:
        given(name, **cells)
    assert [(each.code, each.path[-1]) for each in refused.value.outcome.problems] == [("register/malformed", column)]


def test_a_malformed_organisation_code_has_its_own_code():
    with pytest.raises(Refused) as refused:
        given("closeOrganisation", organisation="G 1/2", closedOn="2026-07-01")
    assert [(each.code, each.remedy[:18]) for each in refused.value.outcome.problems] == [
        ("document/malformed-code", "Write an ODS code ")
    ]


def test_every_change_of_the_register_can_be_in_a_file():
    assert [command.name for command in OF_REGISTER] == [
        "saveOrganisation",
        "closeOrganisation",
        "moveMember",
        "mergeOrganisations",
        "splitOrganisation",
        "rateOrganisation",
        "correctRegister",
        "saveTheme",
        "saveCollection",
    ]
    assert set(OF_REGISTER) <= set(COMMANDS)
    assert all("reason" in columns_of(command) for command in OF_REGISTER)


async def test_the_statuses_that_a_line_moves_are_those_after_the_lines_before_it(writable):
    """Both practices meet the target of their partnership, and both have to: each move leaves one that it needs."""
    target = await set_target(writable, organisation="HCP-EAST-KENT", membersNeeded=2)
    rows = await writable.reading.fetch(
        "SELECT member.code FROM target JOIN organisation member ON member.id = organisation_id "
        "WHERE inherited_from_id = $1 AND days @> CURRENT_DATE ORDER BY member.code LIMIT 3",
        target,
    )
    first, second, third = (row["code"] for row in rows)
    await figures(writable, **{first: 61, second: 62, third: 63})
    lines = await change(
        writable,
        csv(
            "change,member,to,on,reason",
            *(f"moveMember,{code},HCP-WEST-KENT,{TODAY},The partners voted." for code in (first, second)),
        ),
    )
    assert wrong(lines) == []
    details = await writable.reading.fetch(
        "SELECT detail::text FROM audit_event WHERE action = 'register.move-member' ORDER BY position"
    )
    group = ids.made("Target", target)
    moved = [
        [(each["before"], each["after"]) for each in orjson.loads(row["detail"])["targets"] if each["target"] == group]
        for row in details
    ]
    assert moved == [[], [("MET", "NOT_ASSESSABLE")]]
