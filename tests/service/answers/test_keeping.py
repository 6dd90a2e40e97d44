"""An answer is kept until what it was read from changes; nothing else is, and nothing old is ever given."""

import asyncio
import datetime as dt
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy import literal, select

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from schema.tables import ApiKeyRow, FigureRow, SubmissionRow, table
from service.answers.caller import Caller
from service.answers.documents import Documents
from service.answers.executor import Executor
from service.answers.keeping import Answer, Keeping
from service.answers.registered import Registered
from service.answers.request import GraphQLRequest, checked
from service.database import Database
from service.reading_pool import ReadingPool
from service.reads import reader
from service.reads.answering import Reading
from service.reads.versions import Version, Versions, is_versioned
from service.viewer import Viewer
from service.writes.trust import documents
from tests.service.graphql.served import until
from tests.service.writes.submitting import figure, save, update

ADA, BOB = Viewer("Ada", Role.APPROVER, "aaaaaaaa"), Viewer("Bob", Role.READER, "bbbbbbbb")
PRACTICE = "query($code: OdsCode!) { practice(code: $code) { name } }"
FIGURES = '{ metric(code: "call_back_percent") { figures(latestOnly: true) { nodes { value period { code } } } } }'
ROOM = 10_000_000


@pytest.fixture
def executor(writable: Database) -> Executor:
    return Executor(graph._schema, writable, most_kept_bytes=ROOM)


async def asked(executor: Executor, text: str, viewer: Viewer | None = None, **variables: Any) -> Answer:
    return await executor.answer(GraphQLRequest(text, variables), Caller(viewer), may_write=False)


async def sent(executor: Executor, text: str, viewer: Viewer | None = None, **variables: Any) -> Answer:
    """The answer to a request that comes as bytes, and is recognised when it comes again."""
    given = {"query": text, "variables": variables}
    return await executor.answer(checked(given, orjson.dumps(given)), Caller(viewer), may_write=False)


async def was_kept(executor: Executor, text: str, viewer: Viewer | None = None, **variables: Any) -> bool:
    """Whether a question that has just been answered is answered again without reading."""
    first = await asked(executor, text, viewer, **variables)
    again = await asked(executor, text, viewer, **variables)
    assert orjson.loads(again.body.json) == orjson.loads(first.body.json)
    return again.was_kept


async def test_the_same_question_is_read_once(executor: Executor):
    assert not (await asked(executor, PRACTICE, code="G82002")).was_kept
    assert (await asked(executor, PRACTICE, code="G82002")).was_kept


async def test_other_variables_are_another_question(executor: Executor):
    await asked(executor, PRACTICE, code="G82002")
    other = await asked(executor, PRACTICE, code="G82006")
    assert not other.was_kept
    assert other.body.json != (await asked(executor, PRACTICE, code="G82002")).body.json


async def test_what_anybody_may_read_is_kept_for_everybody(executor: Executor):
    await asked(executor, PRACTICE, ADA, code="G82002")
    assert (await asked(executor, PRACTICE, code="G82002")).was_kept


async def test_a_publication_is_in_the_next_answer(executor: Executor, writable: Database):
    before = await asked(executor, FIGURES)
    assert (await asked(executor, FIGURES)).was_kept
    await update(writable, figure(88.7))
    after = await asked(executor, FIGURES)
    assert not after.was_kept
    assert b"88.7" in after.body.json
    assert b"88.7" not in before.body.json
    assert (await asked(executor, FIGURES)).was_kept


async def test_what_another_program_changes_is_in_the_next_answer(executor: Executor, writable: Database, server):
    await asked(executor, PRACTICE, code="G82002")
    url = await writable.primary.fetchval("SELECT current_database()")
    await server.run_in(server.url(url), "UPDATE organisation SET name = 'Another' WHERE code = 'G82002'")
    assert b"Another" in (await asked(executor, PRACTICE, code="G82002")).body.json


async def test_a_draft_leaves_what_anybody_may_read_kept(executor: Executor, writable: Database):
    # The first figure of a quarter records the quarter, which anybody may read.
    await save(writable, figure(88.7, organisation="QKS"), organisation="QKS")
    before = await asked(executor, PRACTICE, code="G82002")
    await save(writable, figure(88.7, organisation="G82002"), organisation="G82002")
    after = await asked(executor, PRACTICE, code="G82002")
    assert after.was_kept
    assert before.version is not None
    assert after.version is not None
    assert (after.version.data, after.version.position) == (before.version.data, before.version.position + 1)


