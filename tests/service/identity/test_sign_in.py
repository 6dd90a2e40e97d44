"""Signing in through the browser, and every wrong way back from the issuer."""

import dataclasses
import time
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from schema.errors import Refusal
from service.outbound import trusted
from service.pages.sign_in import local_page
from service.reading_pool import ReadingPool
from tests.service.identity.browsers import HERE, at_the_issuer, browsing, sign_in, who
from tests.service.identity.local_issuer import RSA

SELECTED = "nhsid_nrbac_roles.person_roleid=selected_roleid"


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def test_after_signing_in_the_viewer_is_known(browser, issuer):
    back = await sign_in(browser, "/graphql?x=1")
    assert (back.status_code, back.headers["location"]) == (303, "/graphql?x=1")
    assert (await who(browser)).json() == {"name": "Ada Lovelace", "role": "APPROVER", "key": f"{issuer.address}|ada"}


async def test_the_request_to_the_issuer_has_pkce_state_and_nonce(browser):
    parameters = query((await browser.get("/sign-in")).headers["location"])
    assert (parameters["response_type"], parameters["code_challenge_method"]) == ("code", "S256")
    assert (parameters["redirect_uri"], parameters["scope"]) == (f"{HERE}/sign-in/callback", "openid profile")
    assert min(len(parameters[name]) for name in ("state", "nonce", "code_challenge")) >= 30


async def test_no_two_attempts_share_a_proof(browser):
    first, second = [query((await browser.get("/sign-in")).headers["location"]) for _ in range(2)]
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


async def test_a_cis2_account_gets_its_role_from_userinfo(database, chosen, issuer):
    roles = [{"person_roleid": "1", "org_code": "QKS", "role_code": "R1"}, {"person_roleid": "2", "org_code": "G82002"}]
    issuer.person = {"sub": "9100", "selected_roleid": "1"}
    issuer.userinfo = {"sub": "9100", "name": "Lovelace Ada Dr", "nhsid_nrbac_roles": roles}
    claims = {"oidc_roles_claim": f"{SELECTED}.role_code", "oidc_organisation_claim": f"{SELECTED}.org_code"}
    for_cis2 = chosen.model_copy(update={**claims, "oidc_roles": '{"R1": "SUBMITTER"}', "oidc_everywhere": ""})
    async with browsing(database, for_cis2) as browser:
        await sign_in(browser)
        assert (await who(browser)).json()["role"] == "SUBMITTER"


async def test_userinfo_about_somebody_else_is_refused(browser, issuer):
    issuer.person = {"sub": "ada"}
    issuer.userinfo = {"sub": "eve", "roles": ["Run"], "ods": "QKS"}
    refused = await sign_in(browser)
    assert refused.status_code == 400
    assert Refusal("access/sign-in-failed", "").hint in refused.text
    assert (await who(browser)).json() is None


async def test_userinfo_cannot_add_to_the_roles_of_the_token(browser, issuer):
    issuer.userinfo = {"sub": "ada", "roles": ["Run"], "ods": "QKS"}
    await sign_in(browser)
    assert (await who(browser)).json()["role"] == "APPROVER"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["tracker-client", "another"]},
        {"azp": "another"},
        {"iss": "https://login.example"},
        {"exp": 1},
        {"at_hash": "AAAA"},
        {"key": RSA[2]},
        {"alg": "RS512"},
    ],
    ids=lambda spoilt: " ".join(spoilt),
)
async def test_an_id_token_of_another_sign_in_is_refused(browser, issuer, spoilt):
    issuer.spoilt = spoilt
    back = await sign_in(browser)
    assert (back.status_code, back.text.splitlines()[-1]) == (400, "Sign in again, at /sign-in.")
    assert (await who(browser)).json() is None


@pytest.mark.parametrize("state", ["", "another", "é"])
async def test_a_return_with_another_state_is_refused(browser, state):
    back = await at_the_issuer(browser)
    assert (await browser.get("/sign-in/callback", params={**query(back), "state": state})).status_code == 400
    assert (await browser.get(back)).status_code == 400, "one attempt is one return"
    assert (await who(browser)).json() is None


async def test_a_return_in_another_browser_is_refused(browser, database, chosen):
    back = await at_the_issuer(browser)
    async with browsing(database, chosen) as other:
        assert (await other.get(back)).status_code == 400
        assert (await who(other)).json() is None


async def test_a_return_works_once(browser):
    back = await at_the_issuer(browser)
    assert [(await browser.get(back)).status_code for _ in range(2)] == [303, 400]


