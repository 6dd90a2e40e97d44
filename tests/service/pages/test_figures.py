"""The page of a figure: its history for everybody, and correcting and undoing it for whoever may."""

import re
from collections.abc import AsyncIterator

import pytest

from schema import ids
from service.quality.noticing import note
from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.test_approvals import named, words
from tests.service.writes.submitting import figure, published, status_of, submitted

PATH = "/figures/call_back_percent/QKS/2024-25-Q4"
RIGHT = {
    "value": "91.5%",
    "reason": "A practice was counted twice.",
    "note": "Corrected: one practice was counted twice.",
}
CALLS = figure(72.5, reason="Counted again.")


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        await published(office.database, CALLS)
        yield office


@pytest.fixture
async def head(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Hedda", "Approve") as desk:
        yield desk


async def revisions(office: Office) -> list[tuple[int, float]]:
    rows = await office.database.reading.fetch(
        "SELECT r.revision, r.value FROM figure_revision r JOIN figure f ON f.id = r.figure_id "
        "JOIN period p ON p.id = f.period_id JOIN metric m ON m.id = f.metric_id "
        "WHERE m.code = 'call_back_percent' AND p.code = '2024-25-Q4' ORDER BY revision"
    )
    return [(row["revision"], float(row["value"])) for row in rows]


async def test_everybody_reads_the_value_and_its_history_without_a_form(office):
    async with office.desk("Rita", "Read", None) as reader:
        page = await reader.page(PATH)
        assert "Practices with call back: NHS Kent and Medway Integrated Care Board, Q4 2024/25" in words(page)
        assert re.search(r"1 72.5% \d+ \w+ \d{4} at \d\d:\d\d Ada", words(page))
        assert '<form method="post" novalidate' not in page
        for missing in ("/figures/call_back_percent/QKS/2031-32-Q4", "/figures/none/QKS/2024-25-Q4"):
            assert (await reader.browser.get(missing)).status_code == 404


async def test_a_value_that_few_members_make_says_so_wherever_it_stands(office, head):
    declared = [
        figure(1, f"capacity_and_access_{area}_declaration", organisation="U40722", reason="Sent.")
        for area in ("telephony", "online_requests", "care_navigation")
    ]
    await published(office.database, *declared)
    measure = "capacity_and_access_declarations_percent"
    for address in ("/", "/measures", f"/measures/{measure}", "/organisations/QKS?page=2", "/targets"):
        assert "from 1 of 43 members" in words(await head.page(address)), address
    shown = words(await head.page(f"/figures/{measure}/QKS/2024-25-Q4"))
    assert "from the figures of 1 of 43 members" in shown
    assert "from 1 of 43 members" not in shown


async def test_a_correction_is_shown_before_it_is_made(office, head):
    sent = await head.send(PATH, **RIGHT, do="correct")
    assert sent.status_code == 200
    shown = words(sent.text)
    assert "Figures that would change" in shown
    assert "Q4 2024/25 72.5% 91.5%" in shown
    assert re.search(r"Practices with call back NHS Kent .* more than 90% by 31 March 2025 Missed Met", shown)
    assert await revisions(office) == [(1, 72.5)]


async def test_a_correction_is_published_with_its_reason_and_note_and_can_be_undone(office, head):
    sent = await head.send(PATH, **RIGHT, do="correct now")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}#history")
    assert await revisions(office) == [(1, 72.5), (2, 91.5)]
    assert re.search(rf"91.5% \d+ .* at \S+ {RIGHT['note']}", words(await head.page("/quarters/2024-25-Q4")))
    shown = words(await head.page(PATH))
    assert f"{RIGHT['reason']} {RIGHT['note']}" in shown
    undo = {"revision": "1", "why": "The practice was counted once after all.", "seen": "2"}
    assert "Q4 2024/25 91.5% 72.5%" in words((await head.send(PATH, **undo, do="undo")).text)
    assert await revisions(office) == [(1, 72.5), (2, 91.5)]
    assert (await head.send(PATH, **undo, do="undo now")).status_code == 303
    assert await revisions(office) == [(1, 72.5), (2, 91.5), (3, 72.5)]
    shown = await head.page(PATH)
    assert "back to revision 1" in words(shown)
    assert [name for name in ("revision-1", "revision-2") if f'id="{name}"' in shown] == ["revision-2"]