@pytest.mark.parametrize(
    "text",
    [
        "{ submissions { totalCount } }",
        "{ auditEvents { totalCount } }",
        "{ viewer { name } }",
        '{ node(id: "VGFyZ2V0OjE") { id } }',
        "{ practices { totalCount } __schema { queryType { name } } }",
    ],
)
@pytest.mark.parametrize("viewer", [None, ADA], ids=["anybody", "an approver"])
async def test_what_is_not_the_same_for_everybody_is_not_kept(executor: Executor, text: str, viewer: Viewer | None):
    assert not await was_kept(executor, text, viewer)


@pytest.mark.parametrize(("table_of", "may_be_kept"), [(FigureRow, True), (SubmissionRow, False), (ApiKeyRow, False)])
async def test_only_what_raises_the_version_may_be_kept(table_of: Any, may_be_kept: bool):
    figures = select(table(FigureRow).c.id)
    statement = select(figures.subquery().c.id, table(table_of).alias().c.id)
    assert is_versioned(statement) == may_be_kept


def test_a_statement_that_reads_no_table_has_no_version():
    assert not is_versioned(select(literal(1)))


async def test_drafts_are_in_the_next_answer(executor: Executor, writable: Database):
    text = "{ submissions { totalCount } }"
    first = orjson.loads((await asked(executor, text, ADA)).body.data)
    await save(writable, figure(88.7))
    assert orjson.loads((await asked(executor, text, ADA)).body.data) != first


async def test_a_refusal_is_not_kept(executor: Executor):
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            await asked(executor, '{ practices(filter: {ancestors: {code: {eq: "G00000"}}}) { totalCount } }')
        assert refused.value.code == "plan/unknown-code"


@pytest.mark.parametrize("ask", [asked, sent])
async def test_another_day_is_another_question(executor: Executor, monkeypatch: pytest.MonkeyPatch, ask: Any):
    text = "{ practices { totalCount } }"
    days = [dt.date(2025, 6, 30), dt.date(2026, 6, 30), dt.date(2025, 6, 30)]
    seen = []
    for day in days:
        monkeypatch.setattr(reader, "today", lambda day=day: day)
        seen.append(await ask(executor, text))
    assert [each.was_kept for each in seen] == [False, False, True]
    assert seen[0].body.json == seen[2].body.json != seen[1].body.json


@pytest.mark.parametrize("ask", [asked, sent])
async def test_what_depends_on_the_viewer_is_another_question_for_each(executor: Executor, ask: Any):
    text = "{ viewer { name } practices(first: 1) { totalCount } }"
    for _ in range(2):
        found = [orjson.loads((await ask(executor, text, viewer)).body.data)["viewer"] for viewer in (ADA, BOB, None)]
        assert found == [{"name": "Ada"}, {"name": "Bob"}, None]


async def test_a_request_that_comes_again_is_recognised_by_its_bytes(executor: Executor, writable: Database):
    assert [(await sent(executor, PRACTICE, code=code)).was_kept for code in ("G82002", "G82006")] == [False, False]
    assert [(await sent(executor, PRACTICE, code=code)).was_kept for code in ("G82002", "G82006")] == [True, True]
    await update(writable, figure(88.7))
    again = [await sent(executor, PRACTICE, code="G82002") for _ in range(2)]
    assert [each.was_kept for each in again] == [False, True]


async def test_a_request_that_is_recognised_is_read_again_without_looking_at_it(
    writable: Database, monkeypatch: pytest.MonkeyPatch
):
    executor = Executor(graph._schema, writable, most_kept_bytes=0)
    before = await sent(executor, FIGURES)
    monkeypatch.setattr(Documents, "operation", None)
    assert (await sent(executor, FIGURES)).body.json == before.body.json
    await update(writable, figure(88.7))
    assert b"88.7" in (await sent(executor, FIGURES)).body.json


async def test_a_document_that_others_may_change_is_looked_at_again(writable: Database):
    registered = Registered(writable.reading)
    executor = Executor(graph._schema, writable, most_kept_bytes=0, registered=registered)
    request = checked({"documentId": "names"}, b"names")
    for text in ("{ __typename }", "{ practices { totalCount } }"):
        async with writable.command() as session:
            if text != "{ __typename }":
                await documents.remove(session, ["names"], by=ADA, at=dt.datetime.now(dt.UTC))
            await documents.add(session, {"names": text}, by=ADA, at=dt.datetime.now(dt.UTC))
        found = [await executor.answer(request, Caller(None), may_write=False) for _ in range(2)]
        assert found[0].body.json == found[1].body.json
    assert b"totalCount" in found[0].body.json


async def test_arguments_that_only_the_computation_reads_make_another_question(executor: Executor):
    text = """query($quarters: Int!) { organisation(code: "QKS") { series(metric: "practices") {
        forecast(quarters: $quarters) { value } } } }"""
    assert not await was_kept_after(executor, text, {"quarters": 4}, {"quarters": 5})


