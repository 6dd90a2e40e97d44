"""Sessions start and end with an audit event, and forgotten some time after their end."""

import datetime as dt

import orjson
import pytest

from service.database import Database
from service.viewer import EVERYWHERE
from service.writes.trust import sessions
from tests.service.writes.signing_in import begin
from tests.service.writes.submitting import ROOT

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
IN_FORCE = "SELECT name FROM session WHERE ended_at IS NULL ORDER BY id"


async def names(database: Database, statement: str = "SELECT name FROM session ORDER BY id") -> list[str]:
    return [row[0] for row in await database.reading.fetch(statement)]


async def test_an_administrator_ends_one_session_and_it_is_in_the_audit(writable):
    await begin(writable, "Ada", "Grace")
    async with writable.command(scope=EVERYWHERE) as session:
        assert await sessions.end(session, 1, by=ROOT, at=NOW) == "Ada"
        assert await sessions.end(session, 1, by=ROOT, at=NOW) is None
        assert await sessions.end(session, 99, by=ROOT, at=NOW) is None
    assert await names(writable, IN_FORCE) == ["Grace"]
    [event] = await writable.reading.fetch("SELECT * FROM audit_event WHERE action = 'session.end'")
    assert (event["subject"], event["actor"]) == ("session 1", "Root")
    assert orjson.loads(event["detail"]) == {"name": "Ada", "identity": "https://login.example|Ada"}


@pytest.mark.parametrize(
    ("person", "left"), [("Ada", ["Grace"]), ("https://login.example|Grace", ["Ada", "Ada"]), (None, []), ("Eve", None)]
)
async def test_the_sessions_of_a_person_or_of_everybody_end_together(writable, person, left):
    everybody = ["Ada", "Grace", "Ada"]
    await begin(writable, *everybody)
    left = everybody if left is None else left
    async with writable.command(scope=EVERYWHERE) as session:
        assert await sessions.end_all(session, person=person, by=ROOT, at=NOW) == len(everybody) - len(left)
    assert await names(writable, IN_FORCE) == left


async def test_a_session_is_forgotten_thirty_days_after_its_end(writable):
    await begin(writable, "Ada", at=NOW - 31 * DAY)
    await begin(writable, "Grace", at=NOW - 29 * DAY)
    assert await names(writable) == ["Ada", "Grace"]
    await begin(writable, "Mary")
    assert await names(writable) == ["Grace", "Mary"]


async def test_no_command_forgets_a_session_sooner(writable):
    await begin(writable, "Ada", at=NOW - 29 * DAY)
    async with writable.command(scope=EVERYWHERE) as session:
        await (await session.connection()).exec_driver_sql("DELETE FROM session")
    assert await names(writable) == ["Ada"]


async def test_a_command_within_a_scope_sees_and_ends_no_session(writable):
    await begin(writable, "Ada")
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    async with writable.command(scope=practice) as session:
        assert await sessions.end_all(session, by=ROOT, at=NOW) == 0
    assert await names(writable, IN_FORCE) == ["Ada"]


async def test_no_command_reads_the_fingerprint_of_a_token(writable):
    await begin(writable, "Ada")
    with pytest.raises(Exception, match="permission denied"):
        async with writable.command(scope=EVERYWHERE) as session:
            await (await session.connection()).exec_driver_sql("SELECT token_sha256 FROM session")


async def test_a_sign_in_leaves_kept_answers_alone(writable):
    version = "SELECT version FROM data_version"
    before = await writable.reading.fetchval(version)
    await begin(writable, "Ada")
    assert await writable.reading.fetchval(version) == before
