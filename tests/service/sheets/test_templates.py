"""A template asks what a quarter asks for, and what is filled in comes back as figures."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openpyxl
import pytest

from schema.enumerations import Role
from service.config import settings
from tests.service.graphql.api_keys import key_at
from tests.serving import serving

QUARTER = "2024-25-Q4"


@pytest.fixture
async def officer(server, seeded) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        yield client, {"Authorization": f"Bearer {await key_at(url, 'Ada', Role.APPROVER)}"}


async def downloaded(client: httpx.AsyncClient, **asked: str) -> Any:
    answer = await client.get(f"/quarters/{QUARTER}/template.xlsx", params=asked)
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book: Any) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def column(sheet: Any, name: str, heading: int) -> int:
    [found] = [cell.column for cell in sheet[heading] if cell.value == name]
    return int(found)


async def test_the_template_for_all_has_a_tab_for_each_kind_and_a_row_for_each_organisation(client):
    book = await downloaded(client)
    assert book.sheetnames == ["Read me", "Board", "PCNs", "Practices", "Trusts", "tracker"]
    assert [book[name].max_row - 5 for name in ("PCNs", "Practices", "Trusts")] == [43, 180, 4]
    assert book["tracker"].sheet_state == "hidden"
    practices = book["Practices"]
    assert [cell.value for cell in practices[5]][:6] == [
        "Organisation code",
        None,
        "Organisation",
        "Support level framework undertaken",
        "Agreement to move to modern general practice",
        "Reason",
    ]
    assert (practices.column_dimensions["A"].hidden, practices.row_dimensions[4].hidden) == (True, True)


async def test_only_the_cells_for_answers_can_be_written_to(client):
    sheet = (await downloaded(client))["PCNs"]
    assert sheet.protection.sheet
    assert [sheet.cell(6, at).protection.locked for at in range(3, 10)] == [True, *[False] * 5, True]
    assert sheet.freeze_panes == "D6"
    assert [each.formula1 for each in sheet.data_validations.dataValidation] == ['"Yes,No,Nothing to report"'] * 3


async def test_the_last_answer_stands_next_to_each_question(client):
    sheet = (await downloaded(client, organisation="QKS"))["Board"]
    measure, last, of = (column(sheet, name, 4) for name in ("Measure", "Last answer", "For"))
    said = {row[measure - 1].value: (row[last - 1].value, row[of - 1].value) for row in sheet.iter_rows(min_row=5)}
    assert said["Practices with call back"] == (69.57, "31 January 2025")


async def test_a_template_that_is_filled_in_and_uploaded_is_what_was_filled_in(officer):
    client, headers = officer
    book = await downloaded(client)
    board, networks, trusts = book["Board"], book["PCNs"], book["Trusts"]
    measure, value = column(board, "Measure", 4), column(board, "Value", 4)
    [mentors] = [row[0].row for row in board.iter_rows(min_row=5) if row[measure - 1].value == "Trained mentors"]
    board.cell(mentors, value).value = "1,064"
    for row in range(6, 49):
        networks.cell(row, 4).value = "Yes" if row % 2 else "no"
    trusts.cell(6, 4).value = "Nothing to report"
    file = saved(book)

    checked = (await client.post("/uploads", content=file, headers=headers)).json()
    assert (checked["quarter"], checked["organisation"]) == (QUARTER, "QKS")
    assert (checked["answers"], checked["empty"]) == (45, 568 - 45)
    assert {each["code"] for each in checked["findings"]} == {"validation/jump"}

    said = {"take": "all", "reason": "We asked each practice."}
    taken = (await client.post("/uploads", params=said, content=file, headers=headers)).json()["taken"]
    assert (taken["status"], taken["problems"], taken["leftOut"]) == ("PUBLISHED", [], 0)
    query = {"query": f'{{ completeness(quarter: "{QUARTER}") {{ reported nilReturns }} }}'}
    answer = (await client.post("/graphql", json=query)).json()["data"]["completeness"]
    # The share of declarations of the ICB is calculated, and reported with them.
    assert (answer["reported"] >= 45, answer["nilReturns"]) == (True, 1)


async def test_the_template_of_one_organisation_says_who_sends_it(officer):
    client, headers = officer
    answer = await client.get(f"/quarters/{QUARTER}/template.xlsx", params={"organisation": "g82002"})
    assert answer.headers["content-disposition"] == f'attachment; filename="km-return-{QUARTER}-G82002.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Practices"]
    sheet.cell(5, column(sheet, "Value", 4)).value = "Yes"
    checked = (await client.post("/uploads", content=saved(book), headers=headers)).json()
    assert (checked["organisation"], checked["right"], checked["empty"]) == ("G82002", 1, 1)


@pytest.mark.parametrize(
    ("address", "status"),
    [("soon", 404), ("2019-20-Q1", 404), (f"{QUARTER}/template.xlsx?organisation=Z99999", 404)],
)
async def test_a_quarter_that_asks_for_nothing_has_no_template(client, address, status):
    path = address if "template" in address else f"{address}/template.xlsx"
    assert (await client.get(f"/quarters/{path}")).status_code == status
