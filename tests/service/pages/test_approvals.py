"""The returns that wait: what the page shows, what is published with it, what goes back, and who may do so."""

import html
import re
from collections.abc import AsyncIterator

import pytest

from schema import ids
from schema.enumerations import Role
from service.viewer import Viewer
from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.returns.filling import Form
from tests.service.writes.submitting import BOB, drafted, figure, save, status_of, step, submitted, version_of

CALLS = figure(72.5, reason="Counted again.")
DECLARED = figure(1, "capacity_and_access_telephony_declaration", organisation="U34235")
MENTORS = figure(52, "trained_mentors", reason="As the hub counts.")


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


@pytest.fixture
async def head(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Hedda", "Approve") as desk:
        # The first preview is planned, which takes longer on a busy machine.
        desk.browser.timeout = 60
        yield desk


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def named(office: Office, *returns: int) -> list[str]:
    return [f"{ids.made('Submission', each)}:{await version_of(office.database, each)}" for each in returns]


async def test_the_queue_says_what_would_change_and_how_findings_are_answered(office, head):
    await submitted(office.database, CALLS)
    shown = words(await head.page("/approvals"))
    assert "1 return is waiting for approval." in shown
    assert "Measure Was Will be Reason Practices with call back – 72.5% Counted again." in shown
    assert "Reason given: Counted again." in shown
    assert "The only return on this page" in shown


async def test_organisations_and_periods_have_a_column_where_the_heading_does_not_say_them(office, head):
    await submitted(office.database, CALLS, DECLARED)
    await submitted(office.database, CALLS, figure(1_064, "additional_roles_fte", period="2025-03", reason="As paid."))
    shown = words(await head.page("/approvals"))
    assert "Measure Organisation Was Will be Reason" in shown
    assert "Measure Period Was Will be Reason" in shown
    assert "All 2 on this page" in shown


async def test_a_return_says_which_of_its_own_questions_have_no_answer(office, head):
    await save(office.database, DECLARED, organisation="U34235", by=BOB)
    [own] = await office.database.reading.fetch("SELECT max(id) AS id FROM submission")
    async with office.desk("Nell", "Submit", "U34235") as network:
        check = words(await network.page("/quarters/2024-25-Q4/U34235/check"))
    await step(office.database, "submit", own["id"], by=BOB)
    for page in (check, words(await head.page("/approvals"))):
        [said] = re.findall(r"Not answered: ([^.]*)\.", page)
        assert said == "Faster care navigation declared; Simpler online requests declared"


async def test_those_that_are_ticked_are_published_in_one_step_and_the_rest_wait(office, head):
    calls, mentors = await submitted(office.database, CALLS), await submitted(office.database, MENTORS)
    sent = await head.send("/approvals", **{"return": await named(office, calls)}, do="publish")
    assert (sent.status_code, sent.headers["location"]) == (303, "/approvals?published=1")
    page = await head.page("/approvals?published=1")
    assert "1 return is published." in words(page)
    assert "See above what could not be published" not in page
    assert "1 return is published." not in await head.page("/approvals")
    assert await status_of(office.database, calls) == "PUBLISHED"
    assert await status_of(office.database, mentors) == "SUBMITTED"
    assert re.search(
        r"Published most recently Q4 2024/25: NHS Kent .*, by Hedda on", words(await head.page("/approvals"))
    )


async def test_all_on_the_page_are_published_at_once(office, head):
    returns = [await submitted(office.database, CALLS), await submitted(office.database, MENTORS)]
    await head.send("/approvals", every="yes", shown=await named(office, *returns), do="publish")
    assert [await status_of(office.database, each) for each in returns] == ["PUBLISHED"] * 2


async def test_one_that_has_changed_meanwhile_is_named_and_the_others_are_published(office, head):
    calls, mentors = await submitted(office.database, CALLS), await submitted(office.database, MENTORS)
    chosen = await named(office, calls, mentors)
    await step(office.database, "recall", calls, by=BOB)
    sent = await head.send("/approvals", **{"return": chosen}, do="publish")
    assert sent.status_code == 422
    assert "<title>Error: Returns to approve" in sent.text
    assert re.search(
        r"Q4 2024/25 \(NHS Kent.*\): The submission is at version 3, not 2; Bob changed it", words(sent.text)
    )
    assert "1 return is published." in words(sent.text)
    assert await status_of(office.database, calls) == "DRAFT"
    assert await status_of(office.database, mentors) == "PUBLISHED"


async def test_what_the_head_wrote_cannot_be_ticked(office, head):
    own = await drafted(office.database, CALLS, by=Viewer("Hedda", Role.APPROVER, "other"))
    await step(office.database, "submit", own, by=BOB)
    page = await head.page("/approvals")
    assert "You cannot publish it. You wrote some of its figures, so you cannot approve it." in words(page)
    assert 'name="return"' not in page


async def test_without_a_tick_the_page_asks_for_one(office, head):
    await submitted(office.database, CALLS)
    sent = await head.send("/approvals", do="publish")
    assert sent.status_code == 422
    assert "Select the returns to publish." in sent.text


async def test_a_return_goes_back_with_a_comment_and_keeps_what_was_there(office, head):
    calls = await submitted(office.database, CALLS)
    address = f"/approvals/{ids.made('Submission', calls)}"
    [version] = await named(office, calls)
    assert "Say what has to change" in (await head.send(address, shown=version, do="return", comment=" ")).text
    sent = await head.send(address, shown=version, do="return", comment="Count the branch surgeries too.")
    assert sent.status_code == 303
    assert await status_of(office.database, calls) == "RETURNED"
    async with office.desk("Olive", "Submit") as officer:
        document = "{ submissions(first: 1) { nodes { decisionReason entries { nodes { value } } } } }"
        answer = await officer.browser.post("/graphql", json={"query": document}, headers={"Origin": office.address})
    [found] = answer.json()["data"]["submissions"]["nodes"]
    assert found == {"decisionReason": "Count the branch surgeries too.", "entries": {"nodes": [{"value": 72.5}]}}


async def test_the_same_form_sent_twice_has_one_effect(office, head):
    calls = await submitted(office.database, CALLS)
    chosen = {"return": await named(office, calls), "do": "publish", "key": "the form's own"}
    token = re.search(r'name="token" value="(\w+)"', await head.page("/approvals"))
    assert token is not None
    for _ in range(2):
        answer = await head.browser.post(
            "/approvals", data={**chosen, "token": token[1]}, headers={"Origin": office.address}
        )
        assert answer.status_code == 303


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [({}, "another", 403), ({"Origin": "https://other.example"}, None, 401)],
    ids=["another token", "another origin"],
)
async def test_a_form_of_another_page_publishes_nothing(office, head, headers, token, status):
    calls = await submitted(office.database, CALLS)
    more = {} if token is None else {"token": token}
    sent = await head.send("/approvals", headers, **{"return": await named(office, calls)}, do="publish", **more)
    assert sent.status_code == status
    assert await status_of(office.database, calls) == "SUBMITTED"


