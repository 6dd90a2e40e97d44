"""Events are posted to addresses: signed, in order, to those they are for, and again until they are taken."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import Database, connected, connected_to_serve, scoped
from service.events.event import Place
from service.webhooks import sender
from service.webhooks.outbox import LeaseIsOver, Outbox
from service.writes.trust import webhooks
from tests.databases import Server
from tests.service.graphql.served import PATIENCE, Service, served
from tests.service.webhooks.receiver import Receiver, receiving
from tests.service.writes.submitting import ROOT, figure, save, update

FIGURES = "subscription { figuresPublished { value organisation { code } } }"
SUBMISSIONS = "subscription { submissionChanged { status organisation { code } } }"
# A practice of one network, and the network of another one.
PRACTICE, NETWORK, OTHER_NETWORK = "G82002", "U07884", "U41211"
STATE = "SELECT *, leased_until > now() AS is_leased FROM webhook"


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look so often that no test waits long for another attempt."""
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_LOOKS", 0.05)


@pytest.fixture
async def own_url(server: Server, seeded: str) -> AsyncIterator[str]:
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
async def database(own_url: str) -> AsyncIterator[Database]:
    """As the owner."""
    async with connected(settings({}, database_url=own_url)) as database:
        yield database


@pytest.fixture
async def service(own_url: str) -> AsyncIterator[Service]:
    async with serving(own_url) as service:
        yield service


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


def serving(url: str):
    return served(settings({}, database_url=url))


async def add(
    database: Database,
    receiver: Receiver,
    document: str = FIGURES,
    *,
    name: str = "dashboard",
    variables: str = "{}",
    organisation: str | None = None,
) -> str:
    async with database.command() as session:
        return await webhooks.add(
            session,
            name,
            receiver.url,
            document=document,
            variables=variables,
            organisation=organisation,
            by=ROOT,
            at=dt.datetime.now(dt.UTC),
        )


async def resume(database: Database, *, only_new: bool = False) -> None:
    async with database.command() as session:
        await webhooks.resume(session, "dashboard", only_new=only_new, by=ROOT, at=dt.datetime.now(dt.UTC))


async def becomes(database: Database, **columns: object) -> None:
    """Wait until the row of the only webhook has these values."""
    async with asyncio.timeout(PATIENCE):
        while True:
            row = await database.reading.fetchrow(STATE)
            assert row is not None
            if {name: row[name] for name in columns} == columns:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def changed(database: Database, statement: str) -> AsyncIterator[None]:
    async with database.command() as session:
        await (await session.connection()).exec_driver_sql(statement)
    yield


async def test_an_event_is_posted_as_a_socket_would_get_it_and_signed(database, service, receiver):
    secret = await add(database, receiver)
    await update(database, figure(88.7))
    [message] = await receiver.has(1)
    assert message.data == {"figuresPublished": {"value": 88.7, "organisation": {"code": "QKS"}}}
    assert message.headers["content-type"] == "application/json"
    # Worked out from the text of Standard Webhooks, and not by the library that signs.
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert message.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(message.headers["webhook-timestamp"]) - dt.datetime.now().timestamp()) < 60
    await becomes(database, failures=0, problem=None, is_leased=None)


async def test_what_is_not_taken_is_sent_again_with_the_same_id_and_nothing_overtakes_it(database, service, receiver):
    await add(database, receiver)
    # The second of three events that one command leaves.
    receiver.decide = lambda message: 500 if len(receiver.messages) == 2 else 204
    values = {"call_back_percent": 88.7, "gp_fte": 901, "cloud_telephony_percent": 97}
    await update(database, *(figure(value, metric, reason="Counted.") for metric, value in values.items()))
    await receiver.has(2)
    await becomes(database, failures=1, problem="The address answered 500.", is_leased=None)
    row = await database.reading.fetchrow(STATE)
    assert dt.timedelta(seconds=4) < row["next_attempt_at"] - row["failing_since"] < dt.timedelta(seconds=6)
    async with changed(database, "UPDATE webhook SET next_attempt_at = now()"):
        messages = await receiver.has(4)
    assert messages[1].id == messages[2].id
    assert len({message.id for message in messages}) == 3
    assert sorted(each.data["figuresPublished"]["value"] for each in messages[1:] + messages[:1])[::3] == [88.7, 901.0]
    await becomes(database, failures=0, problem=None, failing_since=None)
    await receiver.has_no_more_than(4)


