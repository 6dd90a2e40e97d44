"""`tracker quarter remind`, and invitations that the service mails."""

import asyncio

import asyncpg
import pytest
from click.testing import CliRunner, Result

from service.cli import main

NETWORK = "U10200"


@pytest.fixture
def tracker(url):
    async def call(*arguments: str, **more: str) -> Result:
        # A thread has no loop yet, as a command expects.
        return await asyncio.to_thread(CliRunner().invoke, main, list(arguments), env={"DATABASE_URL": url, **more})

    return call


async def test_who_has_not_answered_is_listed_and_reminded_once_a_day(tracker, inviting, url):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    rehearsed = await tracker("quarter", "remind", "2024-25-Q4", "--dry-run")
    assert f"{NETWORK:14}  Mia\n" in rehearsed.stdout
    assert f"{'QKS':14}  nobody with an e-mail address\n" in rehearsed.stdout
    assert rehearsed.stdout.endswith("Nothing was sent: this was a dry run of 1 message.\n")
    done = [(await tracker("quarter", "remind", "2024-25-Q4")).stdout.splitlines()[-1] for _ in range(2)]
    assert done == ["1 message will be sent.", "0 messages will be sent."]
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM message WHERE kind = 'REMINDER'") == 1
    await connection.close()
    wrong = await tracker("quarter", "remind", "2024")
    assert (wrong.exit_code, wrong.stderr.startswith("Error: '2024' is not a quarter.")) == (1, True)


async def test_with_mail_the_service_sends_the_invitation_and_nothing_secret_is_printed(tracker, url, tmp_path):
    mail = {"TRACKER_MAIL": f"file:{tmp_path}", "TRACKER_MAIL_FROM": "tracker@nhs.example"}
    invited = await tracker("people", "invite", "ada@nhs.example", "--name", "Ada", "--role", "READER", **mail)
    assert invited.stdout == "Ada\tada@nhs.example\tthe service sends the invitation\n"
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT kind FROM message") == "INVITATION"
    await connection.close()