async def test_whoever_approves_for_others_sees_and_publishes_nothing_here(office):
    calls = await submitted(office.database, CALLS)
    async with office.desk("Nell", "Approve", "U34235") as other:
        await save(office.database, DECLARED, organisation="U34235", by=BOB)
        [own] = await office.database.reading.fetch("SELECT max(id) AS id FROM submission")
        await step(office.database, "submit", own["id"], by=BOB)
        assert "1 return is waiting" in words(await other.page("/approvals"))
        assert (await other.browser.get(f"/approvals/{ids.made('Submission', calls)}")).status_code == 404
        sent = await other.send("/approvals", **{"return": await named(office, calls)}, do="publish")
    assert "No submission that you can see has this id." in sent.text
    assert await status_of(office.database, calls) == "SUBMITTED"


async def test_whoever_approves_nothing_is_refused(office):
    async with office.desk("Olive", "Submit") as officer:
        assert (await officer.browser.get("/approvals")).status_code == 403
    async with office.desk("Rita", "Read", None) as reader:
        answer = await reader.browser.post("/approvals", data={"do": "publish"}, headers={"Origin": office.address})
        assert answer.status_code == 403


async def test_what_people_write_is_shown_as_text(office, head):
    await save(office.database, figure(72.5, reason="<script>alert(1)</script>"), title="<b>Calls</b>")
    [row] = await office.database.reading.fetch("SELECT id FROM submission")
    await step(office.database, "submit", row["id"], by=BOB)
    for address in ("/approvals", f"/approvals/{ids.made('Submission', row['id'])}"):
        page = await head.page(address)
        assert "<script>alert" not in page
        assert "<b>Calls" not in page
        assert "&lt;script&gt;alert(1)" in page


