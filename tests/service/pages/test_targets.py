"""A target is set and changed on a page, with what that would change first."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.test_approvals import words

PATH = "/measures/call_back_percent/target"
NEW = {
    "organisation": "QKS",
    "comparator": "AT_LEAST",
    "value": "95%",
    "due": "31/03/2030",
    "baseline": "69.57",
    "baselineOn": "31 January 2025",
    "due-0": "31/03/2028",
    "value-0": "80%",
    "reason": "The plan of the ICB.",
}


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


@pytest.fixture
async def head(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Hedda", "Approve") as desk:
        yield desk


async def targets(office: Office) -> list[Any]:
    rows = await office.database.reading.fetch(
        "SELECT t.value::float AS value, t.due::text AS due FROM target t JOIN metric m ON m.id = t.metric_id "
        "WHERE m.code = 'call_back_percent' ORDER BY t.id"
    )
    return [(row["value"], row["due"]) for row in rows]


async def test_a_new_target_is_shown_before_it_is_set(office, head):
    assert f'href="{PATH}"' in await head.page("/measures/call_back_percent")
    before = await targets(office)
    sent = await head.send(PATH, **NEW, do="preview")
    assert sent.status_code == 200, words(sent.text)[-2000:]
    assert "Targets that would change" in words(sent.text)
    assert "at least 95% by 31 March 2030; on the way, 80% by 31 March 2028" in words(sent.text)
    assert await targets(office) == before
    assert (await head.send(PATH, **NEW, do="now")).headers["location"] == "/measures/call_back_percent"
    assert await targets(office) == [*before, (95.0, "2030-03-31")]
    milestones = await office.database.reading.fetch("SELECT value::float, due::text FROM milestone")
    assert ("2028-03-31", 80.0) in [(row["due"], row["value"]) for row in milestones]


async def test_a_target_is_changed_from_what_it_is(office, head):
    listed = await head.browser.post(
        "/graphql",
        json={"query": '{ metric(code: "call_back_percent") { targets { id } } }'},
        headers={"Origin": office.address},
    )
    [target] = [each["id"] for each in listed.json()["data"]["metric"]["targets"]]
    page = await head.page(f"{PATH}?target={target}")
    assert 'name="value" type="text" value="90"' in page
    fields = {"id": target, "organisation": "QKS", "comparator": "MORE_THAN", "value": "92", "due": "2025-03-31"}
    fields["countsFrom"] = "1 January 2025"
    sent = await head.send(PATH, **fields, reason="Raised by the ICB.", do="preview")
    assert "more than 92% by 31 March 2025" in words(sent.text)
    assert sent.text.count("A chart, as it is and as it would be") == 1
    assert (await head.send(PATH, **fields, reason="Raised by the ICB.", do="now")).status_code == 303
    assert await targets(office) == [(92.0, "2025-03-31")]


async def test_what_is_wrong_is_said_at_its_field(head):
    sent = await head.send(PATH, organisation="QKS", value="lots", due="soon", do="preview")
    assert sent.status_code == 422
    for field in ("value", "due", "reason"):
        assert f'id="{field}-fault"' in sent.text
    wrong = {**NEW, "due-0": "31/03/2031"}
    assert 'id="due-0-fault"' in (await head.send(PATH, **wrong, do="preview")).text


async def test_nobody_else_sets_one(office, head):
    before = await targets(office)
    assert (await head.send(PATH, **NEW, token="another", do="now")).status_code == 403
    assert (await head.send(PATH, {"Origin": "https://other.example"}, **NEW, do="now")).status_code == 401
    async with office.desk("Nell", "Approve", "U34235") as other:
        assert (await other.send(PATH, **NEW, do="now")).status_code == 422
    async with office.desk("Olive", "Submit") as officer:
        assert (await officer.browser.get(PATH)).status_code == 403
        assert "Set or change a target" not in await officer.page("/measures/call_back_percent")
    assert await targets(office) == before


async def test_what_is_typed_is_shown_as_text(head):
    sent = await head.send(PATH, **{**NEW, "value": "<script>alert(1)</script>"}, do="preview")
    assert "<script>alert" not in sent.text
    assert "&lt;script&gt;alert(1)" in sent.text
