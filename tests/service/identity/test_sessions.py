"""The cookie: what it holds, when it ends, and whose pages it works for."""

import base64
import json
import time
from typing import Any

import httpx
import itsdangerous
import pytest

from service.identity import middleware, routes
from tests.service.identity.browsers import HERE, browsing, sign_in, who

EVIL = "https://evil.example"


def session(browser: httpx.AsyncClient) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.b64decode(browser.cookies["tracker"].split(".")[0]))
    return content


async def test_the_cookie_holds_who_and_until_when_and_no_token(browser):
    await sign_in(browser)
    assert session(browser).keys() == {"name", "role", "key", "scope", "until"}


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


async def test_behind_a_proxy_that_uses_http_the_way_back_is_https(database, chosen):
    on_network = chosen.model_copy(update={"host": "0.0.0.0"})
    async with browsing(database, on_network, "http://tracker.example") as browser:
        location = (await browser.get("/sign-in")).headers["location"]
        assert "redirect_uri=https%3A%2F%2Ftracker.example%2Fsign-in%2Fcallback" in location


@pytest.mark.parametrize(("exp", "seconds"), [(600, 600), (48 * 3600, 8 * 3600)])
async def test_a_session_ends_with_its_token_and_after_eight_hours_at_most(browser, issuer, exp, seconds):
    issuer.spoilt = {"exp": int(time.time()) + exp}
    await sign_in(browser)
    assert session(browser)["until"] - time.time() == pytest.approx(seconds, abs=10)


async def test_an_expired_session_has_no_viewer(browser, monkeypatch):
    await sign_in(browser)
    later = time.time() + 3601
    monkeypatch.setattr("service.identity.sessions.time.time", lambda: later)
    assert (await who(browser)).json() is None


async def test_a_changed_cookie_has_no_viewer(browser):
    await sign_in(browser)
    _, *signature = browser.cookies["tracker"].split(".")
    changed = base64.b64encode(json.dumps({**session(browser), "role": "ADMINISTRATOR"}).encode()).decode()
    browser.cookies.clear()
    assert (await who(browser, Cookie=f"tracker={'.'.join([changed, *signature])}")).json() is None


@pytest.mark.parametrize("value", ["", "x", "x.y.z", "null", "é", "." * 4000], ids=lambda value: ascii(value)[:30])
async def test_a_cookie_that_is_not_ours_has_no_viewer(browser, value):
    answer = await browser.post("/graphql", json={}, headers={b"Cookie": f"tracker={value}".encode()})
    assert answer.json() is None


@pytest.mark.parametrize(
    "change", [{"role": "OWNER"}, {"until": "soon"}, {"key": 5}, {"key": "https://login.example|ada"}], ids=str
)
async def test_a_session_of_another_version_or_issuer_has_no_viewer(browser, chosen, change):
    await sign_in(browser)
    written = base64.b64encode(json.dumps({**session(browser), **change}).encode())
    signed = itsdangerous.TimestampSigner(chosen.session_secret).sign(written).decode()
    browser.cookies.clear()
    assert (await who(browser, Cookie=f"tracker={signed}")).json() is None


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


async def test_what_a_link_can_request_has_no_viewer(browser):
    await sign_in(browser)
    assert (await browser.get("/graphql", headers={"Content-Type": "application/json"})).json() is None


async def test_signing_out_ends_the_session(browser):
    await sign_in(browser)
    assert (await browser.post("/sign-out")).status_code == 303
    assert "tracker" not in browser.cookies
    assert (await who(browser)).json() is None


async def test_a_page_of_another_origin_cannot_sign_anybody_out(browser):
    await sign_in(browser)
    assert (await browser.post("/sign-out", headers={"Origin": EVIL})).status_code == 403
    assert (await browser.get("/sign-out")).status_code == 405
    assert (await who(browser)).json()["name"] == "Ada Lovelace"


def test_without_an_issuer_there_are_no_pages_and_no_cookies(chosen):
    without = chosen.model_copy(update={"oidc_issuer": None})
    assert (routes(without), middleware(without)) == ([], [])
