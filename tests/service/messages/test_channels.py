"""Letters really go out: to a mail server, to a stand-in for GOV.UK Notify, and into a folder."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from joserfc import jwt
from joserfc.jwk import OctKey

from service.config import settings
from service.messages.channels import Channel, InDoubt, NotSent, channel_of
from service.messages.texts import Letter
from tests.service.webhooks.receiver import Receiver, receiving

STOP = "https://tracker.example/unsubscribe?person=1&kind=OPENS&seal=x"
LETTER = Letter("kim@nhs.example", "Q4 2024/25: £ and Größe", "Hello Kim\n\nA line that says “yes”.\n", STOP)
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"


class Post:
    """A mail server's hands: what came, and what the next letters are answered with."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.users: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(envelope.content)
        return self.answer

    def sign_in(self, server: SMTP, session: SmtpSession, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        self.users.append((given.login, given.password))
        return AuthResult(success=True)


@pytest.fixture
async def mail() -> AsyncIterator[tuple[Post, Controller]]:
    post = Post()
    controller = Controller(
        post, hostname="127.0.0.1", port=0, authenticator=post.sign_in, auth_require_tls=False, ready_timeout=20
    )
    # With port 0, it would look whether it listens at port 0.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    await asyncio.to_thread(controller.start)
    yield post, controller
    await asyncio.to_thread(controller.stop)


def channel(mail: str) -> Channel:
    made = channel_of(settings({}, mail=mail, mail_from="tracker@nhs.example"))
    assert made is not None
    return made


def check_mail(content: bytes) -> None:
    read = message_from_bytes(content, policy=default)
    assert (read["From"], read["To"], read["Subject"]) == ("tracker@nhs.example", LETTER.to, LETTER.subject)
    assert read["List-Unsubscribe"] == f"<{STOP}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Message-ID"].endswith("@nhs.example>")
    assert read.get_content().replace("\r\n", "\n") == LETTER.body


async def test_a_mail_server_gets_the_letter_with_its_headers(mail):
    post, server = mail
    await channel(f"smtp://127.0.0.1:{server.port}").send(LETTER)
    [content] = post.letters
    check_mail(content)
    assert post.users == []


async def test_a_mail_server_gets_user_and_password(mail):
    post, server = mail
    await channel(f"smtp://us%40er:p%3Aw@127.0.0.1:{server.port}").send(LETTER)
    assert post.users == [(b"us@er", b"p:w")]


async def test_a_letter_that_a_mail_server_refuses_is_not_sent_and_no_secret_is_said(mail):
    post, server = mail
    post.answer = "550 No such mailbox for secret"
    with pytest.raises(NotSent) as refused:
        await channel(f"smtp://user:secret@127.0.0.1:{server.port}").send(LETTER)
    assert str(refused.value) == "The mail server answered 550."


async def test_a_mail_server_that_is_away_is_one_sentence():
    with pytest.raises(NotSent, match=r"^The mail server cannot be used \(\w+\)\.$"):
        await channel("smtp://127.0.0.1:1").send(LETTER)


async def test_a_folder_gets_a_file_for_each_letter(tmp_path: Path):
    outbox = channel(f"file:{tmp_path}/out%20box")
    for _ in range(2):
        await outbox.send(LETTER)
    files = list((tmp_path / "out box").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stat().st_mode & 0o077 for file in (*files, tmp_path / "out box")} == {0}, "for this account alone"
    check_mail(files[0].read_bytes())


async def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotSent, match="The folder for messages cannot be written to"):
        await channel(f"file:{tmp_path}/file/below").send(LETTER)


@pytest.fixture
async def notify() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        receiver.status = 201
        yield receiver


def notify_at(receiver: Receiver) -> str:
    host = receiver.url.split("/")[2]
    return f"notify+http://live-{SERVICE}-{SECRET}@{host}/TEMPLATE"


async def test_notify_gets_address_template_and_words_with_a_signed_proof(notify):
    await channel(notify_at(notify)).send(LETTER)
    [message] = notify.messages
    assert orjson.loads(message.body) == {
        "email_address": LETTER.to,
        "template_id": "TEMPLATE",
        "personalisation": {"subject": LETTER.subject, "body": LETTER.body},
        "one_click_unsubscribe_url": STOP,
    }
    token = message.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
    assert claims["iss"] == SERVICE
    assert abs(claims["iat"] - time.time()) < 60


async def test_a_letter_without_a_way_to_stop_it_has_none(notify, mail):
    post, server = mail
    plain = replace(LETTER, unsubscribe=None)
    await channel(notify_at(notify)).send(plain)
    await channel(f"smtp://127.0.0.1:{server.port}").send(plain)
    assert b"unsubscribe" not in notify.messages[0].body
    assert b"List-Unsubscribe" not in post.letters[0]


@pytest.mark.parametrize("status", [200, 400, 403, 429, 500])
async def test_a_letter_that_notify_does_not_take_is_not_sent(notify, status):
    notify.status = status
    with pytest.raises(NotSent) as refused:
        await channel(notify_at(notify)).send(LETTER)
    assert str(refused.value) == f"GOV.UK Notify answered {status}."


async def test_notify_that_is_away_is_one_sentence():
    with pytest.raises(NotSent, match=r"^GOV\.UK Notify cannot be reached \(\w+\)\.$") as refused:
        await channel(f"notify+http://live-{SERVICE}-{SECRET}@127.0.0.1:1/TEMPLATE").send(LETTER)
    assert not isinstance(refused.value, InDoubt)


async def test_each_attempt_has_the_same_key_for_notify_and_for_mail_programs(notify, mail):
    post, server = mail
    keyed = replace(LETTER, key="0b5ee1a2")
    for _ in range(2):
        await channel(notify_at(notify)).send(keyed)
        await channel(f"smtp://127.0.0.1:{server.port}").send(keyed)
    assert [orjson.loads(each.body)["reference"] for each in notify.messages] == ["0b5ee1a2"] * 2
    read = [message_from_bytes(each, policy=default)["Message-ID"] for each in post.letters]
    assert read == ["<0b5ee1a2@nhs.example>"] * 2


async def test_notify_gets_no_address_to_unsubscribe_at_that_is_not_https(notify):
    await channel(notify_at(notify)).send(replace(LETTER, unsubscribe=STOP.replace("https", "http")))
    assert b"unsubscribe" not in notify.messages[0].body


async def test_a_mail_server_that_breaks_off_may_have_taken_the_letter():
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        with pytest.raises(InDoubt, match=r"^The mail server broke off \(\w+\)\.$"):
            await channel(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}").send(LETTER)


def test_without_mail_there_is_no_channel():
    assert channel_of(settings({})) is None
