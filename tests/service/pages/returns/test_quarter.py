"""A quarter's page and the task list: who has come how far, and what waits for each person."""

import datetime as dt
import re

import httpx
import pytest

from schema.enumerations import Role
from service.pages.asked import rows_of
from service.pages.progress import Progress, progress_of
from service.pages.quarters import latest, quarter_before
from tests.service.pages.returns.filling import Form, asked, filled, words

QUARTER = "/quarters/2024-25-Q4"
DATES = f"{QUARTER}/dates"
TELEPHONY = "capacity_and_access_telephony_declaration"
NONE = dict.fromkeys(("notStarted", "draft", "submitted", "returned", "published", "nilReturns", "exempt", "late"), 0)


@pytest.mark.parametrize(
    ("counts", "progress"),
    [
        ({"notStarted": 3}, Progress.NOT_STARTED),
        ({"notStarted": 2, "draft": 1}, Progress.DRAFT),
        ({"notStarted": 2, "published": 1}, Progress.IN_PART),
        ({"submitted": 2, "nilReturns": 1}, Progress.SENT),
        ({"submitted": 2, "returned": 1}, Progress.RETURNED),
        ({"published": 2, "nilReturns": 1}, Progress.PUBLISHED),
        ({"published": 2, "exempt": 1}, Progress.PUBLISHED),
        ({"exempt": 3}, Progress.EXEMPT),
    ],
)
def test_a_return_has_one_state(counts, progress):
    assert progress_of({**NONE, **counts}) is progress


def row_of(text: str, name: str) -> str:
    """The row of an organisation in the table."""
    rows = [words(each) for each in re.findall(r"<tr>.*?</tr>", text, re.DOTALL)]
    return next(each for each in rows if each.startswith(name))


async def test_each_organisation_has_its_state_and_whoever_acts_for_it_opens_its_return(person):
    client = await person("Ann Network", "Submit", "U40722")
    await filled(client, f"{QUARTER}/U40722", **{f"value_{TELEPHONY}": "Yes"})
    page = (await client.get(QUARTER)).text
    shown = "Primary care network Draft Late 31 March 2025 0 of 3 Open the return of Swanley & Rural"
    assert row_of(page, "Swanley & Rural") == f"Swanley & Rural {shown}"
    assert row_of(page, "Garden City") == "Garden City Primary care network Not started Late 31 March 2025 0 of 3"


async def test_the_list_is_filtered_and_can_be_copied(person):
    client = await person("Ann Network", "Submit", "U74266")
    await filled(client, f"{QUARTER}/U74266", **{f"value_{TELEPHONY}": "Yes"})
    page = (await client.get(QUARTER, params={"state": "draft", "kind": "PRIMARY_CARE_NETWORK"})).text
    assert "LMN" in words(page)
    assert "Garden City" not in page
    assert re.search(r"U74266\tLMN\tPrimary care network\tDraft, late", page)
    late = (await client.get(QUARTER, params={"state": "late"})).text
    assert late.count("Not started") > 40


async def test_whoever_sends_figures_sees_contacts_and_a_visitor_does_not(person, visitor):
    client = await person("Ada", "Run", None)
    given = {"name": "Con Tact", "email": "con@lmn.example", "telephone": "01622 111", "organisation": "U74266"}
    done = await filled(client, "/people", **given)
    assert done.status_code == 303, words(done.text)
    page = (await client.get(QUARTER)).text
    assert row_of(page, "LMN").endswith("Con Tact (01622 111)")
    assert 'href="mailto:con%40lmn.example"' in page
    said = r"U74266\tLMN\t[^\t]+\t[^\t]+, late\t31 March 2025\tCon Tact\tcon@lmn.example\t01622 111\n"
    assert re.search(said, page)
    assert "Code\tOrganisation\tKind\tState\tDue\tContacts\tE-mail addresses\tTelephone numbers\n" in page
    assert page.index("Copy the list") < page.index("<table")
    visitor.cookies.clear()
    page = (await visitor.get(QUARTER)).text
    assert "LMN" in page
    assert "Con Tact" not in page
    assert "con@lmn" not in page
    assert "Code\tOrganisation\tKind\tState\tDue\n" in page


