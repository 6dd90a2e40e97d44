"""An upload is checked as the command would, answered at its cells, and taken by the commands alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import Database, connected
from service.sheets.checking import Said, check_file
from service.sheets.taking import Choice, Form, Take, take_file
from service.viewer import Viewer
from service.writes.trust.audit import turn
from tests.service.graphql.api_keys import key_at
from tests.service.sheets.files import workbook
from tests.serving import serving

QUARTER = "2024-25-Q4"
HEADINGS = "Organisation,Measure,Value,Reason\n"
# A right one, a jump, one that cannot be, and one that cannot be read.
MIXED = (
    HEADINGS
    + "QKS,Trained mentors,60,\n"
    + 'NHS Kent and Medway,General practices,"1,750",\n'
    + "QKS,call_back_percent,120,\n"
    + "QKS,Active mentors,lots,\n"
)


@pytest.fixture
async def approver_of(server, seeded) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str], str]]:
    """A client of a service of its own, the headers of an approver, and the database's URL."""
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        yield client, {"Authorization": f"Bearer {await key_at(url, 'Ada', Role.APPROVER)}"}, url


async def upload(client: httpx.AsyncClient, headers: dict[str, str], content: str | bytes, **said: str) -> Any:
    answer = await client.post(
        "/uploads",
        params={"quarter": QUARTER, "organisation": "QKS", **said},
        content=content,
        headers={**headers, "Content-Type": "text/csv"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def value_of(client: httpx.AsyncClient, metric: str) -> float | None:
    of_quarter = f'metric: {{code: {{eq: "{metric}"}}}}, period: {{code: {{eq: "{QUARTER}"}}}}'
    query = f"{{ figures(filter: {{{of_quarter}}}) {{ nodes {{ value }} }} }}"
    nodes = (await client.post("/graphql", json={"query": query})).json()["data"]["figures"]["nodes"]
    return nodes[0]["value"] if nodes else None


def cells(answer: Any) -> dict[str, list[str]]:
    return {each["code"]: [cell["cell"] for cell in each["cells"]] for each in answer["findings"]}


async def test_a_check_says_what_is_wrong_at_each_cell_and_changes_nothing(approver_of):
    client, headers, _ = approver_of
    answer = await upload(client, headers, MIXED)
    assert cells(answer) == {
        "sheet/unreadable-value": ["C5"],
        "validation/out-of-range": ["C4"],
        "validation/jump": ["C3"],
    }
    assert (answer["answers"], answer["right"], answer["taken"]) == (4, 1, None)
    assert await value_of(client, "trained_mentors") is None


async def test_findings_of_one_severity_come_in_the_order_of_the_cells(approver_of):
    client, headers, _ = approver_of
    content = HEADINGS + "QKS,call_back_percent,120,\nQKS,Active mentors,lots,\nQKS,orphan_practices,-1,\n"
    answer = await upload(client, headers, content)
    blocking = [each["cells"][0]["cell"] for each in answer["findings"] if each["severity"] == "BLOCK"]
    assert blocking == ["C2", "C3", "C4"]


async def test_the_findings_are_those_of_the_command(approver_of):
    client, headers, _ = approver_of
    figures = [
        {"metric": metric, "organisation": "QKS", "value": value}
        for metric, value in (("trained_mentors", 60), ("practices", 1750), ("call_back_percent", 120))
    ]
    query = """mutation ($input: UpdateQuarterlyFiguresInput!) {
      updateQuarterlyFigures(input: $input) { problems { code message remedy } }
    }"""
    variables = {"input": {"quarter": QUARTER, "organisation": "QKS", "figures": figures, "validateOnly": True}}
    sent = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    problems = sent.json()["data"]["updateQuarterlyFigures"]["problems"]
    answer = await upload(client, headers, MIXED)
    of_rules = [each for each in answer["findings"] if not each["code"].startswith("sheet/")]
    key = ("code", "message", "remedy")
    assert sorted(tuple(each[name] for name in key) for each in of_rules) == sorted(
        tuple(each[name] for name in key) for each in problems
    )
    assert len(problems) == 2


async def test_all_is_taken_only_when_all_is_right(approver_of):
    client, headers, _ = approver_of
    answer = await upload(client, headers, MIXED, take="all", reason="Counted twice.")
    assert [each["code"] for each in answer["taken"]["problems"]] == ["upload/open-findings"]
    assert await value_of(client, "trained_mentors") is None


async def test_what_is_right_is_taken_and_one_reason_explains_what_is_unusual(approver_of):
    client, headers, _ = approver_of
    answer = await upload(client, headers, MIXED, take="right", reason="Branches are counted now.")
    assert answer["taken"] | {"submission": None} == {
        "submission": None,
        "status": "PUBLISHED",
        "version": answer["taken"]["version"],
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "leftOut": 2,
        "problems": [],
    }
    assert await value_of(client, "practices") == 1750
    assert await value_of(client, "call_back_percent") is None


async def test_a_draft_keeps_the_slips_that_can_be_read(approver_of):
    client, headers, _ = approver_of
    content = HEADINGS + "QKS,call_back_percent,120,\nQKS,Trained mentors,60,\n"
    answer = await upload(client, headers, content, take="all", **{"as": "draft"})
    assert (answer["taken"]["status"], answer["taken"]["problems"]) == ("DRAFT", [])
    query = {"query": "{ submissions { nodes { id sent { metricCode value } } } }"}
    asked = (await client.post("/graphql", json=query, headers=headers)).json()
    [draft] = asked["data"]["submissions"]["nodes"]
    assert draft["id"] == answer["taken"]["submission"]
    assert [(each["metricCode"], each["value"]) for each in draft["sent"]] == [
        ("call_back_percent", 120),
        ("trained_mentors", 60),
    ]


async def test_a_file_taken_as_a_draft_goes_into_the_draft_that_is_under_way(approver_of):
    client, headers, _ = approver_of
    as_draft = {"take": "all", "as": "draft", "idempotencyKey": "the same"}
    first = await upload(client, headers, HEADINGS + "QKS,Trained mentors,60,\nQKS,Active mentors,52,\n", **as_draft)
    second = await upload(client, headers, HEADINGS + "QKS,Trained mentors,61,\n", take="all", **{"as": "draft"})
    again = await upload(client, headers, HEADINGS + "QKS,Trained mentors,62,\n", **as_draft)
    assert {each["taken"]["submission"] for each in (first, second, again)} == {first["taken"]["submission"]}
    query = {"query": "{ submissions { nodes { sent { metricCode value } } } }"}
    [draft] = (await client.post("/graphql", json=query, headers=headers)).json()["data"]["submissions"]["nodes"]
    assert [(each["metricCode"], each["value"]) for each in draft["sent"]] == [
        ("trained_mentors", 62),
        ("active_mentors", 52),
    ]


async def test_a_slip_in_one_period_leaves_the_other_periods_of_a_draft_alone(approver_of):
    client, headers, _ = approver_of
    as_draft = {"take": "all", "as": "draft"}
    with_period = "Organisation,Measure,Value,Period\n"
    of_january = "QKS,call_back_percent,91,2025-01\nQKS,call_back_percent,92,2025-02\n"
    first = await upload(client, headers, with_period + of_january + "QKS,call_back_percent,93,\n", **as_draft)
    assert first["taken"]["problems"] == []
    # One that blocks, written as people write it, and one without a period: that is the quarter.
    slips = "QKS,call_back_percent,191,Feb 2025\nQKS,call_back_percent,193,\n"
    second = await upload(client, headers, with_period + slips, **as_draft)
    assert (second["taken"]["problems"], second["right"]) == ([], 0)
    query = {"query": "{ submissions { nodes { sent { periodCode value } } } }"}
    [draft] = (await client.post("/graphql", json=query, headers=headers)).json()["data"]["submissions"]["nodes"]
    assert {each["periodCode"]: each["value"] for each in draft["sent"]} == {
        "2025-01": 91,
        "2025-02": 191,
        QUARTER: 193,
    }
    assert len(draft["sent"]) == 3


async def test_two_files_at_once_do_not_make_two_drafts(approver_of):
    _, _, url = approver_of
    ada = Viewer("Ada", Role.APPROVER, "ada")
    async with connected(settings({}, database_url=url)) as database:
        files = [f"{HEADINGS}QKS,{measure},60,\n".encode() for measure in ("Trained mentors", "Active mentors")]
        checked = [await check_file(database, each, Said(QUARTER, "QKS"), by=ada) for each in files]
        async with database.command() as session:
            await turn(session)
            # Both look for a draft while neither can go on.
            going = [
                asyncio.create_task(take_file(database, each, Choice(Take.ALL, Form.DRAFT), by=ada)) for each in checked
            ]
            await _both_wait(database)
        taken = await asyncio.gather(*going)
        assert sorted(each.submission is None for each in taken) == [False, True]
        [refused] = [each for each in taken if each.submission is None]
        assert [each.code for each in refused.problems] == ["upload/changed-since"]
        assert await database.reading.fetchval("SELECT count(*) FROM submission") == 1


async def _both_wait(database: Database) -> None:
    for _ in range(200):
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        if await database.reading.fetchval(waiting) == 2:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("two commands should wait for their turn")


@pytest.mark.parametrize(
    "changed",
    [
        "QKS,Trained mentors,60,,,,Counted by hand",
        "QKS,Trained mentors,60,30,50,,",
        "QKS,Trained mentors,60,,,Of the hub,",
        "QKS,Trained mentors,nil,,,,",
        "QKS,Trained mentors,61,,,,",
    ],
    ids=["reason", "numerator and denominator", "note", "nothing to report", "value"],
)
async def test_a_review_is_of_everything_that_is_sent(approver_of, changed):
    client, headers, _ = approver_of
    headings = "Organisation,Measure,Value,Numerator,Denominator,Note,Reason\n"
    seen = await upload(client, headers, headings + "QKS,Trained mentors,60,,,,\n")
    answer = await upload(client, headers, headings + changed, take="right", review=seen["review"]["version"])
    assert [each["code"] for each in answer["taken"]["problems"]] == ["upload/changed-since"]


async def test_a_slip_that_is_kept_belongs_to_the_review(approver_of):
    client, headers, _ = approver_of
    seen = await upload(client, headers, HEADINGS + "QKS,call_back_percent,120,\n")
    taken = {"take": "all", "as": "draft", "review": seen["review"]["version"]}
    answer = await upload(client, headers, HEADINGS + "QKS,call_back_percent,130,\n", **taken)
    assert [each["code"] for each in answer["taken"]["problems"]] == ["upload/changed-since"]


async def test_nothing_right_is_nothing_to_take(approver_of):
    client, headers, _ = approver_of
    answer = await upload(client, headers, HEADINGS + "QKS,call_back_percent,120,\n", take="right")
    assert [each["code"] for each in answer["taken"]["problems"]] == ["upload/nothing-right"]


async def test_the_review_says_what_would_change_and_is_made_again_when_the_world_has(approver_of):
    client, headers, _ = approver_of
    first = await upload(client, headers, HEADINGS + "QKS,Trained mentors,60,\n")
    assert [(each["was"], each["is"], each["becomes"]) for each in first["review"]["rows"]] == [(None, 60, "NEW")]
    await upload(client, headers, HEADINGS + "QKS,Trained mentors,61,\n", take="all")

    seen = first["review"]["version"]
    late = await upload(
        client, headers, HEADINGS + "QKS,Trained mentors,60,\n", take="all", review=seen, reason="We counted."
    )
    assert [each["code"] for each in late["taken"]["problems"]] == ["upload/changed-since"]
    assert [(each["was"], each["is"], each["becomes"]) for each in late["review"]["rows"]] == [(61, 60, "CHANGED")]
    assert await value_of(client, "trained_mentors") == 61

    version = late["review"]["version"]
    await upload(
        client, headers, HEADINGS + "QKS,Trained mentors,60,\n", take="all", review=version, reason="We counted."
    )
    assert await value_of(client, "trained_mentors") == 60
    same = await upload(client, headers, HEADINGS + "QKS,Trained mentors,60,\n")
    assert (same["review"]["same"], same["informationCount"], same["findings"]) == (1, 1, [])


async def test_what_changes_between_the_check_and_the_taking_is_noticed(writable, approver):
    """The command looks again at its own turn, and leaves no draft of that look."""
    content = (HEADINGS + "QKS,Trained mentors,{},\n").format
    said = Said(QUARTER, "QKS")
    checked = await check_file(writable, content(60).encode(), said, by=approver)
    other = await check_file(writable, content(61).encode(), said, by=approver)
    first = await take_file(writable, other, Choice(Take.ALL, review=other.review), by=approver)
    late = await take_file(writable, checked, Choice(Take.ALL, review=checked.review), by=approver)
    assert (first.status, [each.code for each in late.problems]) == ("PUBLISHED", ["upload/changed-since"])
    assert await writable.reading.fetchval("SELECT count(*) FROM submission") == 1


async def test_a_value_is_rounded_and_the_answer_says_so(approver_of):
    client, headers, _ = approver_of
    content = "Organisation,Measure,Numerator,Denominator,Value\nQKS,Additional roles,,,1064.2571\n"
    answer = await upload(
        client, headers, content.replace("Additional roles", "additional_roles_fte"), information="true"
    )
    assert {"written": "1064.2571", "as": "1064.3", "cells": [{"sheet": "CSV", "cell": "E2"}]} in answer["understood"]
    assert "validation/too-many-decimals" in cells(answer)


async def test_a_form_and_a_body_are_answered_alike(approver_of):
    client, headers, _ = approver_of
    file = workbook({"Board": [["Organisation", "Measure", "Value"], ["QKS", "Trained mentors", "many"]]})
    form = {"quarter": QUARTER, "organisation": "QKS"}
    sent = await client.post("/uploads", files={"file": ("board.xlsx", file)}, data=form, headers=headers)
    assert sent.json() == await upload(client, headers, file)
    assert sent.json()["findings"][0]["cells"] == [{"sheet": "Board", "cell": "C2"}]


async def test_the_file_comes_back_with_what_is_wrong_and_its_second_upload_says_the_same(approver_of):
    client, headers, _ = approver_of
    said = {"quarter": QUARTER, "organisation": "QKS", "answer": "file"}
    first = await client.post("/uploads", params=said, content=MIXED, headers=headers)
    assert first.headers["content-disposition"] == f'attachment; filename="km-what-is-wrong-{QUARTER}-QKS.csv"'
    assert "C5: 'lots' is not a number." in first.text
    second = await client.post("/uploads", params=said, content=first.content, headers=headers)
    assert second.content == first.content


async def test_equal_messages_are_merged_over_their_cells(approver_of):
    client, headers, _ = approver_of
    answer = await upload(client, headers, HEADINGS + "QKS,Trained mentors,many,\nQKS,Active mentors,many,\n")
    [finding] = answer["findings"]
    assert (finding["count"], [cell["cell"] for cell in finding["cells"]]) == (2, ["C2", "C3"])
    assert answer["summary"] == [
        {"code": "sheet/unreadable-value", "severity": "BLOCK", "count": 2, "remedy": finding["remedy"]}
    ]


async def test_the_quarter_and_the_sender_are_found_in_the_file_where_nobody_says_them(approver_of):
    client, headers, _ = approver_of
    content = (
        "Organisation,Measure,Value,Period\n"
        "QKS,Trained mentors,60,Q4 2024/25\n"
        "G82002,Support level framework undertaken,yes,31/03/2025\n"
    )
    answer = (await client.post("/uploads", content=content, headers=headers)).json()
    assert (answer["quarter"], answer["organisation"], answer["right"]) == (QUARTER, "QKS", 2)


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        ("Organisation,Measure,Value\nQKS,Trained mentors,60\n", {}, "upload/no-quarter"),
        ("Organisation,Measure,Value\nQKS,Trained mentors,60\nY59,Trained mentors,1", {"quarter": QUARTER}, None),
        (
            "Organisation,Measure,Value\nQU9,Trained mentors,60\nQKS,Trained mentors,1",
            {"quarter": QUARTER},
            "upload/no-organisation",
        ),
        (MIXED, {"quarter": QUARTER, "take": "some"}, "upload/unknown-choice"),
        ("", {}, "upload/empty"),
    ],
)
async def test_what_a_file_does_not_say_is_asked_for(approver_of, content, said, code):
    client, headers, _ = approver_of
    answer = (await client.post("/uploads", params=said, content=content, headers=headers)).json()
    assert (answer["errors"][0]["extensions"]["code"] if code else answer["organisation"]) == (code or "QKS")