async def test_the_pause_doubles_and_after_three_days_nothing_more_is_sent(database, service, receiver):
    receiver.status = 503
    await add(database, receiver)
    await update(database)
    await receiver.has(1)
    await becomes(database, failures=1)
    async with changed(database, "UPDATE webhook SET failures = 4, next_attempt_at = now()"):
        await becomes(database, failures=5, ended_at=None)
    row = await database.reading.fetchrow(STATE)
    assert dt.timedelta(seconds=70) < row["next_attempt_at"] - dt.datetime.now(dt.UTC) < dt.timedelta(seconds=81)
    old = "UPDATE webhook SET failures = 90, failing_since = now() - interval '73 hours', next_attempt_at = now()"
    async with changed(database, old):
        await becomes(database, failures=91)
    assert (await database.reading.fetchrow(STATE))["ended_at"] is not None
    receiver.status = 200
    await resume(database)
    assert (await receiver.has(4))[-1].id == receiver.messages[0].id


async def test_an_address_that_is_gone_gets_nothing_more(database, service, receiver):
    receiver.status = 410
    await add(database, receiver)
    await update(database, figure(88.7))
    await becomes(database, problem="The address answered 410: it wants no more messages.")
    assert (await database.reading.fetchrow(STATE))["ended_at"] is not None
    await update(database, figure(89.7, reason="Counted again."))
    await receiver.has_no_more_than(1)
    receiver.status = 204
    await resume(database, only_new=True)
    await update(database, figure(90.7, reason="Counted again."))
    assert (await receiver.has(2))[1].data["figuresPublished"]["value"] == 90.7


async def test_an_answer_that_names_another_address_is_no_delivery(database, service, receiver):
    receiver.status = 307
    await add(database, receiver)
    await update(database)
    await becomes(database, failures=1, problem="The address answered 307.")
    assert len(receiver.messages) == 1


async def test_an_address_where_nobody_listens_is_tried_again(database, service, receiver):
    await add(database, Receiver("http://127.0.0.1:9"))
    await update(database)
    await becomes(database, failures=1, problem="The address cannot be reached.")


async def test_a_webhook_of_an_organisation_gets_the_events_of_its_members_alone(database, service, receiver):
    codes = await database.reading.fetch(
        "SELECT member.code AS practice, network.code AS network FROM ancestry "
        "JOIN organisation member ON member.id = member_id JOIN organisation network ON network.id = ancestor_id "
        "WHERE network.kind = 'PRIMARY_CARE_NETWORK' AND member.kind = 'PRACTICE' AND period @> current_date "
        "ORDER BY member.code LIMIT 1"
    )
    practice, network = codes[0]["practice"], codes[0]["network"]
    await add(database, receiver, organisation=network)
    metric = "list_size"
    known = await database.reading.fetchval("SELECT count(*) FROM metric WHERE code = $1", metric)
    metric = metric if known else "gp_fte"
    await update(database, figure(88.7))
    await update(database, {"metric": metric, "organisation": practice, "value": 3, "reason": "Counted."})
    [message] = await receiver.has(1)
    assert message.data["figuresPublished"]["organisation"]["code"] == practice
    await receiver.has_no_more_than(1)


