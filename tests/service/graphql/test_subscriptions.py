"""What subscribers receive: each event once, filtered, within their scope, from every process."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from schema import ids
from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.answers.streams import Streamed, Streams
from service.config import settings
from service.database import Database, connected
from service.events.event import FIGURES, Event
from service.events.hub import Hub
from service.events.listener import APPLICATION
from service.importers.sandbox import load_sandbox
from tests.databases import Server
from tests.service.graphql.api_keys import create_key, revoke_key
from tests.service.graphql.served import Service, Socket, served, until
from tests.service.writes.submitting import ADA, BOB, drafted, figure, give, save, step, update
from tests.statements import counted

FIGURE = "subscription { figuresPublished { value revision status metric { code } organisation { code } } }"
SUBMISSION = "subscription { submissionChanged { id status version organisation { code } } }"
TARGET = "subscription { targetStatusChanged { status isMet target { metric { code } } figure { value } } }"
CALLED = {"metric": {"code": "call_back_percent"}, "organisation": {"code": "QKS"}}
# Other tests of this process may listen on databases of their own.
_BACKENDS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = $1 AND datname = current_database()
"""


async def subscribe(service: Service, socket: Socket, query: str, **variables: Any) -> None:
    """Subscribe, and wait until the subscription is active."""
    await service.caught_up()
    before = len(service.hub)
    await socket.subscribe(query, **variables)
    await service.subscribers(before + 1)


async def end_listener_connection(service: Service) -> None:
    """End the listener's connection, as an operator or a failing server would."""
    await service.database.primary.fetchval(_BACKENDS, APPLICATION)


async def test_a_published_figure_is_sent_once(service: Service):
    async with service.opened() as socket:
        await subscribe(service, socket, FIGURE)
        await update(service.database, figure(88.7))
        assert await socket.answer() == {
            "figuresPublished": {"value": 88.7, "revision": 1, "status": "PUBLISHED", **CALLED}
        }
        assert await socket.is_silent()


async def test_a_correction_and_its_withdrawal_are_sent(service: Service):
    query = "subscription { figuresPublished { value revision status } }"
    async with service.opened() as socket:
        await subscribe(service, socket, query)
        await update(service.database, figure(48, "trained_mentors", reason="Counted."))
        await update(service.database, figure(49, "trained_mentors"), reason="Counted again.")
        submission = (await update(service.database, figure(50, "trained_mentors"), reason="Again."))["submission_id"]
        answers = [(await socket.answer())["figuresPublished"] for _ in range(3)]
        assert answers[-1] == {"value": 50, "revision": 3, "status": "PUBLISHED"}
        await step(service.database, "withdraw", submission, by=ADA, reason="Wrong.")
        assert await socket.answer() == {"figuresPublished": {"value": 49, "revision": 4, "status": "PUBLISHED"}}


@pytest.mark.parametrize(
    ("chosen", "is_sent"),
    [
        ('(metrics: ["call_back_percent"], organisations: ["QKS"], kind: INTEGRATED_CARE_BOARD)', True),
        ('(metrics: ["additional_roles_fte"])', False),
        ("(metrics: [])", False),
        ('(organisations: ["G82002"])', False),
        ("(kind: PRACTICE)", False),
    ],
)
async def test_figures_are_filtered(service: Service, chosen, is_sent):
    async with service.opened() as socket:
        await subscribe(service, socket, f"subscription {{ figuresPublished{chosen} {{ value }} }}")
        await update(service.database, figure(88.7))
        if is_sent:
            assert await socket.answer() == {"figuresPublished": {"value": 88.7}}
        assert await socket.is_silent()


async def test_a_subscription_selects_like_a_query(service: Service):
    query = """
        subscription ($metrics: [String!], $kind: OrganisationKind, $deep: Boolean!) {
          event: figuresPublished(metrics: $metrics, kind: $kind) {
            ...Value name: organisation { ... on IntegratedCareBoard { name } __typename }
            metric { figures(organisations: ["QKS"]) @include(if: $deep) { totalCount } }
          }
        }
        fragment Value on Figure { amount: value }
    """
    async with service.opened() as socket:
        await subscribe(service, socket, query, metrics=["call_back_percent"], deep=True)
        await update(service.database, figure(88.7))
        answer = (await socket.answer())["event"]
    assert answer["amount"] == 88.7
    assert answer["name"] == {"name": "NHS Kent and Medway Integrated Care Board", "__typename": "IntegratedCareBoard"}
    assert answer["metric"]["figures"]["totalCount"] >= 1