async def was_kept_after(executor: Executor, text: str, first: dict[str, Any], then: dict[str, Any]) -> bool:
    await asked(executor, text, **first)
    return (await asked(executor, text, **then)).was_kept


async def test_other_fields_of_what_one_statement_computes_make_another_question(executor: Executor):
    text = '{ practice(code: "G82002") { series(metric: "registered_patients") { %s } } }'
    for fields in ("variation", "trend", "variation trend"):
        answer = orjson.loads((await asked(executor, text % fields)).body.json)
        assert list(answer["data"]["practice"]["series"]) == fields.split()


async def test_with_no_room_nothing_is_kept(writable: Database):
    assert not await was_kept(Executor(graph._schema, writable, most_kept_bytes=0), PRACTICE, code="G82002")


# ── The room ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def keeping(database: Database) -> Keeping:
    return Keeping(Versions(database.reading), 1_000_000)


async def version(database: Database) -> Version:
    return await Versions(database.reading).now()


async def ask(keeping: Keeping, key: str, now: Version | None, size: int = 10_000) -> bool:
    """Ask for an answer of a size; whether it was kept."""

    async def read() -> Reading:
        return Reading(b'"' + b"x" * size + b'"', now)

    return (await keeping.answer(key.encode(), read)).was_kept


async def test_what_is_asked_once_pushes_out_nothing_that_is_in_use(keeping: Keeping, database: Database):
    now = await version(database)
    assert [await ask(keeping, "in use", now) for _ in range(2)] == [False, True]
    for number in range(200):
        await ask(keeping, f"once {number}", now)
    assert await ask(keeping, "in use", now)
    assert not await ask(keeping, "once 0", now)


async def test_an_answer_that_takes_too_much_room_is_not_kept(keeping: Keeping, database: Database):
    now = await version(database)
    assert [await ask(keeping, "large", now, 30_000) for _ in range(2)] == [False, False]
    assert [await ask(keeping, "small", now, 20_000) for _ in range(2)] == [False, True]


async def test_what_is_kept_stays_within_its_room(keeping: Keeping, database: Database):
    now = await version(database)
    for number in range(300):
        await ask(keeping, f"{number}", now)
        await ask(keeping, f"{number}", now)
        assert keeping.memory <= 1_000_000
    assert keeping.memory > 600_000


async def test_an_answer_that_is_asked_for_again_takes_its_room_once(keeping: Keeping, database: Database):
    now = await version(database)
    await ask(keeping, "key", now)
    taken = keeping.memory
    await ask(keeping, "key", now)
    assert keeping.memory == taken > 10_000


async def test_an_answer_of_another_server_is_not_given(keeping: Keeping, database: Database):
    now = await version(database)
    assert [await ask(keeping, "of another", now._replace(server="1.5")) for _ in range(2)] == [False, False]


# ── At the same time ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_those_who_ask_together_share_one_reading(executor: Executor):
    answers = await asyncio.gather(*(asked(executor, PRACTICE, code="G82002") for _ in range(10)))
    assert [each.was_kept for each in answers] == [False] + [True] * 9


async def test_an_answer_that_is_not_kept_is_shared_by_those_who_ask_together(keeping: Keeping, database: Database):
    now, may_end, reads = await version(database), asyncio.Event(), 0

    async def read() -> Reading:
        nonlocal reads
        reads += 1
        await may_end.wait()
        return Reading(b"1" * 500_000, now)

    asking = [asyncio.create_task(keeping.answer(b"large", read)) for _ in range(5)]
    await asyncio.sleep(0)
    may_end.set()
    assert len({(await each).body for each in asking}) == reads == 1


async def test_those_who_ask_together_read_for_themselves_after_one_that_failed(keeping: Keeping, database: Database):
    now, may_end, fails = await version(database), asyncio.Event(), iter([True, False, False])

    async def read() -> Reading:
        is_failing = next(fails)
        await may_end.wait()
        if is_failing:
            raise TimeoutError
        return Reading(b"1", now)

    asking = [asyncio.create_task(keeping.answer(b"key", read)) for _ in range(3)]
    await asyncio.sleep(0)
    may_end.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(each, TimeoutError) for each in found] == [True, False, False]


async def test_with_no_room_each_reads_for_itself(database: Database):
    keeping, now, reads = Keeping(Versions(database.reading), 0), await version(database), 0

    async def read() -> Reading:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        return Reading(b"1", now)

    await asyncio.gather(*(keeping.answer(b"key", read) for _ in range(3)))
    assert reads == 3


