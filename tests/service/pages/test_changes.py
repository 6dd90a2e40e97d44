"""What happens to organisations is recorded on a page, after it has said what it would affect."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.test_approvals import words

PATH = "/organisations/G82002/change"
CLOSED = {"what": "close", "closedOn": "31/03/2025", "reason": "The ICB's board paper."}


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


@pytest.fixture
async def administrator(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Ruth", "Run", None) as desk:
        yield desk


async def closed_on(office: Office) -> str:
    return str(await office.database.reading.fetchval("SELECT closed_on FROM organisation WHERE code = 'G82002'"))


async def send(desk: Desk, **fields: Any) -> httpx.Response:
    return await desk.send(f"{PATH}?what={fields['what']}", **fields)


async def test_what_closing_a_practice_affects_is_said_before_it_is_recorded(office, administrator):
    assert f'href="{PATH}"' in await administrator.page("/organisations/G82002")
    sent = await send(administrator, **CLOSED, do="preview")
    assert sent.status_code == 200
    assert "It affects" in words(sent.text)
    assert "Record the change" in sent.text
    assert await closed_on(office) == "None"
    assert (await send(administrator, **CLOSED, do="now")).headers["location"] == "/organisations/G82002"
    assert await closed_on(office) == "2025-03-31"
    assert "It closed on 31 March 2025" in words(await administrator.page("/organisations/G82002"))


@pytest.mark.parametrize(
    ("fields", "sql", "found"),
    [
        (
            {"what": "rename", "name": "The New Surgery", "on": "1 April 2025"},
            "SELECT name FROM organisation WHERE code = 'G82002'",
            "The New Surgery",
        ),
        (
            {"what": "rate", "rating": "GOOD", "ratedOn": "2 Feb 2025"},
            "SELECT rating FROM cqc_rating JOIN organisation o ON o.id = organisation_id WHERE o.code = 'G82002' "
            "AND rated_on = '2025-02-02'",
            "GOOD",
        ),
        (
            {"what": "merge", "into": "G82006", "on": "01/04/2025"},
            "SELECT closed_on::text FROM organisation WHERE code = 'G82002'",
            "2025-03-31",
        ),
        (
            {"what": "move", "to": "U10200", "on": "01/04/2025"},
            "SELECT g.code FROM membership JOIN organisation g ON g.id = group_id "
            "JOIN organisation m ON m.id = member_id WHERE m.code = 'G82002' ORDER BY starts DESC NULLS LAST LIMIT 1",
            "U10200",
        ),
    ],
    ids=["rename", "rate", "merge", "move"],
)
async def test_a_change_is_recorded_from_its_day(office, administrator, fields, sql, found):
    sent = await send(administrator, **fields, reason="As published.", do="now")
    assert sent.status_code == 303, words(sent.text)[-1500:]
    assert await office.database.reading.fetchval(sql) == found


async def test_a_practice_opens_in_a_network(office, administrator):
    path = "/organisations/U34235/change?what=open"
    fields = {"what": "open", "code": "Y99999", "name": "Fresh Surgery", "kind": "PRACTICE", "on": "01/04/2025"}
    sent = await administrator.send(path, **fields, reason="A new contract.", do="now")
    assert sent.headers["location"] == "/organisations/Y99999"
    assert "Fresh Surgery" in await administrator.page("/organisations/U34235")


async def test_what_is_wrong_is_said_at_its_field(administrator):
    sent = await send(administrator, what="close", closedOn="soon", reason="", do="preview")
    assert sent.status_code == 422
    assert 'id="closedOn-fault"' in sent.text
    assert "write a day, such as 31/03/2025" in sent.text
    assert 'id="reason-fault"' in sent.text
    sent = await send(administrator, what="merge", into="G99999", on="01/04/2025", reason="x", do="preview")
    assert 'id="into-fault"' in sent.text


async def test_nobody_else_records_anything(office, administrator):
    assert (await send(administrator, **CLOSED, token="another", do="now")).status_code == 403
    answer = await administrator.browser.post(PATH, data=CLOSED, headers={"Origin": "https://other.example"})
    assert answer.status_code == 401
    async with office.desk("Hedda", "Approve") as head:
        assert (await head.browser.get(PATH)).status_code == 403
        assert "Record a change" not in await head.page("/organisations/G82002")
        answer = await head.browser.post(PATH, data=CLOSED, headers={"Origin": office.address})
        assert answer.status_code == 403
    assert await closed_on(office) == "None"


async def test_what_is_typed_is_shown_as_text(administrator):
    sent = await send(administrator, what="rename", name="<script>alert(1)</script>", on="", reason="x", do="preview")
    assert "<script>alert" not in sent.text
    assert "&lt;script&gt;alert(1)" in sent.text