async def test_a_command_is_one_event_of_its_submission(service: Service, approver_key):
    async with service.opened(approver_key) as socket:
        await subscribe(service, socket, SUBMISSION)
        submission = (await update(service.database, figure(88.7)))["submission_id"]
        answer = (await socket.answer())["submissionChanged"]
        assert (answer["id"], answer["status"]) == (ids.made("Submission", submission), "PUBLISHED")
        assert await socket.is_silent()


async def test_each_step_with_a_chosen_submission_is_sent(service: Service, approver_key):
    submission, other = await drafted(service.database), await drafted(service.database)
    query = "subscription ($id: ID) { submissionChanged(id: $id) { status } }"
    async with service.opened(approver_key) as socket:
        await subscribe(service, socket, query, id=ids.made("Submission", submission))
        await step(service.database, "submit", other, by=BOB)
        await step(service.database, "submit", submission, by=BOB)
        assert await socket.answer() == {"submissionChanged": {"status": "SUBMITTED"}}
        await step(service.database, "approve", submission, by=ADA)
        assert await socket.answer() == {"submissionChanged": {"status": "APPROVED"}}
        assert await socket.is_silent()


@pytest.mark.parametrize(("organisation", "is_sent"), [("QKS", True), ("G82002", False)])
async def test_submissions_are_filtered_by_organisation(service: Service, approver_key, organisation, is_sent):
    query = f'subscription {{ submissionChanged(organisation: "{organisation}") {{ status }} }}'
    async with service.opened(approver_key) as socket:
        await subscribe(service, socket, query)
        await drafted(service.database)
        assert await socket.is_silent() is not is_sent


async def test_a_submission_out_of_scope_is_sent_to_nobody(service: Service):
    """A practice's key: the ICB's submission is not in its scope, the practice's own is."""
    key = await create_key(service.database, "Practice", Role.SUBMITTER, "G82002")
    async with service.opened(key) as socket:
        await subscribe(service, socket, SUBMISSION)
        await drafted(service.database)
        assert await socket.is_silent()
        await save(service.database, organisation="G82002", title="Own")
        assert (await socket.answer())["submissionChanged"]["organisation"] == {"code": "G82002"}


async def test_available_actions_are_sent_to_each_viewer(service: Service, approver_key):
    query = "subscription { submissionChanged { availableActions { action enabled } } }"
    writer = await create_key(service.database, "Cyd", Role.SUBMITTER)
    submission = await drafted(service.database)
    async with service.opened(approver_key) as one, service.opened(writer) as other:
        await subscribe(service, one, query)
        await subscribe(service, other, query)
        await step(service.database, "submit", submission, by=BOB)
        answers = [(await each.answer())["submissionChanged"]["availableActions"] for each in (one, other)]
    can = [{each["action"] for each in actions if each["enabled"]} for actions in answers]
    assert "APPROVE" in can[0]
    assert "APPROVE" not in can[1]


@pytest.mark.parametrize(("role", "code"), [(None, "UNAUTHENTICATED"), (Role.READER, "FORBIDDEN")])
async def test_without_access_to_submissions_nobody_can_subscribe_to_them(service: Service, role, code):
    key = await create_key(service.database, "Rea", role) if role else None
    async with service.opened(key) as socket:
        await socket.subscribe(SUBMISSION)
        assert await socket.error() == code


async def set_target(service: Service, value: float) -> None:
    arguments = {"metric": "trained_mentors", "organisation": "QKS", "comparator": "AT_LEAST", "value": value}
    outcome = await give(service.database, "setTarget", {**arguments, "reason": "Agreed."}, by=ADA)
    assert outcome["problems"] == []


async def test_a_target_whose_status_moves_is_sent(service: Service):
    async with service.opened() as socket:
        await subscribe(service, socket, TARGET.replace("Changed", 'Changed(metrics: ["trained_mentors"])'))
        await set_target(service, 150)
        answer = (await socket.answer())["targetStatusChanged"]
        assert (answer["isMet"], answer["target"]) == (False, {"metric": {"code": "trained_mentors"}})
        await update(service.database, figure(160, "trained_mentors", reason="Counted."))
        answer = (await socket.answer())["targetStatusChanged"]
        assert (answer["isMet"], answer["figure"], answer["status"]) == (True, {"value": 160}, "MET")
        assert await socket.is_silent()


async def test_targets_are_filtered(service: Service):
    async with service.opened() as socket:
        await subscribe(service, socket, TARGET.replace("Changed", 'Changed(organisations: ["G82002"])'))
        await set_target(service, 150)
        assert await socket.is_silent()


async def test_a_commit_in_one_process_reaches_a_subscriber_of_another(service: Service, own_url):
    async with served(settings({}, database_url=own_url)) as other, other.opened() as socket:
        await subscribe(other, socket, FIGURE)
        await update(service.database, figure(88.7))
        assert (await socket.answer())["figuresPublished"]["value"] == 88.7


