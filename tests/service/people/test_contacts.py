"""Who to call about an organisation: for those who act for it, and in no answer of the API."""

import pytest

from schema.graph import graph
from tests.service.people.test_links import use

PAGE = "/organisations/G82002"
REACHED = ("Kim &lt;Green&gt;", "01622 000001", "kim@nhs.example")


@pytest.fixture
async def _kim(inviting) -> None:
    contact = {"role": "", "telephone": "01622 000001", "email": "kim@nhs.example", "organisation": "G82002"}
    await inviting.invited("Kim <Green>", **contact)
    await inviting.end(await inviting.invited("Gone", organisation="G82002", role=""))


@pytest.mark.usefixtures("_kim")
@pytest.mark.parametrize(
    ("role", "organisation", "is_shown"),
    [
        ("SUBMITTER", "G82002", True),
        ("APPROVER", "QKS", True),
        ("ADMINISTRATOR", "", True),
        ("SUBMITTER", "G82006", False),
        ("READER", "G82002", False),
    ],
)
async def test_those_who_act_for_an_organisation_see_its_contacts(browser, inviting, role, organisation, is_shown):
    await use(browser, await inviting.link(await inviting.invited("Ada", role=role, organisation=organisation)))
    page = await browser.get(PAGE)
    assert page.status_code == 200
    assert [each in page.text for each in REACHED] == [is_shown] * 3
    assert "Gone" not in page.text


@pytest.mark.usefixtures("_kim")
async def test_nobody_else_sees_them(browser):
    page = await browser.get(PAGE)
    assert page.status_code == 200
    assert not any(each in page.text for each in REACHED)


def test_the_schema_has_no_people():
    assert not {"Person", "PersonInput", "Contact"} & set(graph._schema.type_map)
    assert "telephone" not in graph.as_str()
    assert "email" not in graph.as_str().lower()