async def test_whoever_asks_after_a_commit_does_not_share_a_reading_from_before(keeping: Keeping, writable: Database):
    keeping = Keeping(Versions(writable.reading), 1_000_000)
    before, has_read = await version(writable), asyncio.Event()

    async def slow() -> Reading:
        await has_read.wait()
        return Reading(b'"old"', before)

    async def quick() -> Reading:
        return Reading(b'"new"', await version(writable))

    first = asyncio.create_task(keeping.answer(b"key", slow))
    await asyncio.sleep(0)
    await update(writable, figure(88.7))
    second = asyncio.create_task(keeping.answer(b"key", quick))
    await asyncio.sleep(0)
    has_read.set()
    assert (await first).body.data == b'"old"'
    assert (await second).body.data == b'"new"'
    assert (await keeping.answer(b"key", quick)).body.data == b'"new"'


class Counting:
    """A pool that counts which connections are taken from it, and what is sent over them."""

    def __init__(self, pool: ReadingPool) -> None:
        self._pool = pool
        self.sent = self.taken = 0
        self.is_asked = asyncio.Event()
        self.connection: Any = None
        self.came_back_clean: bool | None = None

    async def take(self) -> "Counted":
        self.taken += 1
        self.connection = await self._pool.take()
        return Counted(self, self.connection)

    async def give_back(self, counted: "Counted", *, is_clean: bool) -> None:
        self.came_back_clean = is_clean
        await self._pool.give_back(counted.connection, is_clean=is_clean)


class Counted:
    """A connection of such a pool."""

    def __init__(self, pool: Counting, connection: Any) -> None:
        self._pool = pool
        self.connection = connection

    def is_closed(self) -> bool:
        return bool(self.connection.is_closed())

    async def fetchrow(self, statement: str) -> Any:
        self._pool.sent += 1
        self._pool.is_asked.set()
        return await self.connection.fetchrow(statement)


async def test_those_who_ask_for_the_version_together_share_a_statement_that_begins_after_them(database: Database):
    pool: Any = Counting(database.reading)
    versions = Versions(pool)
    first = [asyncio.create_task(versions.now()) for _ in range(20)]
    await pool.is_asked.wait()
    later = [asyncio.create_task(versions.now()) for _ in range(20)]
    await asyncio.gather(*first, *later)
    assert (pool.sent, pool.taken) == (2, 1)


async def test_whoever_no_longer_asks_for_the_version_ends_it_for_nobody_else(database: Database):
    pool: Any = Counting(database.reading)
    versions = Versions(pool)
    asking = [asyncio.create_task(versions.now()) for _ in range(3)]
    await pool.is_asked.wait()
    asking += [asyncio.create_task(versions.now()) for _ in range(3)]
    await asyncio.sleep(0)
    for each in asking[::2]:
        each.cancel()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in found] == [True, False] * 3
    assert len({each for each in found if not isinstance(each, BaseException)}) == 1


async def test_a_connection_is_kept_while_people_ask_for_the_version_and_given_back_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("service.reads.versions.SECONDS_KEPT", 0.01)
    pool: Any = Counting(database.reading)
    versions = Versions(pool)
    assert await versions.now() == await versions.now()
    assert (pool.sent, pool.taken) == (2, 1)
    assert database.reading.in_use >= 1
    await until(lambda: database.reading.in_use == 0)
    # Its last statement may have failed, and still be under way.
    assert pool.came_back_clean is False
    await versions.now()
    assert pool.taken == 2


async def test_a_connection_that_was_closed_is_replaced(database: Database):
    pool: Any = Counting(database.reading)
    versions = Versions(pool)
    before = await versions.now()
    pool.connection.terminate()
    assert await versions.now() == before
    assert pool.taken == 2


async def test_whoever_asks_after_a_statement_that_was_stopped_before_its_turn_is_answered(database: Database):
    pool: Any = Counting(database.reading)
    versions = Versions(pool)
    first = asyncio.create_task(versions.now())
    await pool.is_asked.wait()
    waiting = asyncio.create_task(versions.now())
    await asyncio.sleep(0)
    for each in asyncio.all_tasks():
        if each.get_name() == "version":
            each.cancel()
    assert [type(each) for each in await asyncio.gather(first, waiting, return_exceptions=True)] == [
        asyncio.CancelledError
    ] * 2
    async with asyncio.timeout(5):
        await versions.now()


async def test_all_who_ask_hear_that_the_database_is_gone(database: Database):
    class Gone:
        async def take(self) -> Any:
            raise asyncpg.ConnectionDoesNotExistError("gone")

    gone: Any = Gone()
    versions = Versions(gone)
    for _ in range(2):
        async with asyncio.timeout(5):
            found = await asyncio.gather(*(versions.now() for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [asyncpg.ConnectionDoesNotExistError] * 3
