"""What pages of other origins may send and read, and how they learn which setting is missing."""

import logging

import httpx
import pytest

from service.app import application
from service.config import ConfigurationError, settings
from tests.service.identity.browsers import sign_in
from tests.serving import serving

APP, EVIL = "https://app.example", "https://evil.example"
QUERY = {"query": "{ viewer { name } practices { totalCount } }"}
# What the clients and tracing tools that people use add by themselves.
USUAL = [
    "content-type,authorization",
    "traceparent,tracestate",
    "apollographql-client-name,apollographql-client-version",
    "x-request-id,cache-control,if-none-match,tracker-version",
    "request-id,request-context,baggage",
    "sentry-trace",
    "x-b3-traceid,x-b3-spanid,x-b3-parentspanid,x-b3-sampled",
]


async def preflight(chosen, origin: str, *, method: str = "POST", headers: str = "content-type") -> httpx.Response:
    """The answer to a preflight, which needs no database."""
    transport = httpx.ASGITransport(app=application(settings({}, **chosen)))
    asking = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    async with httpx.AsyncClient(transport=transport, base_url="http://tracker") as client:
        return await client.options("/graphql", headers={"Origin": origin, **asking})


def refusal(answer: httpx.Response) -> str:
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "request/cross-origin")
    assert "access-control-allow-origin" not in answer.headers
    assert "TRACKER_ALLOWED_ORIGINS" in error["extensions"]["hint"]
    return str(error["message"])


@pytest.mark.parametrize("headers", USUAL)
async def test_a_page_of_an_allowed_origin_may_send_the_usual_headers(headers):
    answer = await preflight({"allowed_origins": f"http://localhost:5173, {APP}"}, APP, headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, APP)
    assert answer.headers["access-control-allow-credentials"] == "true"


async def test_an_origin_is_the_same_in_capitals():
    assert (await preflight({"allowed_origins": "https://App.Example"}, APP)).status_code == 200


async def test_more_headers_are_a_setting():
    chosen = {"allowed_origins": APP, "allowed_headers": "X-Tenant"}
    assert (await preflight(chosen, APP, headers="traceparent,x-tenant")).status_code == 200


async def test_a_header_that_is_not_allowed_is_named_with_its_setting():
    said = refusal(await preflight({"allowed_origins": APP}, APP, headers="traceparent, x-tenant"))
    assert said == "Pages of other origins cannot send the header 'x-tenant': TRACKER_ALLOWED_HEADERS lacks it."


@pytest.mark.parametrize(("origins", "state"), [("", "is not set"), (APP, "does not name it")])
async def test_an_origin_that_is_not_allowed_is_named_with_its_setting(origins, state):
    said = refusal(await preflight({"allowed_origins": origins}, EVIL))
    assert said == f"Pages of {EVIL} cannot send requests here: TRACKER_ALLOWED_ORIGINS {state}."


async def test_a_method_that_is_not_allowed_is_refused():
    assert refusal(await preflight({"allowed_origins": APP}, APP, method="PATCH")).startswith(
        "Pages of other origins can"
    )


async def test_a_long_origin_is_not_repeated_whole():
    assert len(refusal(await preflight({"allowed_origins": APP}, "https://" + "a" * 20_000))) < 250


async def test_the_log_says_that_a_preflight_was_refused(caplog):
    with caplog.at_level(logging.INFO, "tracker.requests"):
        await preflight({"allowed_origins": APP}, EVIL)
    assert caplog.records[-1].msg["code"] == "request/cross-origin"


async def test_where_any_origin_is_allowed_none_may_send_a_cookie():
    answer = await preflight({"allowed_origins": "*"}, EVIL)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_reads_the_headers_that_clients_use_even_of_a_refusal(server, seeded):
    chosen = {"allowed_origins": APP, "allowed_hosts": "elsewhere.example"}
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, **chosen)) as client:
        answer = await client.post("/graphql", json=QUERY, headers={"Origin": APP})
    assert answer.json()["errors"][0]["extensions"]["code"] == "request/unknown-host"
    assert answer.headers["access-control-allow-origin"] == APP
    exposed = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"ETag", "Tracker-Version", "X-Request-ID", "Server-Timing", "RateLimit", "Retry-After"} <= exposed


async def test_without_origins_an_answer_does_not_depend_on_the_origin(client: httpx.AsyncClient):
    answer = await client.post("/graphql", json=QUERY, headers={"Origin": APP})
    assert "Origin" not in answer.headers["vary"]
    assert "access-control-allow-origin" not in answer.headers


async def test_whoever_signed_in_is_known_to_a_page_of_an_allowed_origin_alone(server, seeded, chosen):
    async with server.copy(seeded) as url:
        known = chosen.model_copy(update={"database_url": url, "allowed_origins": APP})
        async with serving(known) as client:
            client.base_url = httpx.URL("http://127.0.0.1:8000")
            await sign_in(client)
            answers = {
                origin: await client.post("/graphql", json=QUERY, headers={"Origin": origin}) for origin in (APP, EVIL)
            }
    assert {origin: answer.json()["data"]["viewer"] for origin, answer in answers.items()} == {
        APP: {"name": "Ada Lovelace"},
        EVIL: None,
    }
    assert answers[APP].headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in answers[EVIL].headers


@pytest.mark.parametrize("origin", ["https://app.example/", "app.example", "https://app.example/path", "null"])
def test_what_is_no_origin_is_refused_at_the_start(origin):
    with pytest.raises(ConfigurationError, match="TRACKER_ALLOWED_ORIGINS has "):
        settings({}, allowed_origins=f"{APP}, {origin}")


def test_what_is_no_header_is_refused_at_the_start():
    with pytest.raises(ConfigurationError, match="TRACKER_ALLOWED_HEADERS has 'X Tenant'"):
        settings({}, allowed_headers="X Tenant")


@pytest.mark.parametrize("origins", ["", "*"])
def test_a_cookie_is_for_other_sites_only_where_their_origins_are_named(origins):
    with pytest.raises(ConfigurationError, match="SESSION_ACROSS_SITES also needs TRACKER_ALLOWED_ORIGINS"):
        settings({}, allowed_origins=origins, session_across_sites=True)