async def test_a_command_that_is_rolled_back_is_sent_to_nobody(service: Service, approver_key):
    async with service.opened(approver_key) as socket:
        await subscribe(service, socket, FIGURE)
        await socket.subscribe(SUBMISSION, "2")
        await service.subscribers(2)
        await update(service.database, figure(88.7), validateOnly=True)
        await update(service.database, figure(188.7))
        assert await socket.is_silent()


async def test_an_import_is_sent_to_nobody(service: Service):
    async with service.opened() as socket:
        await subscribe(service, socket, FIGURE)
        async with service.database.command() as session:
            added = await load_sandbox(session, practices=1, quarters=1, metrics=1, progress=False)
        assert added.figures > 0
        assert await socket.is_silent()


async def test_a_revoked_key_ends_the_subscription_at_the_next_event(service: Service, approver_key):
    async with service.opened(approver_key) as socket:
        await subscribe(service, socket, FIGURE)
        await revoke_key(service.database, approver_key)
        await asyncio.sleep(4.2)
        await update(service.database, figure(88.7))
        assert await socket.closed() == 4403


async def test_a_lost_listener_reconnects_logs_it_and_sends_what_happened_meanwhile(service: Service, caplog):
    async with service.opened() as socket:
        await subscribe(service, socket, FIGURE)
        await end_listener_connection(service)
        await update(service.database, figure(88.7))
        assert (await socket.answer())["figuresPublished"]["value"] == 88.7
        assert await socket.is_silent()
    assert [record.message.split(" (")[0] for record in caplog.records if record.name == "tracker"] == [
        "Events: the connection is lost",
        "Events: connected again; what happened meanwhile is delivered.",
    ]


async def test_readyz_reports_the_state_of_the_events(service: Service, server: Server):
    async with service.client() as client:
        assert (await client.get("/readyz")).json()["events"] == "connected"
        name = await service.database.reading.fetchval("SELECT current_database()")
        await server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await end_listener_connection(service)
        await until(lambda: service.listener.state == "reconnecting")
        assert (await client.get("/readyz")).json()["events"] == "reconnecting"


async def nobody() -> Caller:
    return Caller(None)


def streams_over(database: Database, hub: Hub) -> Streams:
    hub.begin()
    return Streams(Executor(graph._schema, database), database.primary, hub)


def asking(streams: Streams, query: str = "subscription { figuresPublished { id } }") -> AsyncGenerator[Streamed, None]:
    return streams.answers(GraphQLRequest(query), nobody, may_write=False)


async def test_a_subscriber_that_falls_behind_gets_an_error_after_all_that_fitted(writable):
    hub, [figure_id] = Hub(most_waiting=3), (await update(writable, figure(88.7)))["figure_ids"]
    answers = asking(streams_over(writable, hub))
    first = asyncio.ensure_future(anext(answers))
    await until(lambda: len(hub) == 1)
    await hub.deliver([Event(at, FIGURES, figure_id, "QKS") for at in range(9)])
    received = [await first]
    with pytest.raises(Refusal) as refused:
        received += [data async for data in answers]
    assert (refused.value.code, len(hub)) == ("subscription/behind", 0)


async def test_nobody_waits_for_a_subscriber_that_reads_nothing(writable):
    """One subscriber never asks for its second event; the other receives all of them."""
    hub, [figure_id] = Hub(), (await update(writable, figure(88.7)))["figure_ids"]
    streams = streams_over(writable, hub)
    idle, busy = asking(streams), asking(streams)
    firsts = [asyncio.ensure_future(anext(each)) for each in (idle, busy)]
    await until(lambda: len(hub) == 2)
    await hub.deliver([Event(at, FIGURES, figure_id, "QKS") for at in range(50)])
    received = [await first for first in firsts] + [await anext(busy) for _ in range(49)]
    assert len(received) == 51
    await idle.aclose()
    await busy.aclose()


async def test_equal_subscriptions_share_one_statement(own_url):
    async with connected(settings({}, database_url=own_url)) as database:
        hub, [figure_id] = Hub(), (await update(database, figure(88.7)))["figure_ids"]
        streams = streams_over(database, hub)
        subscribers = [asking(streams) for _ in range(20)]
        firsts = [asyncio.ensure_future(anext(each)) for each in subscribers]
        await until(lambda: len(hub) == 20)
        async with counted(own_url) as statements:
            await hub.deliver([Event(1, FIGURES, figure_id, "QKS")])
            received = await asyncio.gather(*firsts)
        assert (len(set(received)), len(statements)) == (1, 1)
        for each in subscribers:
            await each.aclose()
