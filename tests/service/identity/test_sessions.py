"""The cookie: what it holds, when it ends, and whose pages it works for."""

import base64
import json
import time
from typing import Any

import asyncpg
import httpx
import itsdangerous
import pytest

from service.config import settings
from service.database import connected_to_serve
from service.identity import middleware
from service.pages.sign_in import routes
from service.viewer import sha256
from tests.databases import read_only
from tests.service.identity.browsers import HERE, browsing, sign_in, who

EVIL = "https://evil.example"


def content(browser: httpx.AsyncClient) -> dict[str, Any]:
    """What the cookie says."""
    decoded: dict[str, Any] = json.loads(base64.b64decode(browser.cookies["tracker"].split(".")[0]))
    return decoded


def written(content: dict[str, Any], secret: str | None) -> str:
    """A cookie that says something, signed with a secret."""
    return itsdangerous.TimestampSigner(secret or "").sign(base64.b64encode(json.dumps(content).encode())).decode()


async def of_browser(browser: httpx.AsyncClient, owner: asyncpg.Connection) -> asyncpg.Record:
    """The row of a browser's session."""
    [row] = await owner.fetch("SELECT * FROM session WHERE token_sha256 = $1", sha256(content(browser)["session"]))
    return row


async def test_the_cookie_holds_a_random_token_and_the_database_its_fingerprint_alone(browser, owner):
    await sign_in(browser)
    assert content(browser).keys() == {"session"}
    assert len(content(browser)["session"]) == 43
    everything = await owner.fetchval(
        "SELECT string_agg(session::text, '') || string_agg(e::text, '') FROM session, audit_event e"
    )
    assert content(browser)["session"] not in everything
    row = await of_browser(browser, owner)
    assert (row["name"], row["role"], row["ended_at"]) == ("Ada Lovelace", "APPROVER", None)
    assert row["organisation_id"] == await owner.fetchval("SELECT id FROM organisation WHERE code = 'QKS'")


async def test_scripts_and_other_sites_cannot_use_the_cookie(browser):
    cookie = (await sign_in(browser)).headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "max-age=28800"} <= {part.strip() for part in cookie.split(";")}


async def test_on_a_network_the_cookie_is_secure_and_for_this_host_only(database, chosen):
    on_network = chosen.model_copy(update={"host": "0.0.0.0"})
    async with browsing(database, on_network, "https://tracker.example") as browser:
        cookie = (await sign_in(browser)).headers["set-cookie"]
        assert cookie.startswith("__Host-tracker=")
        assert {"secure", "path=/"} <= {part.strip() for part in cookie.split(";")}
        assert (await who(browser)).json()["name"] == "Ada Lovelace"


@pytest.mark.parametrize(("host", "same_site"), [("0.0.0.0", "samesite=none"), ("127.0.0.1", "samesite=lax")])
async def test_pages_of_other_sites_get_the_cookie_only_if_the_settings_say_so(database, chosen, host, same_site):
    across = {"host": host, "allowed_origins": "https://app.example", "session_across_sites": True}
    async with browsing(database, chosen.model_copy(update=across), "https://tracker.example") as browser:
        cookie = (await sign_in(browser)).headers["set-cookie"].lower()
        assert same_site in cookie
        assert (await who(browser, Origin="https://app.example")).json()["name"] == "Ada Lovelace"
        assert (await who(browser, Origin=EVIL)).json() is None


async def test_behind_a_proxy_that_uses_http_the_way_back_is_https(database, chosen):
    on_network = chosen.model_copy(update={"host": "0.0.0.0"})
    async with browsing(database, on_network, "http://tracker.example") as browser:
        location = (await browser.get("/sign-in")).headers["location"]
        assert "redirect_uri=https%3A%2F%2Ftracker.example%2Fsign-in%2Fcallback" in location


@pytest.mark.parametrize(("exp", "seconds"), [(600, 600), (48 * 3600, 8 * 3600)])
async def test_a_session_ends_with_its_token_and_after_eight_hours_at_most(browser, issuer, owner, exp, seconds):
    issuer.spoilt = {"exp": int(time.time()) + exp}
    await sign_in(browser)
    assert (await of_browser(browser, owner))["ends_at"].timestamp() - time.time() == pytest.approx(seconds, abs=10)


async def test_an_expired_session_has_no_viewer(browser, owner):
    await sign_in(browser)
    row = await of_browser(browser, owner)
    await owner.execute("UPDATE session SET ends_at = now() WHERE id = $1", row["id"])
    assert (await who(browser)).json() is None


async def test_a_changed_cookie_has_no_viewer(browser):
    await sign_in(browser)
    changed = written(content(browser), "x" * 32)
    browser.cookies.clear()
    assert (await who(browser, Cookie=f"tracker={changed}")).json() is None


@pytest.mark.parametrize("value", ["", "x", "x.y.z", "null", "é", "." * 4000], ids=lambda value: ascii(value)[:30])
async def test_a_cookie_that_is_not_ours_has_no_viewer(browser, value):
    answer = await browser.post("/graphql", json={}, headers={b"Cookie": f"tracker={value}".encode()})
    assert answer.json() is None


@pytest.mark.parametrize(
    "said", [{}, {"session": 5}, {"session": "x" * 43}, {"session": None}, {"name": "Ada"}], ids=str
)
async def test_a_cookie_for_no_session_has_no_viewer(browser, chosen, said):
    cookie = written(said, chosen.session_secret)
    assert (await who(browser, Cookie=f"tracker={cookie}")).json() is None


async def test_a_session_of_another_issuer_has_no_viewer(browser, owner):
    await sign_in(browser)
    row = await of_browser(browser, owner)
    await owner.execute("UPDATE session SET identity = 'https://login.example|ada' WHERE id = $1", row["id"])
    assert (await who(browser)).json() is None