async def test_a_code_works_once_even_with_the_earlier_cookie(browser):
    back = await at_the_issuer(browser)
    cookie = browser.cookies["tracker"]
    await browser.get(back)
    browser.cookies.clear()
    assert (await browser.get(back, headers={"Cookie": f"tracker={cookie}"})).status_code == 400


async def test_a_return_that_comes_too_late_is_refused(browser, monkeypatch):
    back = await at_the_issuer(browser)
    later = time.time() + 16 * 60
    monkeypatch.setattr("service.identity.sessions.time.time", lambda: later)
    assert (await browser.get(back)).status_code == 400


async def test_the_issuer_refuses_an_attempt_without_pkce(browser, issuer):
    address = (await browser.get("/sign-in")).headers["location"]
    async with httpx.AsyncClient(verify=trusted()) as outside:
        assert (await outside.get(address.replace("code_challenge=", "left_out="))).status_code == 400


async def test_a_code_with_another_verifier_is_refused(browser, issuer):
    back = await at_the_issuer(browser)
    issuer.codes[query(back)["code"]]["code_challenge"] = "A" * 43
    assert (await browser.get(back)).status_code == 400


@pytest.mark.parametrize("code", ["made-up", "é\x00", "a&code=b", "x" * 5000], ids=lambda code: ascii(code)[:30])
async def test_a_made_up_code_is_refused(browser, code):
    state = query((await browser.get("/sign-in")).headers["location"])["state"]
    assert (await browser.get("/sign-in/callback", params={"state": state, "code": code})).status_code == 400


async def test_a_refusal_by_the_issuer_is_shown(browser):
    state = query((await browser.get("/sign-in")).headers["location"])["state"]
    back = await browser.get("/sign-in/callback", params={"state": state, "error": "access_denied<script>"})
    assert (back.status_code, "script" in back.text) == (400, False)


async def test_a_wrong_client_secret_is_a_refusal_and_is_not_shown(database, chosen):
    async with browsing(database, chosen.model_copy(update={"oidc_client_secret": "wrong secret"})) as browser:
        back = await sign_in(browser)
    assert (back.status_code, "wrong secret" in back.text) == (400, False)


@pytest.mark.parametrize("methods", [["client_secret_basic"], None, ["private_key_jwt", "client_secret_post"]])
async def test_the_client_secret_is_sent_in_a_way_that_the_issuer_accepts(browser, issuer, methods):
    issuer.metadata = {"token_endpoint_auth_methods_supported": methods}
    assert (await sign_in(browser)).status_code == 303


async def test_a_database_that_is_down_is_a_refusal_and_not_an_error(database, chosen):
    closed = dataclasses.replace(
        database, primary=ReadingPool(asyncpg.create_pool("postgresql://nobody@127.0.0.1:1/none"))
    )
    async with browsing(closed, chosen) as browser:
        assert (await sign_in(browser)).status_code == 503


@pytest.mark.parametrize("claims", [{"roles": []}, {"roles": ["Other"]}, {"ods": None}, {"ods": "ZZZ99"}], ids=str)
async def test_without_a_role_or_an_organisation_here_nobody_is_signed_in(browser, issuer, claims):
    issuer.person |= claims
    assert (await sign_in(browser)).status_code == 403
    assert (await who(browser)).json() is None


async def test_while_the_issuer_is_down_signing_in_is_a_refusal_and_not_an_error(browser, issuer):
    issuer.is_down = True
    assert (await browser.get("/sign-in")).status_code == 503


async def test_an_issuer_that_goes_down_during_sign_in_is_a_refusal_and_not_an_error(browser, issuer):
    back = await at_the_issuer(browser)
    issuer.is_down = True
    assert (await browser.get(back)).status_code == 503


@pytest.mark.parametrize("page", ["/", "/graphql", "/graphql?query=%7B%7D#x", "/a//b"])
def test_a_page_of_ours_may_be_next(page):
    assert local_page(page) == page


@pytest.mark.parametrize(
    "page",
    [
        "",
        "graphql",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\x00",
        "/é",
        "/" + "x" * 1000,
    ],
    ids=lambda page: ascii(page)[:30],
)
async def test_no_page_of_another_host_can_be_next(browser, page):
    assert (await sign_in(browser, page)).headers["location"] == "/"


async def test_signed_claims_win_over_userinfo(database, chosen, issuer):
    issuer.person = {"sub": "9100", "name": "Ada Lovelace", "ods": "QKS"}
    issuer.userinfo = {"sub": "9100", "name": "Somebody Else", "roles": ["Approve"], "ods": "G82002"}
    async with browsing(database, chosen) as browser:
        await sign_in(browser)
        assert (await who(browser)).json()["name"] == "Ada Lovelace"
