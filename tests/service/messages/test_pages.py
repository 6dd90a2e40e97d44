"""Stopping messages by the link in them, and copying them where no mail is set."""

import re

import asyncpg
import httpx
import pytest

from schema.enumerations import MessageKind
from service.database import Database
from service.messages import outbox, unsubscribing
from service.messages.outbox import New
from service.messages.texts import PURPOSES
from service.viewer import EVERYWHERE
from tests.service.people.inviting import Inviting
from tests.service.people.test_links import use
from tests.service.people.test_page import administrator, send, token_of

__all__ = ["administrator"]
SECRET = "0123456789abcdef" * 2
FACTS = {"organisation": "<b>Ashford", "code": "U1", "quarter": "2024-25-Q4", "open": 3, "due": "2025-04-30"}


async def put_down(database: Database, person: int, kind: MessageKind = MessageKind.OVERDUE, about: str = "Q") -> int:
    async with database.command(scope=EVERYWHERE) as session:
        return await outbox.add(session, [New(person, kind, about, FACTS)])


def path(person: int, kind: MessageKind = MessageKind.OVERDUE) -> str:
    return unsubscribing.link(SECRET, "", person, kind)


async def test_opening_the_link_changes_nothing_and_its_button_stops_that_kind_alone(browser, database, inviting):
    person = await inviting.invited()
    page = await browser.get(path(person))
    assert "You get messages when a return is late." in page.text
    assert await put_down(database, person) == 1
    action = re.search(r'action="(/unsubscribe[^"]+)"', page.text)
    assert action is not None
    done = await browser.post(action[1].replace("&amp;", "&"))
    assert "You get no more messages when a return is late." in done.text
    assert await put_down(database, person, about="R") == 0
    assert await put_down(database, person, MessageKind.OPENS) == 1
    again = re.search(r'action="(/subscribe[^"]+)"', done.text)
    assert again is not None
    back = await browser.post(again[1].replace("&amp;", "&"))
    assert "You get messages when a return is late again." in back.text
    assert await put_down(database, person, about="R") == 1


async def test_a_mail_program_stops_messages_with_one_post_from_nowhere(browser, database, inviting):
    """RFC 8058: no cookie, no origin, and this body."""
    person = await inviting.invited()
    del browser.headers["Origin"]
    for _ in range(2):
        done = await browser.post(path(person), data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert await put_down(database, person) == 0


@pytest.mark.parametrize(
    "change", [("person=1", "person=2"), ("OVERDUE", "OPENS"), ("seal=", "seal=0"), ("seal=", "x="), ("OVERDUE", "é")]
)
async def test_a_link_for_somebody_else_or_something_else_stops_nothing(browser, database, inviting, change):
    people = [await inviting.invited(name) for name in ("Ada", "Bob")]
    wrong = path(people[0]).replace(*change)
    assert (await browser.get(wrong)).status_code == 404
    assert (await browser.post(wrong)).status_code == 404
    assert (await browser.post(wrong.replace("/unsubscribe", "/subscribe"))).status_code == 404
    for kind in (MessageKind.OVERDUE, MessageKind.OPENS):
        assert [await put_down(database, person, kind) for person in people] == [1, 1]


async def test_an_administrator_copies_what_waits_and_says_so(
    administrator: httpx.AsyncClient, database, inviting: Inviting
):
    person = await inviting.invited()
    await put_down(database, person)
    await put_down(database, person, MessageKind.SIGN_IN)
    page = await administrator.get("/messages")
    assert "To ada@nhs.example" in page.text
    assert "The Q4 2024/25 return for &lt;b&gt;Ashford was due by 30 April 2025." in page.text
    assert "\n\n" in page.text.partition("<pre")[2].partition("</pre>")[0]
    assert "Your link to sign in" not in page.text
    number = re.search(r'name="message" value="(\d+)"', page.text)
    assert number is not None
    assert (await send(administrator, "/messages", message=number[1])).status_code == 303
    assert "No message is waiting." in (await administrator.get("/messages")).text


async def test_only_administrators_see_messages_or_say_that_they_are_sent(browser, database, inviting):
    person = await inviting.invited()
    await put_down(database, person)
    await use(browser, await inviting.link(person))
    assert (await browser.get("/messages")).status_code == 403
    assert (await browser.post("/messages", data={"message": "1"})).status_code == 403
    browser.cookies.clear()
    assert (await browser.get("/messages")).status_code == 401


async def test_somebody_who_has_signed_in_says_which_messages_they_get(browser, database, inviting):
    person = await inviting.invited()
    assert (await use(browser, await inviting.link(person))).status_code == 303
    page = await browser.get("/my-messages")
    assert page.text.count(" checked") == len(PURPOSES)
    fields = {"token": token_of(page)}
    done = await browser.post("/my-messages", data={**fields, "kind": ["OPENS", "RETURNED"]})
    assert done.headers["location"] == "/my-messages?saved=yes"
    assert set(await unsubscribing.stopped(database, person)) == set(PURPOSES) - {"OPENS", "RETURNED"}
    await browser.post("/my-messages", data={**fields, "kind": list(PURPOSES)})
    assert await unsubscribing.stopped(database, person) == []


async def test_an_administrator_starts_messages_again_for_somebody_who_asks(administrator, database, inviting):
    person = await inviting.invited()
    await unsubscribing.unsubscribe(database, person, MessageKind.RETURNED)
    assert "Messages that they have stopped" in (await administrator.get(f"/people/{person}")).text
    assert (await send(administrator, f"/people/{person}", do="again", kind="RETURNED")).status_code == 303
    assert "Messages that they have stopped" not in (await administrator.get(f"/people/{person}")).text
    assert await put_down(database, person, MessageKind.RETURNED) == 1


@pytest.mark.parametrize(("do", "waits"), [("arrived", 0), ("again", 1)])
async def test_an_administrator_says_what_became_of_a_message_in_doubt(
    administrator, database, inviting, url, do, waits
):
    await put_down(database, await inviting.invited())
    assert await outbox.Outbox(database).take() is not None
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE message SET leased_until = now() - interval '1 second'")
    await connection.close()
    page = (await administrator.get("/messages")).text
    assert "These may have been sent" in page
    number = re.search(r'name="message" value="(\d+)"', page)
    assert number is not None
    await send(administrator, "/messages", message=number[1], do=do)
    assert len(await outbox.Outbox(database).waiting()) == waits
    assert await outbox.Outbox(database).in_doubt() == []