async def test_a_comment_on_one_answer_is_at_its_question_until_the_answer_changes(office, head):
    calls = await submitted(office.database, CALLS, MENTORS)
    address = f"/approvals/{ids.made('Submission', calls)}"
    [version] = await named(office, calls)
    assert "Practices with call back, NHS Kent" in words(await head.page(address))
    said = {"answer.call_back_percent.QKS": "Count the branch surgeries too.", "theme.workforce": " "}
    sent = await head.send(address, shown=version, do="return", comment="", **said)
    assert sent.status_code == 303, words(sent.text)
    async with office.desk("Olive", "Submit") as officer:
        form = words(await officer.page(RETURN))
        assert "See the comments on single answers. 1 of 1 comment on answers is still open." in form
        assert "Hedda: Count the branch surgeries too." in form
        assert "You have not changed it." in words(await officer.page(f"{RETURN}/check"))
        await changed(officer, "73.5")
        assert "Hedda: Count the branch surgeries too. You have changed it since." in words(await officer.page(RETURN))
    again = words(await head.page(address))
    assert "What was said when it was returned" in again
    assert "Practices with call back: Count the branch surgeries too. (Hedda) Changed since." in again


async def test_a_comment_that_cannot_be_kept_is_said_at_its_field_and_stays_there(office, head):
    calls = await submitted(office.database, CALLS)
    address = f"/approvals/{ids.made('Submission', calls)}"
    [version] = await named(office, calls)
    said = {"answer.call_back_percent.QKS": "x" * 2_001}
    sent = await head.send(address, shown=version, do="return", comment="", **said)
    assert sent.status_code == 422
    assert 'href="#answer.call_back_percent.QKS"' in sent.text
    assert "x" * 2_001 in sent.text
    assert await status_of(office.database, calls) == "SUBMITTED"


RETURN = "/quarters/2024-25-Q4/QKS"


async def changed(desk: Desk, value: str) -> None:
    """Give another answer to the question about call back."""
    form = Form(await desk.page(RETURN))
    headers = {"Origin": str(desk.browser.base_url).rstrip("/")}
    fields = {**form.fields, "value-call_back_percent": value}
    assert (await desk.browser.post(RETURN, data=fields, headers=headers)).status_code == 303


async def test_a_fault_on_a_later_page_shows_that_page_with_its_ticks(office, head):
    for _ in range(21):
        await submitted(office.database, CALLS)
    later = re.search(r'href="(/approvals\?after=[^"]+)">Later returns', await head.page("/approvals"))
    assert later is not None
    address = html.unescape(later[1])
    page = await head.page(address)
    assert f'action="{address}"' in html.unescape(page)
    [ticked] = re.findall(r'name="return" type="checkbox" value="([^"]+)"', page)
    # At another version than it has.
    stale = f"{ticked.partition(':')[0]}:1"
    sent = await head.send(address, **{"return": [ticked, stale]}, do="publish")
    assert sent.status_code == 422
    assert re.findall(r'name="return" type="checkbox" value="[^"]+"( checked)?', sent.text) == [" checked"]
    without = await head.send(address, do="publish")
    assert "Select the returns to publish." in without.text
    assert re.findall(r'name="return" type="checkbox" value="([^"]+)"', without.text) == [ticked]
    seen = await head.send(address, **{"return": [ticked]}, do="preview")
    assert html.unescape(seen.text).count(f'"{address}"') == 2


async def test_a_field_names_only_a_fault_that_is_on_the_page(office, head):
    calls = await submitted(office.database, CALLS)
    address = f"/approvals/{ids.made('Submission', calls)}"
    [version] = await named(office, calls)
    stale = f"{version.partition(':')[0]}:1"
    for fields in ({"do": "publish", "return": stale}, {"do": "return", "shown": version}):
        sent = await head.send(address, **fields)
        assert sent.status_code == 422
        described = re.findall(r'aria-describedby="([^"]*)"', sent.text)
        assert all(f'id="{each}"' in sent.text for names in described for each in names.split()), described
