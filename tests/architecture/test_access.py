"""Who may use what: the list in docs/access.md is what the application does."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from schema.lifecycle import TRANSITIONS
from service.answers.subscriptions import Subscription
from service.app import application
from service.config import settings
from service.events.event import Interest
from service.viewer import EVERYWHERE, Viewer
from service.writes.commands import COMMANDS
from service.writes.trust.permissions import check_permission
from tests.serving import serving

LIST = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")
ROLES = list(Role)
SIGN_IN = {
    "TRACKER_OIDC_ISSUER": "https://login.example/",
    "TRACKER_OIDC_CLIENT_ID": "tracker",
    "TRACKER_OIDC_ROLES": '{"Read": "READER"}',
    "TRACKER_OIDC_EVERYWHERE": "Read",
    "TRACKER_SESSION_SECRET": "0" * 32,
}
# What stands for the variable parts of addresses.
IN_ADDRESSES = {
    "section": "workforce",
    "kind": "record-differs",
    "metric": "practices",
    "quarter": "2024-25-Q4",
    "organisation": "QKS.svg",
    "ending": "json",
    "code": "QKS",
    "board": "QKS",
    "period": "2024-25-Q4",
    "name": "nhsuk.css",
    "id": "U3VibWlzc2lvbjox",
    "number": "1",
}
# An organisation that a role may be held for; any but all of them.
ONE = 7


def rows(heading: str) -> list[list[str]]:
    """The cells of a table of the list."""
    section = LIST.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def roles_of_step(command: str) -> set[Role] | None:
    """The roles that may take a step in some state; None for a command that is no step."""
    actions = [row for row in TRANSITIONS if f"{row.action.lower()}Submission" == command]
    return {role for row in actions for role in row.roles} or None


def at_least(role: str) -> set[Role]:
    return set(ROLES[ROLES.index(Role(role)) :])


def test_every_address_is_listed_with_its_methods(monkeypatch):
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    found = []
    for route in application(settings()).routes:
        if isinstance(route, WebSocketRoute):
            found.append((route.path, "WebSocket"))
        elif isinstance(route, Route):
            found.append((route.path, ", ".join(sorted((route.methods or set()) - {"HEAD"}))))
    assert sorted(found) == sorted((path, methods) for path, methods, _ in rows("Addresses"))


@pytest.fixture(scope="module")
async def closed(server, seeded):
    """A service that nobody reads without a key."""
    async with (
        server.copy(seeded) as url,
        serving(settings({}, database_url=url, host="0.0.0.0", public_reading=False)) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("path", "who"),
    [(path, who) for path, methods, who in rows("Addresses") if "GET" in methods and not path.startswith("/sign")],
)
async def test_an_address_lets_in_who_the_list_says(closed: httpx.AsyncClient, path, who):
    filled = re.sub(r"\{(\w+)[^}]*\}", lambda part: IN_ADDRESSES[part[1]], path)
    query = {"query": "{ practices { totalCount } }"} if path == "/graphql" else {}
    answer = await closed.get(filled, params=query, headers={"Accept": "application/json"})
    assert (answer.status_code == 401) == (who != "everybody"), answer.text


def test_every_command_is_listed():
    mutation = graph._schema.mutation_type
    assert mutation is not None
    assert sorted(mutation.fields) == sorted(name for name, _, _ in rows("Commands"))


@pytest.mark.parametrize(("name", "least", "scope"), rows("Commands"))
def test_a_command_lets_in_who_the_list_says(name, least, scope):
    [command] = [each for each in COMMANDS if each.name == name]
    allowed = set()
    for role in ROLES:
        for reach in (EVERYWHERE, ONE):
            try:
                check_permission(Viewer("Ada", role, "aaaaaaaa", reach), command)
            except Refusal:
                continue
            allowed.add((role, reach))
    if (steps := roles_of_step(name)) is not None:
        # Every writer may ask for a step; the table of states refuses it to some roles in every state.
        allowed = {(role, reach) for role, reach in allowed if role in steps}
    reaches = {EVERYWHERE} if scope == "every organisation" else {EVERYWHERE, ONE}
    assert allowed == {(role, reach) for role in at_least(least) for reach in reaches}
    with pytest.raises(Refusal, match="You need an API key"):
        check_permission(None, command)


def test_every_subscription_is_listed():
    subscription = graph._schema.subscription_type
    assert subscription is not None
    assert sorted(subscription.fields) == sorted(name for name, _ in rows("Subscriptions"))


@pytest.mark.parametrize(("name", "least"), rows("Subscriptions"))
def test_a_subscription_lets_in_who_the_list_says(name, least):
    interest = Interest(name, organisations=None, metrics=None, kind=None, key=None)
    subscription = Subscription(None, {}, name, interest)  # type: ignore[arg-type]
    allowed = set()
    for role in (None, *ROLES):
        try:
            subscription.check(None if role is None else Viewer("Ada", role, "aaaaaaaa"))
        except Refusal:
            continue
        allowed.add(role)
    assert allowed == ({None, *ROLES} if least == "readers" else at_least(least))


def test_the_list_names_no_role_that_does_not_exist():
    assert set(re.findall(r"\b[A-Z]{6,}\b", LIST)) - {"TRACKER_PUBLIC_READING", "TRACKER"} <= set(Role)
