"""Keys, tokens and sessions together, over HTTP and over WebSockets."""

import datetime as dt

import pytest
import sqlalchemy
from starlette.requests import HTTPConnection

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.identity import Identities
from service.viewer import EVERYWHERE, Viewer, sha256
from service.writes.trust import sessions
from tests.service.identity.browsers import HERE, sign_in, who
from tests.service.identity.local_issuer import LocalIssuer


@pytest.fixture
async def token(database: Database, issuer: LocalIssuer) -> str:
    """The token of a new session."""
    ada = Viewer("Ada", Role.APPROVER, f"{issuer.address}|ada", EVERYWHERE)
    now = dt.datetime.now(dt.UTC)
    async with database.command(scope=EVERYWHERE) as session:
        return await sessions.begin(session, until=now + dt.timedelta(minutes=1), by=ada, at=now)


def websocket(token: str, *, origin: str = HERE, **headers: str) -> HTTPConnection:
    """The connection of a WebSocket, for somebody who is signed in."""
    all_headers = {"host": "127.0.0.1:8000", "origin": origin, **headers}
    return HTTPConnection(
        {
            "type": "websocket",
            "scheme": "ws",
            "path": "/graphql",
            "query_string": b"",
            "server": ("127.0.0.1", 8000),
            "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
            "session": {"session": token},
        }
    )


async def test_without_key_token_or_session_there_is_no_viewer(browser):
    assert (await who(browser)).json() is None


async def test_a_token_takes_precedence_over_the_session(browser, issuer):
    await sign_in(browser)
    token = issuer.token(sub="grace", name="Grace", roles=["Read"])
    assert (await who(browser, Authorization=f"Bearer {token}")).json()["name"] == "Grace"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer kmt_00000000_" + "x" * 43, "Bearer a.b.c", "Basic YTpi"])
async def test_a_refused_header_does_not_fall_back_to_the_session(browser, header):
    await sign_in(browser)
    assert (await who(browser, Authorization=header)).status_code == 401


async def test_a_websocket_of_our_own_page_has_the_session(identities, token, issuer):
    viewer = await identities.viewer(websocket(token))
    assert viewer == Viewer("Ada", Role.APPROVER, f"{issuer.address}|ada", EVERYWHERE)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
async def test_a_websocket_of_another_page_does_not_have_the_session(identities, token, origin):
    assert await identities.viewer(websocket(token, origin=origin)) is None


async def test_a_session_ends_under_an_open_websocket(identities, token, owner):
    connection = websocket(token)
    assert await identities.viewer(connection) is not None
    await owner.execute("UPDATE session SET ends_at = now() WHERE token_sha256 = $1", sha256(token))
    assert await identities.viewer(connection) is None


async def test_a_websockets_header_takes_precedence_over_its_session(identities, token):
    with pytest.raises(Refusal):
        await identities.viewer(websocket(token, authorization="Bearer a.b.c"))


async def test_a_payloads_authorization_is_read_like_the_header(identities, issuer):
    assert await identities.of_authorization(None) is None
    assert (await identities.of_authorization(f"bearer {issuer.token()}")).name == "Ada Lovelace"


async def test_an_api_key_still_works_with_an_issuer(writable, chosen, issuer):
    key = "kmt_00000000_" + "x" * 43
    columns = "(name, role, prefix, secret_sha256, created_at)"
    values = f"('Grace', 'SUBMITTER', '00000000', '{sha256(key)}', now())"
    async with writable.command() as session:
        connection = await session.connection()
        await connection.execute(sqlalchemy.text(f"INSERT INTO api_key {columns} VALUES {values}"))
    identities = Identities(writable, chosen)
    viewer = await identities.of_authorization(f"Bearer {key}")
    assert viewer is not None
    assert viewer.name == "Grace"
    assert issuer.requests.total() == 0