async def test_another_secret_ends_all_sessions(browser, database, chosen):
    await sign_in(browser)
    async with browsing(database, chosen.model_copy(update={"session_secret": "y" * 32})) as other:
        assert (await who(other, Cookie=f"tracker={browser.cookies['tracker']}")).json() is None


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "", "http://127.0.0.1:8001", "https://127.0.0.1:8000", f"{HERE}.evil.example"]
)
async def test_a_post_from_a_page_of_another_origin_has_no_viewer(browser, origin):
    await sign_in(browser)
    assert (await who(browser, Origin=origin)).json() is None


async def test_a_post_from_our_own_page_has_its_viewer(browser):
    await sign_in(browser)
    assert (await who(browser, Origin=HERE)).json()["name"] == "Ada Lovelace"


async def test_a_post_from_an_allowed_origin_has_its_viewer(database, chosen):
    with_origins = chosen.model_copy(update={"allowed_origins": "http://localhost:5173, https://app.example"})
    async with browsing(database, with_origins) as browser:
        await sign_in(browser)
        assert (await who(browser, Origin="https://app.example")).json()["name"] == "Ada Lovelace"


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
async def test_what_a_form_can_post_has_no_viewer(browser, media_type):
    await sign_in(browser)
    headers = {"Content-Type": media_type} if media_type else {}
    assert (await browser.post("/graphql", content=b"{}", headers=headers)).json() is None


@pytest.mark.parametrize(("origin", "has_viewer"), [(HERE, True), (EVIL, False), ("null", False)])
async def test_a_form_with_a_file_has_a_viewer_only_from_our_own_page(browser, origin, has_viewer):
    await sign_in(browser)
    headers = {"Content-Type": "multipart/form-data; boundary=a", "Origin": origin}
    assert bool((await browser.post("/graphql", content=b"", headers=headers)).json()) == has_viewer


async def test_what_a_link_can_request_has_no_viewer(browser):
    await sign_in(browser)
    assert (await browser.get("/graphql", headers={"Content-Type": "application/json"})).json() is None


async def test_signing_out_ends_the_session_in_every_copy_of_the_cookie(browser, database, chosen):
    await sign_in(browser)
    copied = {"Cookie": f"tracker={browser.cookies['tracker']}"}
    async with browsing(database, chosen) as other:
        assert (await who(other, **copied)).json()["name"] == "Ada Lovelace"
        assert (await browser.post("/sign-out")).status_code == 303
        assert "tracker" not in browser.cookies
        assert (await who(browser)).json() is None
        assert (await who(other, **copied)).json() is None


async def test_signing_in_again_gives_a_new_token_and_ends_the_session_before(browser):
    await sign_in(browser)
    earlier = browser.cookies["tracker"]
    await sign_in(browser)
    assert (await who(browser)).json()["name"] == "Ada Lovelace"
    browser.cookies.clear()
    assert (await who(browser, Cookie=f"tracker={earlier}")).json() is None


async def test_a_token_that_somebody_planted_is_not_signed_in(browser, chosen):
    planted = written({"session": "x" * 43}, chosen.session_secret)
    browser.cookies.set("tracker", planted, domain="127.0.0.1")
    await sign_in(browser)
    browser.cookies.clear()
    assert (await who(browser, Cookie=f"tracker={planted}")).json() is None


async def test_signing_in_and_out_is_in_the_audit(browser, owner, issuer):
    await sign_in(browser)
    number = (await of_browser(browser, owner))["id"]
    await browser.post("/sign-out")
    events = await owner.fetch(
        "SELECT action, actor, actor_key, role FROM audit_event WHERE subject = $1 ORDER BY position",
        f"session {number}",
    )
    ada = ("Ada Lovelace", f"{issuer.address}|ada", "APPROVER")
    assert [tuple(event) for event in events] == [("session.begin", *ada), ("session.end", *ada)]


async def test_the_last_use_of_a_session_is_recorded_to_the_minute(browser, owner):
    await sign_in(browser)
    row = await of_browser(browser, owner)
    await who(browser)
    assert (await of_browser(browser, owner))["last_used_at"] == row["last_used_at"]
    await owner.execute("UPDATE session SET last_used_at = now() - interval '2 minutes' WHERE id = $1", row["id"])
    await who(browser)
    assert (await of_browser(browser, owner))["last_used_at"] >= row["last_used_at"]


async def test_who_has_signed_in_can_read_while_the_database_cannot_be_written_to(browser, owner, people_url, chosen):
    await sign_in(browser)
    await owner.execute("UPDATE session SET last_used_at = now() - interval '2 minutes'")
    cookie = {"Cookie": f"tracker={browser.cookies['tracker']}"}
    async with (
        read_only(people_url),
        connected_to_serve(settings({}, database_url=people_url)) as database,
        browsing(database, chosen) as other,
    ):
        assert (await who(other, **cookie)).json()["name"] == "Ada Lovelace"
        assert (await other.post("/sign-out", headers=cookie)).status_code == 503
    assert (await who(browser)).json()["name"] == "Ada Lovelace"


async def test_a_page_of_another_origin_cannot_sign_anybody_out(browser):
    await sign_in(browser)
    assert (await browser.post("/sign-out", headers={"Origin": EVIL})).status_code == 403
    assert (await browser.get("/sign-out")).status_code == 405
    assert (await who(browser)).json()["name"] == "Ada Lovelace"


def test_without_a_secret_there_are_no_pages_and_no_cookies(chosen):
    without = chosen.model_copy(update={"oidc_issuer": None, "session_secret": None})
    assert (routes(without), middleware(without)) == ([], [])
