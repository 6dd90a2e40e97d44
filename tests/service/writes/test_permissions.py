"""Who may give which command; a document of which one command is not allowed does nothing."""

import orjson
import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import Database, connected
from service.viewer import Viewer
from service.writes.commands import BY_NAME, COMMANDS
from service.writes.trust.permissions import check_permission
from tests.databases import read_only
from tests.service.writes.submitting import BOB, ROOT

BOTH = """mutation {
    saveSubmission(input: {quarter: "2024-25-Q4", organisation: "QKS", figures: []}) { problems { code } }
    setTarget(input: {metric: "call_back_percent", organisation: "QKS", comparator: AT_LEAST, value: 95}) {
        problems { code } }
}"""


def test_every_command_of_the_schema_has_its_permission():
    mutations = graph._schema.mutation_type
    assert mutations is not None
    assert set(mutations.fields) == set(BY_NAME)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_reader_may_give_none_and_an_administrator_of_everything_all(command):
    with pytest.raises(Refusal, match="cannot"):
        check_permission(Viewer("Rita", Role.READER, "r"), command)
    with pytest.raises(Refusal, match="need an API key"):
        check_permission(None, command)
    assert check_permission(ROOT, command) == ROOT


@pytest.mark.parametrize("name", ["setQuarter", "saveMetric"])
def test_what_is_everybodys_takes_a_role_for_every_organisation(name):
    with pytest.raises(Refusal, match="for every organisation"):
        check_permission(Viewer("Local", Role.ADMINISTRATOR, "l", 7), BY_NAME[name])


async def test_a_document_of_which_one_command_is_not_allowed_does_nothing(writable):
    count = "SELECT count(*) FROM submission"
    before = await writable.reading.fetchval(count)
    with pytest.raises(Refusal) as refusal:
        await Executor(graph._schema, writable).data(GraphQLRequest(BOTH), Caller(BOB), may_write=True)
    assert refusal.value.code == "FORBIDDEN"
    assert await writable.reading.fetchval(count) == before


REFUSED = """
    SELECT event.subject, event.actor, event.actor_key, event.role, event.detail, organisation.code
    FROM audit_event event LEFT JOIN organisation ON organisation.id = event.organisation_id
    WHERE action = 'command.refuse' ORDER BY position
"""


async def refuse(database: Database, document: str, by: Viewer | None) -> None:
    with pytest.raises(Refusal):
        await Executor(graph._schema, database).data(GraphQLRequest(document), Caller(by), may_write=True)


async def test_a_refused_command_is_in_the_audit_with_who_tried(writable):
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    await refuse(writable, BOTH, BOB)
    await refuse(writable, BOTH, Viewer("Rita", Role.READER, "r", practice))
    rows = [tuple(row) for row in await writable.reading.fetch(REFUSED)]
    code = '{"codes": ["FORBIDDEN"]}'
    assert rows == [
        ("setTarget", "Bob", BOB.key, "SUBMITTER", code, None),
        ("saveSubmission", "Rita", "r", "READER", code, "G82002"),
    ]


UPDATE = """mutation { updateQuarterlyFigures(input: {
    quarter: "2024-25-Q4", organisation: "QKS", validateOnly: %s, reason: "Tried", figures: [%s]
}) { problems { code } } }"""


async def give(database: Database, document: str) -> None:
    await Executor(graph._schema, database).data(GraphQLRequest(document), Caller(BOB), may_write=True)


async def test_a_command_with_problems_is_in_the_audit_with_their_codes(writable):
    await give(writable, UPDATE % ("false", ""))
    wrong = '{metric: "no_such_measure", organisation: "QKS", value: 1}'
    for _ in range(2):
        await give(
            writable, UPDATE % ("false", f'{wrong}, {{metric: "call_back_percent", organisation: "QKS", value: 300}}')
        )
    rows = [(row["subject"], orjson.loads(row["detail"])) for row in await writable.reading.fetch(REFUSED)]
    assert rows[0] == ("updateQuarterlyFigures", {"codes": ["validation/no-figures"]})
    assert rows[1:] == [("updateQuarterlyFigures", {"codes": ["validation/out-of-range", "validation/unknown-metric"]})]


async def test_what_is_only_asked_is_not_in_the_audit(writable):
    await give(writable, UPDATE % ("true", ""))
    assert await writable.reading.fetch(REFUSED) == []


async def test_who_tries_again_within_a_minute_is_recorded_once(writable):
    for _ in range(3):
        await refuse(writable, BOTH, BOB)
    assert len(await writable.reading.fetch(REFUSED)) == 1
    await refuse(writable, BOTH, Viewer("Bob", Role.SUBMITTER, "another"))
    assert len(await writable.reading.fetch(REFUSED)) == 2


async def test_who_is_not_known_is_not_in_the_audit(writable):
    await refuse(writable, BOTH, None)
    assert await writable.reading.fetch(REFUSED) == []


async def test_a_refusal_holds_while_the_audit_cannot_be_written(server, seeded, caplog):
    async with server.copy(seeded) as url, read_only(url), connected(settings({}, database_url=url)) as database:
        with pytest.raises(Refusal) as refusal:
            await Executor(graph._schema, database).data(GraphQLRequest(BOTH), Caller(BOB), may_write=True)
    assert refusal.value.code == "FORBIDDEN"
    assert "The audit lacks a refused setTarget of Bob" in caplog.text