async def test_a_quarter_without_a_date_says_so_once_and_administrators_set_it(person):
    undated = "/quarters/2025-26-Q3"
    network = words((await (await person("Ann Network", "Submit", "U74266")).get(undated)).text)
    assert network.count("No date is set.") == 1
    assert "Set the dates" not in network
    assert "Organisation Kind State Answers" in network
    client = await person("Ada", "Run", None)
    assert f'<a href="{undated}/dates">Set the dates</a>' in (await client.get(undated)).text


def test_those_who_owe_a_late_answer_come_first():
    late = {"organisation": {"code": "A", "name": "Zebra", "kind": "PRACTICE"}, **NONE, "notStarted": 1, "late": 1}
    done = {"organisation": {"code": "B", "name": "Yak", "kind": "PRACTICE"}, **NONE, "published": 1, "late": 1}
    back = {"organisation": {"code": "C", "name": "Ant", "kind": "PRACTICE"}, **NONE, "returned": 1}
    assert [each["organisation"]["code"] for each in rows_of([done, back, late], {}, ())] == ["A", "C", "B"]


async def test_each_quarter_of_the_last_three_years_is_a_choice_away(visitor):
    page = (await visitor.get("/quarters/2019-20-Q1")).text
    codes = re.findall(r'<option value="(\d{4}-\d\d-Q\d)"', page)
    latest = (await visitor.get("/quarters")).headers["location"].rpartition("/")[2]
    assert (codes[0], codes[-1], len(codes)) == (latest, "2019-20-Q1", 13)
    assert 'value="2019-20-Q1" selected' in page
    chosen = await visitor.get("/quarters", params={"quarter": codes[5]})
    assert chosen.headers["location"] == f"/quarters/{codes[5]}"
    assert 'href="/quarters/2019-20-Q2"' in page


async def test_an_administrator_sets_the_dates_as_people_write_them(person):
    client = await person("Ada", "Run", None)
    wrong = await filled(client, DATES, softDeadline="30.April", reason="Agreed", do="dates")
    assert "“30.April” is not a date. Write it as 31/3/2025." in words(wrong.text)
    done = await filled(
        client, DATES, softDeadline="30/04/2025", hardDeadline="31 May 2030", reason="Agreed", do="dates"
    )
    assert done.headers["location"] == QUARTER, words(done.text)
    assert "Answers are due by 30 April 2025. It closes on 31 May 2030." in words((await client.get(QUARTER)).text)
    assert 'value="30/4/2025"' in (await client.get(DATES)).text


async def test_an_exception_takes_an_organisation_off_the_list(person):
    client = await person("Ada", "Run", None)
    none = await filled(client, DATES, do="exception", reason="Closed")
    assert "Select an organisation." in words(none.text)
    without = await filled(client, DATES, do="exception", organisation="U27026", reason="")
    assert 'href="#reason-exception"' in without.text
    done = await filled(client, DATES, do="exception", organisation="U27026", reason="No clinical director")
    assert done.headers["location"] == QUARTER
    assert "Gravesend Central Primary care network Exempt" in words((await client.get(QUARTER)).text)


async def test_only_administrators_set_dates_and_only_from_our_page(person, key_of, visitor: httpx.AsyncClient):
    head = await key_of("Head", Role.APPROVER, "QKS")
    assert (await visitor.get(DATES, headers=head)).status_code == 403
    fields = {"do": "dates", "hardDeadline": "01/01/2025", "reason": "Mine"}
    assert (await visitor.post(DATES, data=fields, headers=head)).status_code == 403
    client = await person("Ada", "Run", None)
    form = Form((await client.get(DATES)).text)
    assert (await client.post(DATES, data={**form.fields, **fields, "token": ""})).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await client.post(DATES, data={**form.fields, **fields}, headers=elsewhere)).status_code == 401
    reason = {"reason": "<script>alert(1)</script>", "softDeadline": "<script>alert(1)</script>"}
    assert "<script>alert" not in (await client.post(DATES, data={**form.fields, **reason})).text
    found = await asked(client, '{ completeness(quarter: "2024-25-Q4") { hardDeadline } }', head)
    assert found["completeness"]["hardDeadline"] != "2025-01-01"


async def test_the_home_page_lists_what_waits_for_each_person(person, key_of, visitor: httpx.AsyncClient):
    assert "Waiting for you" not in words((await visitor.get("/")).text)
    client = await person("Cara Network", "Submit", "U17834")
    await filled(client, f"{QUARTER}/U17834", **{f"value_{TELEPHONY}": "Yes"})
    said = words((await client.get("/")).text)
    assert "Q4 2024/25 return of Dartford MODEL Draft" in said
    assert "Approve and publish" not in said
    await filled(client, f"{QUARTER}/U17834")
    head = await key_of("Head", Role.APPROVER, "QKS")
    home = words((await visitor.get("/", headers=head)).text)
    assert re.search(r"Q\d \d{4}/\d\d return of NHS Kent and Medway Integrated Care Board", home)
    assert re.search(r"all returns .*\d+ of \d+ still to come", home)


