"""The pages of data quality: what is listed and filtered, who says what became of it, and what waits for its owner."""

from collections.abc import AsyncIterator

import pytest

from service.quality.noticing import note
from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.returns.filling import words

CALLS = "/data-quality/unattainable-percentage/call_back_percent/QKS"


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        await note(office.database)
        yield office


@pytest.fixture
async def officer(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Olive", "Submit") as desk:
        yield desk


async def version(desk: Desk) -> str:
    page = await desk.page(CALLS)
    return page.partition('name="version" value="')[2].partition('"')[0]


async def explained(desk: Desk) -> None:
    said = "The paper rounded it."
    sent = await desk.send(CALLS, state="EXPLAINED", owner="", comment=said, version=await version(desk))
    assert (sent.status_code, sent.headers["location"]) == (303, "/data-quality"), words(sent.text)


async def test_an_officer_explains_an_issue_and_everybody_reads_why(office, officer):
    assert "Nobody looks into it." in words(await officer.page("/data-quality"))
    await explained(officer)
    async with office.desk("Rita", "Read", None) as reader:
        said = words(await reader.page("/data-quality"))
        assert "Answer: The paper rounded it." in said
        assert "Nobody looks into it." not in said
        assert (await reader.browser.get(CALLS)).status_code == 403


async def test_the_list_is_filtered_by_state_theme_organisation_and_owner(officer):
    await explained(officer)
    only = words(await officer.page("/data-quality?state=EXPLAINED"))
    assert "no whole number of 177 gives 69.57%" in only
    assert "180 are on record" not in only
    others = words(await officer.page("/data-quality?state=OPEN&owner=-&organisation=QKS"))
    assert "180 are on record" in others
    assert "gives 69.57%" not in others
    found, old = [words(await officer.page(f"/data-quality?kind={kind}")) for kind in ("found", "old")]
    assert "180 are on record" in found
    assert "nothing newer is published" not in found
    assert "180 are on record" not in old
    assert "nothing newer is published" in old
    assert "No issue is like that." in words(await officer.page("/data-quality?theme=nothing"))


async def test_what_is_missing_is_said_at_its_field_and_what_was_written_stays(officer):
    sent = await officer.send(CALLS, state="WILL_NOT_BE_FIXED", owner="", comment="", version=await version(officer))
    assert sent.status_code == 422
    assert 'href="#comment"' in sent.text
    assert 'value="WILL_NOT_BE_FIXED" checked' in sent.text
    looked = await officer.send(CALLS, state="INVESTIGATING", owner="", comment="Asked.", version="1")
    assert 'href="#owner"' in looked.text
    assert ">Asked.</textarea>" in looked.text


async def test_who_was_slower_sees_that_somebody_else_was_faster(officer):
    await explained(officer)
    sent = await officer.send(CALLS, state="OPEN", owner="", comment="?", version="1")
    assert "Somebody else changed this while you were writing." in words(sent.text)


async def test_what_somebody_owns_waits_for_them_on_the_home_page(office, officer):
    async with office.database.command() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("INSERT INTO actor (identity, name, role) VALUES ('i', 'I', 'ADMINISTRATOR')")
        await connection.exec_driver_sql(
            "INSERT INTO person (name, email, role, organisation_id, invited_by_id, invited_at) SELECT 'Olive', "
            "'olive@nhs.example', 'SUBMITTER', organisation.id, actor.id, now() FROM organisation, actor "
            "WHERE organisation.code = 'QKS' AND actor.identity = 'i'"
        )
    assert "Data quality: Practices with call back" not in words(await officer.page("/"))
    number = await office.database.primary.fetchval("SELECT id FROM person")
    now = await version(officer)
    sent = await officer.send(CALLS, state="INVESTIGATING", owner=str(number), comment="", version=now)
    assert sent.status_code == 303
    home = words(await officer.page("/"))
    assert "Data quality: Practices with call back, NHS Kent" in home
    assert "Being looked into" in home
    assert "Owner: Olive." in words(await officer.page("/data-quality?owner=Olive"))
    await explained(officer)
    assert "Data quality: Practices with call back" not in words(await officer.page("/"))


@pytest.mark.parametrize("address", ["nothing/call_back_percent/QKS", "record-differs/call_back_percent/é"])
async def test_what_is_no_issue_has_no_page(officer, address):
    assert (await officer.browser.get(f"/data-quality/{address}")).status_code == 404
