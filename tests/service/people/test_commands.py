"""What an administrator can do with people, what is wrong with what they ask for, and who may not ask."""

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.viewer import Viewer
from service.writes.command import carry_out
from service.writes.commands import CHANGE_PERSON, END_PERSON, INVITE_PERSON, MAKE_LINK
from service.writes.register.people import list_people
from tests.service.people.inviting import codes

NEW_LINE = "Ada\nBcc: eve@evil.example"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"email": "ada"}, [("person/malformed", "email")]),
        ({"email": "ada@nhs"}, [("person/malformed", "email")]),
        ({"email": f"{'a' * 250}@b.uk"}, [("person/malformed", "email")]),
        ({"email": "ada@nhs.example\nBcc: eve@evil.example"}, [("person/malformed", "email")]),
        ({"email": ""}, [("person/malformed", "email")]),
        ({"telephone": "ring me"}, [("person/malformed", "telephone")]),
        ({"organisation": "QXX"}, [("submission/unknown-organisation", "organisation")]),
        ({"role": "", "organisation": ""}, [("person/malformed", "organisation")]),
        ({"role": "", "email": ""}, [("person/malformed", "email")]),
        ({"email": "x", "telephone": "x"}, [("person/malformed", "email"), ("person/malformed", "telephone")]),
    ],
)
async def test_everything_wrong_with_an_invitation_is_said_at_its_field(inviting, cells, expected):
    answer = await inviting.invite(**cells)
    assert codes(answer) == expected


@pytest.mark.parametrize("name", ["", " ", "a" * 101, NEW_LINE])
async def test_a_name_can_be_recorded(inviting, name):
    assert codes(await inviting.invite(name, email="ada@nhs.example")) == [("person/malformed", "name")]


async def test_an_address_is_one_persons_however_it_is_written_until_they_are_ended(inviting):
    person = await inviting.invited()
    assert codes(await inviting.invite("Eve", email="ADA@nhs.example")) == [("person/known", "email")]
    other = await inviting.invited("Eve")
    assert codes(await inviting.change(other, "Eve", email="Ada@NHS.example")) == [("person/known", "email")]
    assert codes(await inviting.change(person, telephone="01622 000000")) == []
    await inviting.end(person)
    assert codes(await inviting.invite("Ada")) == []


async def test_a_contact_needs_no_address_and_gets_no_link(inviting):
    person = await inviting.invited("Kim", role="", email="", telephone="+44 1622 000000", organisation="G82002")
    answer = await inviting.done(MAKE_LINK, MAKE_LINK.input(person=person, minutes=30))
    assert codes(answer) == [("person/no-role", "person")]


async def test_the_only_administrator_of_everything_stays(inviting):
    ada = await inviting.invited(role="ADMINISTRATOR", organisation="")
    await inviting.invited("Local", role="ADMINISTRATOR", organisation="QKS")
    last = [("person/last-administrator", "person")]
    assert codes(await inviting.end(ada)) == last
    assert codes(await inviting.change(ada)) == last
    bob = await inviting.invited("Bob", role="ADMINISTRATOR", organisation="")
    assert codes(await inviting.end(ada)) == []
    assert codes(await inviting.end(bob)) == last


async def test_whoever_is_ended_cannot_be_changed_ended_or_linked_again(inviting):
    person = await inviting.invited()
    await inviting.end(person)
    answers = [
        await inviting.end(person),
        await inviting.change(person),
        await inviting.done(MAKE_LINK, MAKE_LINK.input(person=person, minutes=30)),
        await inviting.end(4_000),
    ]
    assert [codes(answer) for answer in answers] == [[("person/unknown", "person")]] * 4


async def test_people_are_listed_by_name_with_those_who_are_ended_last(database, inviting):
    await inviting.end(await inviting.invited("Ada"))
    await inviting.invited("charles")
    await inviting.invited("Bob", role="", telephone="01622 000000", organisation="G82002")
    async with database.command() as session:
        found = await list_people(session)
    assert [(each.name, each.role, each.organisation, each.invited_by) for each in found] == [
        ("Bob", None, "G82002", "Root"),
        ("charles", Role.APPROVER, "QKS", "Root"),
        ("Ada", Role.APPROVER, "QKS", "Root"),
    ]
    assert [each.ended_at is None for each in found] == [True, True, False]


async def test_who_acts_for_an_organisation_sees_its_people_and_nobody_elses(database, inviting):
    await inviting.invited("Ada", organisation="G82002")
    await inviting.invited("Bob", organisation="G82006")
    await inviting.invited("Root", role="ADMINISTRATOR", organisation="")
    scope = await database.primary.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    async with database.command(scope=scope) as session:
        assert [each.name for each in await list_people(session)] == ["Ada"]


@pytest.mark.parametrize("command", [INVITE_PERSON, CHANGE_PERSON, END_PERSON, MAKE_LINK], ids=lambda each: each.name)
@pytest.mark.parametrize(
    "viewer",
    [Viewer("Ada", Role.APPROVER, "a"), Viewer("Local", Role.ADMINISTRATOR, "l", 7)],
    ids=["approver", "administrator of one organisation"],
)
async def test_only_an_administrator_of_everything_manages_people(database, command, viewer):
    with pytest.raises(Refusal) as refused:
        await carry_out(database, command, command.input, by=viewer)
    assert refused.value.code == "FORBIDDEN"
