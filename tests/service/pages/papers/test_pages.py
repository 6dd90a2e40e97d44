"""A paper is written in the browser, checked, frozen, and read by everybody."""

import re

import httpx
import pytest

from schema.enumerations import Role
from schema.periods import quarter_named
from tests.service.pages.returns.filling import Form, asked, words

PAPER = "/papers/2024-25-Q4"
FORMS = tuple(f"{PAPER}/{form}" for form in ("title", "narratives/summary", "actions/new", "freeze", "word"))
TITLE = {
    "addressedTo": "Kent Health Overview and Scrutiny Committee",
    "sentFrom": "NHS Kent and Medway",
    "datedOn": "7/5/2025",
    "recommendation": "The committee is asked to note the report.",
}
ATTACK = "<script>alert(1)</script>"


async def send(client: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """The answer to the form of a page, sent with these fields."""
    form = Form((await client.get(address)).text)
    return await client.post(form.action, data={**form.fields, **fields})


async def complete(client: httpx.AsyncClient) -> None:
    """Write what a paper needs, with the links that the page offers."""
    assert (await send(client, f"{PAPER}/title", **TITLE)).status_code == 303
    for _ in range(20):
        page = await client.get(PAPER)
        links = re.findall(r'href="(/papers/[^"]*/actions/new\?measure=[^"]*)"', page.text)
        if not links:
            return
        form = Form((await client.get(links[0])).text)
        measure = links[0].partition("=")[2]
        action = {"what": "Find out why", "owner": "Ann", "due": "30/9/2025", "metric": measure}
        assert (await client.post(form.action, data={**form.fields, **action})).status_code == 303


async def test_a_paper_is_written_checked_frozen_and_read(person):
    client = await person("Ada Board", "Approve", "QKS")
    assert "Q4 2024/25 Not started Start the paper for Q4 2024/25" in words((await client.get("/papers")).text)
    await complete(client)
    narrative = await send(
        client, f"{PAPER}/narratives/summary", words="Fewer practices ring back.\n\nWe know why.", owner="Ann"
    )
    assert narrative.headers["location"] == f"{PAPER}#summary"
    page = words((await client.get(PAPER)).text)
    for said in (
        *TITLE.values(),
        "Fewer practices ring back.",
        "We know why.",
        "1. Find out why",
        "Ann, by 30 September",
    ):
        assert said.replace("7/5/2025", "7 May 2025") in page
    [read] = re.findall(r'href="([^"]*/freeze[^"]*)"', (await client.get(PAPER)).text)
    assert "Before you can freeze it" not in words((await client.get(read)).text)
    # Somebody writes on: what was read is no longer what would be frozen.
    assert (await send(client, f"{PAPER}/title", **{**TITLE, "recommendation": "Note it."})).status_code == 303
    late = await send(client, read)
    assert (late.status_code, "Somebody changed the paper. Read it again" in words(late.text)) == (422, True)
    [read] = re.findall(r'href="([^"]*/freeze[^"]*)"', (await client.get(PAPER)).text)
    assert (await send(client, read)).headers["location"] == PAPER
    page = words((await client.get(PAPER)).text)
    assert "Frozen on" in page
    assert "Edit" not in page
    assert "Start the next paper , for Q1 2025/26" in page
    assert "Q4 2024/25 Frozen on" in words((await client.get("/papers")).text)
    for form in FORMS:
        refused = await client.get(form)
        # `page/frozen-paper`
        assert (refused.status_code, "This paper is frozen, so it cannot be edited." in words(refused.text)) == (
            409,
            True,
        )
    # The next paper carries the narrative and the actions on.
    carried = "Unchanged since the last paper."
    assert carried in words((await client.get("/papers/2025-26-Q1")).text), "before anybody has started it"
    start = await send(client, "/papers/2025-26-Q1/title")
    assert start.status_code == 303
    assert "Start the next paper" not in (await client.get(PAPER)).text
    assert "Q1 2025/26 Being written" in words((await client.get("/papers")).text)
    after = words((await client.get("/papers/2025-26-Q1")).text)
    assert carried in after
    assert "What has changed since the last paper" in after
    assert "Nothing is recorded yet of what became of it." in after
    client.cookies.clear()
    assert "Frozen on" in words((await client.get(PAPER)).text)
    hidden = await client.get("/papers/2025-26-Q1")
    # `page/no-paper`
    assert hidden.status_code == 404
    assert "There is no final paper for this quarter yet. If you write it, sign in." in words(hidden.text)
    # At the head of the page, and in its text.
    assert hidden.text.count('href="/sign-in?next=/papers/2025-26-Q1"') == 2


async def test_only_who_writes_papers_can_start_one(person, visitor):
    assert "Not started" not in words((await visitor.get("/papers")).text)
    network = await person("Nora Network", "Submit", "U74266")
    assert "Not started" not in words((await network.get("/papers")).text)
    board = words((await (await person("Ann Board", "Submit", "QKS")).get("/papers")).text)
    # The quarter that ended last can be started before it has figures; none is listed without any before that.
    latest = quarter_named((await visitor.get("/quarters")).headers["location"].rpartition("/")[2])
    assert latest is not None
    assert f"{latest.label} Not started" in board
    assert "Q1 2024/25 Not started" not in board


async def test_what_is_wrong_is_said_at_its_field(person):
    client = await person("Ann Board", "Submit", "QKS")
    wrong = await send(client, "/papers/2025-26-Q2/title", **TITLE | {"datedOn": "next week"})
    assert wrong.status_code == 422
    assert "“next week” is not a date. Write it as 31/3/2025." in words(wrong.text)
    assert 'value="next week"' in wrong.text
    action = await send(client, "/papers/2025-26-Q2/actions/new", what="Ring back")
    assert "An action says what has to be done, who does it, and by when." in words(action.text)


async def test_a_text_keeps_its_lines_however_often_its_form_is_opened_and_saved(person):
    client = await person("Ann Board", "Submit", "QKS")
    address = "/papers/2025-26-Q2/narratives/gp-appointments"
    text = "Hubs gave more\nappointments:\n- in Ashford\n- in Deal\n\n3. They close in June."
    # A browser sends lines as this.
    given = {"words": text.replace("\n", "\r\n"), "owner": "Ann"}
    for _ in range(2):
        form = Form((await client.get(address)).text)
        assert (await client.post(form.action, data={**form.fields, **given})).status_code == 303
        [box] = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", (await client.get(address)).text, re.DOTALL)
        given["words"] = box.replace("\n", "\r\n")
    page = (await client.get("/papers/2025-26-Q2")).text
    for shown in (
        '<p class="lines">Hubs gave more\nappointments:</p>',
        '<ul class="nhsuk-list nhsuk-list--bullet"><li>in Ashford</li><li>in Deal</li></ul>',
        '<ol class="nhsuk-list nhsuk-list--number" start="3"><li>They close in June.</li></ol>',
    ):
        assert shown in page


async def test_two_people_do_not_write_over_each_other(person):
    client = await person("Ann Board", "Submit", "QKS")
    address = "/papers/2025-26-Q2/narratives/workforce"
    form = Form((await client.get(address)).text)
    assert (await client.post(form.action, data={**form.fields, "words": "Mine."})).status_code == 303
    late = await client.post(form.action, data={**form.fields, "words": "Yours."})
    assert late.status_code == 422
    assert "Somebody else changed this while you were writing." in words(late.text)
    assert "Yours." in late.text


@pytest.mark.parametrize("address", FORMS)
async def test_a_paper_of_another_icb_cannot_be_written(person, address, key_of):
    client = await person("Pat Practice", "Approve", "G82002")
    assert (await client.get(PAPER.replace("Q4", "Q3"))).status_code == 404
    assert (await client.get(address.replace("Q4", "Q3"))).status_code == 404
    form = Form((await client.get("/quarters/2024-25-Q4/G82002")).text)
    answer = await client.post(address.replace("Q4", "Q3"), data={**form.fields, **TITLE, "words": "x", "owner": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("address", [each.replace("2024-25-Q4", "2025-26-Q3") for each in FORMS])
async def test_a_form_without_the_token_or_of_another_page_is_refused(person, address, key_of):
    client = await person("Ada Board", "Approve", "QKS")
    form = Form((await client.get("/papers/2025-26-Q3/title")).text)
    sent = {**form.fields, **TITLE, "words": "x", "what": "x", "owner": "x", "due": "1/1/2026"}
    assert (await client.post(address, data={**sent, "token": "x" * 64})).status_code == 403
    elsewhere = await client.post(address, data=sent, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 401
    query = '{ paper(quarter: "2025-26-Q3", board: "QKS") { quarter } }'
    assert (await asked(client, query, await key_of("Looks", Role.APPROVER)))["paper"] is None


async def test_readers_and_strangers_write_nothing(visitor, key_of):
    reader = await key_of("Reads", Role.READER, "QKS")
    for address in FORMS:
        assert (await visitor.get(address.replace("Q4", "Q3"))).status_code == 401
        assert (await visitor.get(address.replace("Q4", "Q3"), headers=reader)).status_code == 404


async def test_nothing_that_somebody_writes_becomes_html(person):
    client = await person(f"Eve {ATTACK}", "Submit", "QKS")
    of = "/papers/2025-26-Q2"
    pages = [await send(client, f"{of}/title", **dict.fromkeys(TITLE, ATTACK))]
    pages.append(await send(client, f"{of}/title", **TITLE | {"recommendation": ATTACK, "addressedTo": ATTACK}))
    pages.append(await send(client, f"{of}/narratives/summary", words=ATTACK, owner=ATTACK))
    pages.append(await send(client, f"{of}/actions/new", what=ATTACK, owner=ATTACK, due="1/1/2026", metric=""))
    pages.append(await send(client, f"{of}/actions/new", what=ATTACK, owner=ATTACK, due=ATTACK, metric=ATTACK))
    pages += [await client.get(address) for address in (of, f"{of}/title", f"{of}/narratives/summary")]
    text = "".join(page.text for page in pages)
    assert "&lt;script&gt;alert" in text
    assert "<script>alert" not in text


async def test_an_address_that_names_nothing_is_not_there(person):
    client = await person("Ann Board", "Submit", "QKS")
    of = "/papers/2025-26-Q2"
    for address in ("/papers/2024-25", "/papers/%00", f"{of}/narratives/dentistry", f"{of}/actions/99"):
        assert (await client.get(address)).status_code == 404