async def test_the_task_list_says_by_when_to_answer(person, key_of):
    client = await person("Ada", "Run", None)
    quarter = (await client.get("/quarters")).headers["location"]
    due = dt.date.today() + dt.timedelta(days=6)
    await filled(client, f"{quarter}/dates", softDeadline=f"{due:%d/%m/%Y}", reason="Agreed", do="dates")
    network = await key_of("Cara", Role.SUBMITTER, "U17834")
    assert "in 6 days" in words((await client.get("/", headers=network)).text)


async def test_late_returns_of_earlier_quarters_come_first_on_the_home_page(person, key_of):
    client = await person("Ada", "Run", None)
    earlier = quarter_before(quarter_before(latest()))
    due = {"softDeadline": f"{dt.date.today() - dt.timedelta(days=1):%d/%m/%Y}", "reason": "Agreed", "do": "dates"}
    assert (await filled(client, f"/quarters/{earlier.code}/dates", **due)).status_code == 303
    network = words((await client.get("/", headers=await key_of("Nora", Role.SUBMITTER, "U74266"))).text)
    first = network.partition("Waiting for you")[2]
    assert first.startswith(f" {earlier.label} return of "), first[:200]
    assert "Not started Late" in first
    board = words((await client.get("/", headers=await key_of("Olive", Role.SUBMITTER, "QKS"))).text)
    assert re.search(rf"Waiting for you {earlier.label}: \d+ returns Late", board)


async def test_who_would_be_reminded_is_shown_to_those_who_approve_and_to_nobody_else(person, key_of):
    reminding = f"{QUARTER}/remind"
    contact = {"name": "Re Minder", "email": "re@minder.example", "organisation": "U17834"}
    assert (await filled(await person("Ada", "Run", None), "/people", **contact)).status_code == 303
    client = await person("Head", "Approve", "QKS")
    page = await client.get(reminding)
    assert "organisations have not answered, and have no contact. An administrator can add a contact." in words(
        page.text
    )
    assert "The service has no mail server, so it sends nothing by itself. An administrator" in words(page.text)
    assert f'href="{reminding}"' in (await client.get(QUARTER)).text
    assert (await client.post(reminding, data={"token": ""})).status_code == 403
    assert (await client.get(reminding, headers=await key_of("Ann", Role.SUBMITTER, "U10200"))).status_code == 403


async def test_who_cannot_be_reminded_is_named_and_rung_where_there_is_a_number(person):
    client = await person("Ada", "Run", None)
    given = {"name": "Tele Phone", "telephone": "01622 222", "organisation": "U47228"}
    assert (await filled(client, "/people", **given)).status_code == 303
    page = (await client.get(f"{QUARTER}/remind")).text
    rung, nobody = (words(each) for each in page.partition("Ring these")[2].split("Nobody to remind"))
    assert "ABC Primary care network Tele Phone, 01622 222" in rung
    assert 'href="tel:01622222"' in page
    assert "Garden City Primary care network" in nobody
    assert "ABC Primary care network" not in nobody
    assert '<a href="/people">Add a contact</a>' in page


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"{QUARTER}?reminded=1", "1 person has a reminder."),
        (f"{QUARTER}?reminded=12", "12 people have a reminder."),
        (f"{QUARTER}?reminded=0", ""),
        (f"{QUARTER}?reminded=<b>1</b>", ""),
        (QUARTER, ""),
    ],
)
async def test_who_has_reminded_people_reads_how_many(person, address, said):
    page = words((await (await person("Head", "Approve", "QKS")).get(address)).text)
    assert said in page
    assert ("a reminder." in page) is bool(said)


async def test_a_quarter_leads_to_its_paper(person, visitor):
    assert 'href="/briefing?quarter=2024-25-Q4"' in (await visitor.get(QUARTER)).text
    writer = await person("Head", "Approve", "QKS")
    assert 'href="/papers/2024-25-Q4"' in (await writer.get(QUARTER)).text
    assert (await writer.get("/papers/2024-25-Q4")).status_code == 200
