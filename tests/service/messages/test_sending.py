"""From the row to the letter: sent once by however many processes, again after a failure, and after a restart."""

import asyncio
import re
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import asyncpg
import httpx
import pytest

from schema.enumerations import MessageKind
from service.app import application
from service.config import Settings
from service.database import Database
from service.messages import sender
from service.messages.channels import InDoubt, NotSent
from service.messages.outbox import New, Outbox, add, send_link
from service.messages.texts import Letter
from service.viewer import EVERYWHERE
from tests.service.graphql.served import until
from tests.service.people.conftest import HERE
from tests.service.people.test_links import use, viewer
from tests.serving import serving


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_LOOKS", 0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def mailing(chosen: Settings, folder: Path) -> Settings:
    """The settings of a service that writes letters into a folder."""
    return chosen.model_copy(update={"mail": f"file:{folder}", "mail_from": "tracker@nhs.example"})


@pytest.fixture
async def mailed(mailing: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at such a service."""
    async with serving(mailing) as client:
        client.base_url = httpx.URL(HERE)
        client.headers["Origin"] = HERE
        yield client


async def letters(folder: Path, number: int) -> list[str]:
    """The texts of the letters in a folder, when there are so many."""
    await until(lambda: len(written(folder)) >= number)
    return written(folder)


def written(folder: Path) -> list[str]:
    """The texts of the letters in a folder, each with its address, in their order."""
    read = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(folder.glob("*.eml"))]
    return [f"{each['To']}\n{each.get_content()}".replace("\r\n", "\n") for each in read]


def token_in(letter: str) -> str:
    found = re.search(r"/sign-in/link\?token=([\w-]{43})", letter)
    assert found is not None, letter
    return found[1]


async def ask(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    return await browser.post("/sign-in", data={"email": email})


async def test_who_is_on_record_is_mailed_a_link_that_signs_them_in(mailed, folder, inviting):
    await inviting.invited()
    page = await mailed.get("/sign-in")
    assert "E-mail me a link" in page.text
    assert (await ask(mailed, " ADA@nhs.example ")).status_code == 200
    [letter] = await letters(folder, 1)
    assert letter.startswith("ada@nhs.example\nHello Ada\n\nYou can now sign in")
    assert (await use(mailed, token_in(letter))).status_code == 303
    assert await viewer(mailed) == {"name": "Ada", "role": "APPROVER"}
    await ask(mailed, "ada@nhs.example")
    again = (await letters(folder, 2))[1]
    assert "You can use it once, within 30 minutes." in again


@pytest.mark.parametrize("email", ["eve@nhs.example", "kim@nhs.example", "gone@nhs.example", "", "a\x00b", "%"])
async def test_the_answer_does_not_say_whether_an_address_is_known(mailed, folder, inviting, url, email):
    await inviting.invited()
    await inviting.invited("Kim", role="")
    await inviting.end(await inviting.invited("Gone"))
    known, other = await ask(mailed, "ada@nhs.example"), await ask(mailed, email)
    assert (known.status_code, known.text) == (other.status_code, other.text)
    await letters(folder, 1)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM message") == 1
    await connection.close()


async def test_one_asker_has_a_person_mailed_so_many_links_an_hour(mailed, inviting, url):
    await inviting.invited()
    for _ in range(7):
        assert (await ask(mailed, "ada@nhs.example")).status_code == 200
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM message") == 5
    assert "127.0.0.1" not in await connection.fetchval("SELECT string_agg(m::text, '') FROM message m")
    await connection.close()


async def test_who_asks_for_somebody_else_uses_up_none_of_their_links(mailing, inviting, url):
    """Each asker has five, and a person gets no more than twenty from all of them."""
    await inviting.invited()
    connection = await asyncpg.connect(url)
    counts = []
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"):
        app = application(mailing)
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=HERE, headers={"Origin": HERE}) as browser,
        ):
            for _ in range(6):
                assert (await ask(browser, "ada@nhs.example")).status_code == 200
        counts.append(await connection.fetchval("SELECT count(*) FROM message"))
    await connection.close()
    assert counts == [5, 10, 15, 20, 20]


async def test_one_network_address_asks_for_so_many_links_a_minute(mailed):
    answers = [(await ask(mailed, f"{number}@nhs.example")).status_code for number in range(11)]
    assert answers == [200] * 10 + [429]


async def test_another_site_cannot_have_links_sent(mailed):
    answer = await mailed.post("/sign-in", data={"email": "a@b.example"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_without_mail_nobody_can_ask_for_a_link(browser):
    assert (await ask(browser, "ada@nhs.example")).status_code == 405
    assert "E-mail me a link" not in (await browser.get("/sign-in")).text


async def test_the_database_keeps_no_link_that_waits(inviting, database, url):
    person = await inviting.invited()
    await put_down(database, person)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM sign_in_link") == 0
    assert "token" not in await connection.fetchval("SELECT string_agg(m::text, '') FROM message m")
    await connection.close()


async def put_down(database: Database, person: int) -> None:
    async with database.command(scope=EVERYWHERE) as session:
        await send_link(session, person, minutes=30)


async def test_what_waited_while_no_service_ran_is_sent_once_by_two_of_them(mailing, folder, inviting, database):
    people = [await inviting.invited(f"P{number}") for number in range(6)]
    for person in people:
        await put_down(database, person)
    async with serving(mailing), serving(mailing):
        await letters(folder, len(people))
        await asyncio.sleep(0.3)
    sent = [each.splitlines()[0] for each in await letters(folder, len(people))]
    assert sorted(sent) == [f"p{number}@nhs.example" for number in range(6)]


class Unwilling:
    """A way to send that fails at first."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.sent: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        if self.failures:
            self.failures -= 1
            raise NotSent("The mail server answered 451.")
        self.sent.append(letter)


async def test_what_could_not_be_sent_waits_longer_each_time_and_is_sent_then(chosen, inviting, database, url):
    await put_down(database, await inviting.invited())
    channel, work = Unwilling(2), sender.Sender(database, None, chosen)  # type: ignore[arg-type]
    connection = await asyncpg.connect(url)
    waits = []
    for _ in range(2):
        assert await work.send_next(channel)
        assert not await work.send_next(channel), "not at once"
        waits.append(await connection.fetchval("SELECT extract(epoch FROM next_attempt_at - now()) FROM message"))
        assert await connection.fetchval("SELECT problem FROM message") == "The mail server answered 451."
        await connection.execute("UPDATE message SET next_attempt_at = now()")
    assert 8 < waits[0] < 11 < 18 < waits[1] < 21
    assert await work.send_next(channel)
    assert len(channel.sent) == 1
    assert not await work.send_next(channel)
    await connection.close()


class Wavering:
    """A way to send that breaks off when a letter may have gone."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        self.sent = 0

    async def send(self, letter: Letter) -> None:
        self.sent += 1
        raise self.fault


async def remind(database: Database, person: int) -> None:
    """Put down a message that is sent once at most."""
    facts = {"organisation": "Ashford", "code": "U1", "quarter": "2024-25-Q4", "open": 3, "due": "2025-04-30"}
    async with database.command(scope=EVERYWHERE) as session:
        assert await add(session, [New(person, MessageKind.REMINDER, "today", facts)]) == 1


async def all_due(url: str) -> None:
    """Every lease is over, and every pause."""
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE message SET leased_until = now() - interval '1 second', next_attempt_at = now()")
    await connection.close()


@pytest.mark.parametrize("fault", [InDoubt("The mail server broke off."), KeyError("a fault of ours")])
async def test_what_may_have_gone_does_not_go_twice_but_for_links(chosen, inviting, database, url, fault):
    person = await inviting.invited()
    work, channel = sender.Sender(database, None, chosen), Wavering(fault)  # type: ignore[arg-type]
    await remind(database, person)
    assert await work.send_next(channel)
    await all_due(url)
    assert not await work.send_next(channel)
    assert [each.person for each in await Outbox(database).in_doubt()] == [person]
    assert await Outbox(database).waiting() == []
    await put_down(database, person)
    for _ in range(2):
        assert await work.send_next(channel)
        await all_due(url)
    assert channel.sent == 3


async def test_a_letter_whose_sending_cannot_be_noted_does_not_go_twice(chosen, inviting, database, url, monkeypatch):
    monkeypatch.setattr(sender, "_MOST_NOTES", 1)
    await remind(database, await inviting.invited())
    work, channel = sender.Sender(database, None, chosen), Unwilling(0)  # type: ignore[arg-type]

    async def away(number: int) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(work._outbox, "note_sent", away)
        with pytest.raises(OSError, match="away"):
            await work.send_next(channel)
    await all_due(url)
    assert not await work.send_next(channel)
    assert len(channel.sent) == 1


async def test_a_database_that_is_away_for_a_moment_notes_it_when_it_is_back(chosen, inviting, database, monkeypatch):
    await remind(database, await inviting.invited())
    work, channel = sender.Sender(database, None, chosen), Unwilling(0)  # type: ignore[arg-type]
    noted, calls = work._outbox.note_sent, []

    async def note(number: int) -> None:
        calls.append(number)
        if len(calls) == 1:
            raise OSError("the database is away")
        await noted(number)

    monkeypatch.setattr(work._outbox, "note_sent", note)
    assert await work.send_next(channel)
    assert (len(calls), await Outbox(database).in_doubt()) == (2, [])


async def test_a_process_that_is_killed_while_it_sends_leaves_a_message_in_doubt(inviting, database, url):
    await remind(database, await inviting.invited())
    assert await Outbox(database).take() is not None
    assert await Outbox(database).in_doubt() == [], "it is being sent"
    await all_due(url)
    assert await Outbox(database).take() is None
    [left] = await Outbox(database).in_doubt()
    await Outbox(database).release(left.id)
    assert await Outbox(database).take() is not None


async def test_a_process_that_stops_finishes_the_letter_that_it_sends(chosen, inviting, database):
    await remind(database, await inviting.invited())
    work, started, go_on = sender.Sender(database, None, chosen), asyncio.Event(), asyncio.Event()  # type: ignore[arg-type]

    class Slow:
        async def send(self, letter: Letter) -> None:
            started.set()
            await go_on.wait()

    task = asyncio.create_task(work.send_next(Slow()))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0.05)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await Outbox(database).in_doubt(), await Outbox(database).waiting()) == ([], [])


async def test_what_a_process_left_behind_is_sent_when_its_lease_is_over(chosen, inviting, database, url):
    await put_down(database, await inviting.invited())
    assert await Outbox(database).take() is not None
    channel, work = Unwilling(0), sender.Sender(database, None, chosen)  # type: ignore[arg-type]
    assert not await work.send_next(channel)
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE message SET leased_until = now() - interval '1 second'")
    await connection.close()
    assert await work.send_next(channel)


@pytest.mark.parametrize(
    "change", ["made_at = now() - interval '4 days'", "next_attempt_at = now() + interval '1 hour'"]
)
async def test_what_is_old_or_not_yet_due_is_not_sent(chosen, inviting, database, url, change):
    await put_down(database, await inviting.invited())
    connection = await asyncpg.connect(url)
    await connection.execute(f"UPDATE message SET {change}")
    await connection.close()
    assert await Outbox(database).take() is None


async def test_who_is_ended_before_it_is_sent_gets_nothing(inviting, database):
    person = await inviting.invited()
    await put_down(database, person)
    await inviting.end(person)
    assert await Outbox(database).take() is None


async def test_what_somebody_stopped_meanwhile_is_not_sent(inviting, database, url):
    person = await inviting.invited()
    await put_down(database, person)
    connection = await asyncpg.connect(url)
    await connection.execute("INSERT INTO unsubscribed SELECT person_id, kind, now() FROM message")
    await connection.close()
    assert await Outbox(database).take() is None


async def test_a_message_that_cannot_be_written_holds_no_other_up(chosen, inviting, database, url):
    await put_down(database, await inviting.invited())

    class Broken:
        async def send(self, letter: Letter) -> None:
            raise KeyError("a fault of ours")

    work = sender.Sender(database, None, chosen)  # type: ignore[arg-type]
    assert await work.send_next(Broken())
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT failures FROM message") == 1
    await connection.close()
    assert await Outbox(database).take() is None


async def test_of_many_that_ask_at_once_one_gets_the_message(inviting, database):
    for number in range(3):
        await put_down(database, await inviting.invited(f"P{number}"))
    for _ in range(3):
        taken = await asyncio.gather(*(Outbox(database).take() for _ in range(6)))
        assert len({each.id for each in taken if each}) == len([each for each in taken if each])
