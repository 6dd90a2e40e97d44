"""What is outside a viewer's scope answers exactly like what does not exist, whichever way it is asked for."""

from typing import Any

import pytest

from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.viewer import Viewer
from tests.service.reads.ids import id_of
from tests.service.reads.reference.scope import seen_by
from tests.service.reads.reference.tables import Tables
from tests.service.reads.viewers import VIEWERS, viewers

# Of the practice Z90001 each quarter is in another group's scope: the network is in East Kent until June 2024, then in
# West Kent; the practice is in the network until September 2024, in East Kent itself until December, and back since.
# A practice that has closed stays in the scope of its last network.
OF_PARTNERSHIP = {"In East Kent", "In no network", "By Ada", "empty", "Given up"}
OF_NETWORK = {
    "In East Kent", "In West Kent", "Withdrawn", "First", "Second", "Third", "Not needed", "Aside", "By another Ada",
    "Of what is closed",
}  # fmt: skip
ELSEWHERE = {"Éverything % _of_ it", "Empty", "Of nobody's"}
VISIBLE = {
    "nobody": set[str](),
    "an administrator of everything": OF_PARTNERSHIP | OF_NETWORK | ELSEWHERE,
    "a submitter of a partnership": OF_PARTNERSHIP,
    "an approver of a network": OF_NETWORK,
    "a reader": set[str](),
}
NOTHING = 10**9
every_viewer = pytest.mark.parametrize("name", VIEWERS)


@pytest.fixture
def viewer(tables: Tables, name: str) -> Viewer | None:
    return viewers(tables)[name]


@pytest.fixture
def hidden(tables: Tables, viewer: Viewer | None) -> dict[str, list[Any]]:
    """The rows of each table that the viewer may not see."""
    seen = seen_by(tables, viewer)
    return {
        kind: [row for row in tables.all(kind) if row not in seen.all(kind)] for kind in ("submission", "audit_event")
    }


async def bytes_of(executor: Executor, viewer: Viewer | None, text: str, **variables: Any) -> bytes:
    return await executor.data(GraphQLRequest(text, variables), Caller(viewer), may_write=False)


async def titles(executor: Executor, viewer: Viewer | None) -> list[str]:
    text = "{ submissions(first: 500, filter: {status: {notIn: []}}) { nodes { title } } }"
    found = (await bytes_of(executor, viewer, text)).decode()
    return [title for title in sorted(VISIBLE["an administrator of everything"]) if f'"{title}"' in found]


@every_viewer
async def test_a_scope_is_an_organisation_and_its_members_on_the_quarter_s_last_day(
    executor: Executor, viewer: Viewer | None, name: str
) -> None:
    assert set(await titles(executor, viewer)) == VISIBLE[name]


@every_viewer
@pytest.mark.parametrize(
    "text",
    [
        "query($id: ID!) { submission(id: $id) { id title entries { totalCount } availableActions { action } } }",
        "query($id: ID!) { node(id: $id) { id ... on Submission { title changes { kind } } } }",
        "query($id: ID!) { nodes(ids: [$id, $id]) { __typename id ... on Submission { history { hash } } } }",
    ],
)
async def test_a_submission_outside_the_scope_is_like_none(
    executor: Executor, viewer: Viewer | None, hidden: dict[str, list[Any]], text: str
) -> None:
    none = await bytes_of(executor, viewer, text, id=id_of("Submission", NOTHING))
    for row in hidden["submission"]:
        assert await bytes_of(executor, viewer, text, id=id_of("Submission", row["id"])) == none


@every_viewer
@pytest.mark.parametrize(
    "text",
    [
        "query($id: ID!) { node(id: $id) { id ... on AuditEvent { hash actor { name } } } }",
        "query($id: ID!) { nodes(ids: [$id]) { __typename id } }",
    ],
)
async def test_an_event_outside_the_scope_is_like_none(
    executor: Executor, viewer: Viewer | None, hidden: dict[str, list[Any]], text: str
) -> None:
    none = await bytes_of(executor, viewer, text, id=id_of("AuditEvent", NOTHING))
    for row in hidden["audit_event"]:
        assert await bytes_of(executor, viewer, text, id=id_of("AuditEvent", row["id"])) == none


PAGE = "{ totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
BY_TITLE = f"query($like: String!) {{ submissions(filter: {{title: {{eq: $like}}, status: {{notIn: []}}}}) {PAGE} }}"
BY_INSTANT = (
    f'query($like: DateTime!) {{ auditEvents(filter: {{at: {{eq: $like}}, action: {{eq: "key.make"}}}}) {PAGE} }}'
)


@every_viewer
async def test_a_filter_finds_nothing_outside_the_scope(
    executor: Executor, viewer: Viewer | None, hidden: dict[str, list[Any]]
) -> None:
    none = await bytes_of(executor, viewer, BY_TITLE, like="There is none of this title")
    for row in hidden["submission"]:
        assert await bytes_of(executor, viewer, BY_TITLE, like=row["title"]) == none


@every_viewer
async def test_what_is_nobody_s_is_for_administrators_of_everything(
    executor: Executor, viewer: Viewer | None, name: str
) -> None:
    none = await bytes_of(executor, viewer, BY_INSTANT, like="1999-01-01T00:00:00Z")
    found = await bytes_of(executor, viewer, BY_INSTANT, like="2025-04-04T00:00:00Z")
    assert (found != none) == (name == "an administrator of everything")


@every_viewer
@pytest.mark.parametrize(("listed", "table"), [("submissions", "submission"), ("auditEvents", "audit_event")])
async def test_a_page_knows_only_of_what_is_in_the_scope(
    executor: Executor, tables: Tables, viewer: Viewer | None, listed: str, table: str
) -> None:
    """The last page ends the list, and the total is that of the rows that can be read."""
    wanted = "filter: {status: {notIn: []}}, " if listed == "submissions" else ""
    text = f"{{ {listed}({wanted}first: 500) {{ totalCount edges {{ node {{ id }} }} pageInfo {{ hasNextPage }} }} }}"
    found = (await bytes_of(executor, viewer, text)).decode()
    visible = len(seen_by(tables, viewer).all(table))
    assert found.count('"node"') == visible
    assert f'"totalCount":{visible},' in found
    assert '"hasNextPage":false' in found


async def test_a_history_leaves_out_what_is_outside_the_scope(executor: Executor, tables: Tables) -> None:
    """Two looks at the second version are recorded: one for nobody, one for a practice on a day out of the network."""
    text = f'{{ submission(id: "{_second(tables)}") {{ history {{ action }} }} }}'
    everything, network = [viewers(tables)[name] for name in (VIEWERS[1], VIEWERS[3])]
    looks = [(await bytes_of(executor, viewer, text)).count(b"submission.look") for viewer in (everything, network)]
    assert looks == [2, 0]


def _second(tables: Tables) -> str:
    return id_of("Submission", tables.where("submission", "title", "Second")[0]["id"])