async def test_a_first_figure_is_withdrawn_on_its_page_and_comes_back(office, head):
    undo = {"revision": "0", "why": "It was of another quarter.", "seen": "1"}
    assert "Q4 2024/25 72.5% withdrawn" in words((await head.send(PATH, **undo, do="undo")).text)
    assert (await head.send(PATH, **undo, do="undo now")).status_code == 303
    shown = await head.page(PATH)
    assert "This figure is withdrawn." in words(shown)
    assert 'id="revision-0"' not in shown
    assert (await head.send(PATH, revision="1", why="It was right.", seen="2", do="undo now")).status_code == 303
    assert await revisions(office) == [(1, 72.5), (2, 72.5), (3, 72.5)]


async def test_what_is_missing_or_not_understood_is_said_at_its_field(head):
    sent = await head.send(PATH, value="about ninety", do="correct")
    assert sent.status_code == 422
    for field, sentence in (
        ("value", "&#39;about ninety&#39; is not a number. Write thousands as 1,064"),
        ("reason", "Say why the figure changes."),
        ("note", "Say for readers what was corrected."),
    ):
        assert re.search(rf'id="{field}-fault">.*{sentence}', sent.text)
    assert 'value="about ninety"' in sent.text
    assert "Select what to go back to." in (await head.send(PATH, why="x", do="undo")).text


async def test_an_undo_of_a_figure_that_has_changed_meanwhile_is_refused(office, head):
    await head.send(PATH, **RIGHT, do="correct now")
    sent = await head.send(PATH, revision="1", why="Right.", seen="1", do="undo now")
    assert "The figure is at revision 2, not 1." in words(sent.text)


async def test_a_correction_by_an_officer_waits_for_a_second_person(office):
    async with office.desk("Olive", "Submit") as officer:
        sent = await officer.send(PATH, **RIGHT, do="correct now")
        assert sent.headers["location"] == f"{PATH}?waits=yes#history"
        assert "Your correction is waiting for approval." in words(await officer.page(sent.headers["location"]))
        assert 'value="undo"' not in await officer.page(PATH)
    assert await revisions(office) == [(1, 72.5)]


@pytest.mark.parametrize("do", ["correct", "correct now", "undo", "undo now"])
async def test_nobody_else_changes_it(office, head, do):
    fields = {**RIGHT, "revision": "1", "why": "x", "do": do}
    assert (await head.send(PATH, token="another", **fields)).status_code == 403
    assert (await head.send(PATH, {"Origin": "https://other.example"}, **fields)).status_code == 401
    async with office.desk("Nell", "Approve", "U34235") as other:
        assert (await other.send(PATH, **fields)).status_code == 422
    async with office.desk("Rita", "Read", None) as reader:
        answer = await reader.browser.post(PATH, data=fields, headers={"Origin": office.address})
        assert answer.status_code == 403
    assert await revisions(office) == [(1, 72.5)]


async def test_what_people_write_is_shown_as_text(head):
    await head.send(PATH, **{**RIGHT, "reason": "<script>alert(1)</script>"}, do="correct now")
    page = await head.page(PATH)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_before_a_quarter_is_published_every_line_of_the_paper_that_would_change_is_shown(office, head):
    right = await submitted(office.database, figure(95.5, reason="Counted by hand."))
    # What does not add up has its issue in the paper, some seconds later.
    await note(office.database)
    before = (await head.browser.get("/briefing.json")).json()
    sent = await head.send("/approvals", **{"return": await named(office, right)}, do="preview")
    assert sent.status_code == 200
    shown = words(sent.text)
    assert re.search(r"72.5% of practices offer call back .* 95.5% of practices offer call back", shown)
    assert "The target of more than 90% by 31 March 2025 is met." in shown
    assert re.search(r"These would change: 1 figure 1 target 1 chart \d+ lines of the paper", shown)
    assert set(re.findall('href="#(changed-[a-z]+)"', sent.text)) == set(re.findall('id="(changed-[a-z]+)"', sent.text))
    assert re.search(r"Practices with call back, NHS Kent.*Missed.*Practices with call back, NHS Kent.*, Met,", shown)
    assert "Additional roles" not in shown.partition("What readers")[2]
    assert sent.text.count("<svg ") - sent.text.count('class="icon"') == 2, "the chart of the measure, old and new"
    assert await status_of(office.database, right) == "SUBMITTED"
    assert (await head.browser.get("/briefing.json")).json() == before
    assert ids.made("Submission", right) in sent.text


@pytest.mark.parametrize("address", ["/", "/measures/call_back_percent", "/organisations/QKS?page=2"])
async def test_a_figure_is_found_from_the_pages_that_show_it(office, head, address):
    assert f'href="{PATH}"' in await head.page(address)