async def test_a_webhook_sees_the_submissions_of_its_organisation_alone(database, service, receiver):
    await add(database, receiver, SUBMISSIONS, organisation="QKS")
    async with receiving() as other:
        await add(database, other, SUBMISSIONS, name="other", organisation="G82002")
        await save(database, figure(88.7))
        [message] = await receiver.has(1)
        assert message.data == {"submissionChanged": {"status": "DRAFT", "organisation": {"code": "QKS"}}}
        await other.has_no_more_than(0)


async def test_a_webhook_reads_as_somebody_of_its_organisation(database, receiver):
    await add(database, receiver, organisation="QKS")
    await update(database)
    webhook = await Outbox(database).take()
    assert webhook is not None
    viewer = sender.caller_of(webhook).viewer
    assert viewer is not None
    code = await database.reading.fetchval("SELECT code FROM organisation WHERE id = $1", viewer.scope)
    assert (viewer.name, viewer.role, code) == ("webhook dashboard", Role.SUBMITTER, "QKS")


async def test_the_variables_of_a_webhook_choose_its_events(database, service, receiver):
    document = "subscription($metrics: [String!]) { figuresPublished(metrics: $metrics) { metric { code } } }"
    await add(database, receiver, document, variables='{"metrics": ["gp_fte"]}')
    await update(database, figure(88.7), figure(901, "gp_fte", reason="Counted."))
    [message] = await receiver.has(1)
    assert message.data == {"figuresPublished": {"metric": {"code": "gp_fte"}}}
    await receiver.has_no_more_than(1)


async def test_what_happens_while_nothing_runs_is_sent_after_the_start(database, own_url, receiver):
    async with serving(own_url):
        await add(database, receiver)
    await update(database)
    async with serving(own_url):
        await receiver.has(1)


async def test_two_processes_send_each_event_once(database, own_url, receiver):
    await add(database, receiver)
    async with serving(own_url), serving(own_url):
        for value in range(80, 90):
            await update(database, figure(value, reason="Counted again."))
        messages = await receiver.has(10)
        await receiver.has_no_more_than(10)
    assert len({message.id for message in messages}) == 10


async def test_a_process_that_died_leaves_its_webhook_when_its_lease_is_over(database, service, receiver):
    await add(database, receiver)
    async with changed(database, "UPDATE webhook SET leased_until = now() + interval '1 hour'"):
        await update(database)
        await receiver.has_no_more_than(0)
    async with changed(database, "UPDATE webhook SET leased_until = now() - interval '1 second'"):
        await receiver.has(1)


async def test_whoever_has_lost_the_lease_moves_nothing_on(database, receiver):
    await add(database, receiver)
    await update(database)
    outbox = Outbox(database)
    webhook = await outbox.take()
    assert webhook is not None
    assert await outbox.take() is None
    later = Place(webhook.place.position + 1, 0)
    async with changed(database, "UPDATE webhook SET leased_until = leased_until + interval '1 second'"):
        with pytest.raises(LeaseIsOver):
            await outbox.reach(webhook, later, is_delivered=True)
        with pytest.raises(LeaseIsOver):
            await outbox.note_failure(webhook, "The address answered 500.")
    await becomes(database, position=webhook.place.position, delivered_at=None, failures=0)


async def test_only_the_service_itself_sees_secrets_and_nobody_changes_an_address(database, own_url, receiver):
    await add(database, receiver)
    async with connected_to_serve(settings({}, database_url=own_url)) as serving_database:
        with pytest.raises(Exception, match="permission denied for table webhook"):
            await serving_database.reading.fetchval("SELECT secret FROM webhook")
        with pytest.raises(Exception, match="permission denied for table webhook"):
            await scoped(serving_database.reading, 1, "SELECT secret FROM webhook")
        async with serving_database.command(scope=1) as session:
            assert (await (await session.connection()).exec_driver_sql("SELECT id FROM webhook")).all() == []
        with pytest.raises(Exception, match="permission denied for table webhook"):
            async with serving_database.command(scope=0) as session:
                await (await session.connection()).exec_driver_sql("UPDATE webhook SET url = 'https://b.example'")