async def test_who_may_not_send_figures_is_refused(approver_of):
    client, _, url = approver_of
    reader = {"Authorization": f"Bearer {await key_at(url, 'Rita', Role.READER)}"}
    assert (await client.post("/uploads", content=MIXED)).status_code == 401
    assert (await client.post("/uploads", content=MIXED, headers=reader)).status_code == 403


async def test_a_returner_sends_for_its_own_organisation_and_a_second_person_approves(approver_of):
    client, _, url = approver_of
    own = {"Authorization": f"Bearer {await key_at(url, 'Pat', Role.SUBMITTER, 'G82002')}"}
    content = "Measure,Value\nSupport level framework undertaken,Yes\n"
    answer = await upload(
        client, own, "Organisation," + content.replace("\nS", "\nG82002,S"), organisation="", take="all"
    )
    assert (answer["organisation"], answer["taken"]["status"]) == ("G82002", "SUBMITTED")


async def test_a_form_without_a_file_and_a_file_that_is_too_large_are_refused(server, seeded):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, most_body_bytes=100_000)) as client:
        headers = {"Authorization": f"Bearer {await key_at(url, 'Ada', Role.APPROVER)}"}
        none = await client.post("/uploads", files={"other": ("a.csv", b"a")}, headers=headers)
        large = await client.post("/uploads", content=b"a" * 100_001, headers=headers)
    assert none.json()["errors"][0]["extensions"]["code"] == "upload/no-file"
    assert (large.status_code, large.json()["errors"][0]["message"]) == (
        413,
        "The selected file must be smaller than 0.1 MB.",
    )
    assert large.json()["errors"][0]["extensions"]["code"] == "upload/too-large"
