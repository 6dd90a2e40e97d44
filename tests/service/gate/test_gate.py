"""Every answer has an id and tells browsers what they may do; every request has a line; only our hosts are answered."""

import json
import logging
import logging.config
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.enumerations import Role
from service.config import settings
from service.gate import middleware
from service.log import TextFormatter, log_configuration
from tests.service.graphql.api_keys import key_at
from tests.serving import serving

QUERY = {"query": "query Names { practices(first: 1) { nodes { name } } }"}
DOORS = ["/", "/graphql", "/briefing", "/briefing.docx", "/livez", "/readyz", "/schema.graphql", "/nowhere"]


@pytest.fixture(scope="module")
async def hosted(server, seeded) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service for two hosts."""
    hosts = "tracker, *.nhs.example"
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, allowed_hosts=hosts)) as client:
        yield client


@pytest.mark.parametrize("door", DOORS)
async def test_every_answer_tells_browsers_to_trust_it_with_nothing_more(client: httpx.AsyncClient, door: str):
    headers = (await client.get(door)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_what_one_person_may_see_is_kept_by_no_cache(server, seeded):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        key = await key_at(url, "Ada", Role.APPROVER)
        answer = await client.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {key}"})
    assert answer.headers["Cache-Control"] == "no-store"


async def test_only_https_is_asked_for_again_over_https(client: httpx.AsyncClient):
    assert "Strict-Transport-Security" not in (await client.get("/livez")).headers
    assert "Strict-Transport-Security" in (await client.get("https://tracker/livez")).headers


async def test_the_id_that_a_caller_sends_comes_back(client: httpx.AsyncClient):
    answer = await client.post("/graphql", json=QUERY, headers={"X-Request-ID": "4f-2:b"})
    assert answer.headers["X-Request-ID"] == "4f-2:b"


@pytest.mark.parametrize("unusable", ["", "a b", "a" * 129, "a\\nb"])
async def test_an_unusable_id_is_replaced(client: httpx.AsyncClient, unusable: str):
    answer = await client.post("/graphql", json=QUERY, headers={"X-Request-ID": unusable})
    assert len(answer.headers["X-Request-ID"]) == 16


async def test_a_request_has_one_line_that_says_how_it_went(client: httpx.AsyncClient, caplog):
    trace, query = "0af7651916cd43dd8448eb211c80319c", {"query": "query Names { themes { only_here: name } }"}
    with caplog.at_level(logging.INFO, "tracker.requests"):
        answer = await client.post("/graphql", json=query, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    (line,) = [record.msg for record in caplog.records if record.name == "tracker.requests"]
    assert {name: line[name] for name in ("method", "path", "status", "kind", "operation", "trace")} == {
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "kind": "query",
        "operation": "Names",
        "trace": trace,
    }
    assert line["request"] == answer.headers["X-Request-ID"]
    assert 0 < line["statement_milliseconds"] < line["milliseconds"]


async def test_the_line_of_an_answer_that_was_kept_says_so(client: httpx.AsyncClient, caplog):
    with caplog.at_level(logging.INFO, "tracker.requests"):
        for _ in range(2):
            await client.post("/graphql", json={"query": "{ themes { kept_here: name } }"})
    lines = [record.msg for record in caplog.records if record.name == "tracker.requests"]
    assert [line.get("is_kept") for line in lines] == [None, True]
    assert "statement_milliseconds" not in lines[1]


async def test_the_line_of_a_refusal_has_its_code(client: httpx.AsyncClient, caplog):
    with caplog.at_level(logging.INFO, "tracker.requests"):
        await client.post("/graphql", json={"query": "{ nothing }"})
    assert caplog.records[-1].msg["code"] == "document/invalid"


async def test_the_line_names_who_asked(server, seeded, caplog):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        key = await key_at(url, "Ada", Role.APPROVER)
        with caplog.at_level(logging.INFO, "tracker.requests"):
            await client.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {key}"})
    assert caplog.records[-1].msg["actor"] == "Ada"
    assert key not in str(caplog.records[-1].msg)


async def test_probes_have_no_line(client: httpx.AsyncClient, caplog):
    with caplog.at_level(logging.INFO, "tracker.requests"):
        await client.get("/livez")
    assert not caplog.records


@pytest.mark.parametrize("host", ["tracker", "TRACKER:8000", "a.nhs.example", "b.a.nhs.example:443"])
async def test_our_hosts_are_answered(hosted: httpx.AsyncClient, host: str):
    assert (await hosted.get("/livez", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "nhs.example", "trackers", "tracker.evil.example", "[::1]", ""])
async def test_another_host_is_refused(hosted: httpx.AsyncClient, host: str):
    answer = await hosted.get("/livez", headers={"Host": host})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "request/unknown-host")


def test_a_line_is_text_for_people_and_json_for_programs():
    record = logging.makeLogRecord({"name": "tracker.requests", "msg": {"path": "/graphql", "status": 200}})
    assert TextFormatter("%(message)s").format(record) == "path=/graphql status=200"
    made = logging.config.DictConfigurator(log_configuration("json")).configure_formatter(
        log_configuration("json")["formatters"]["json"]
    )
    line = json.loads(made.format(record))
    assert (line["path"], line["status"], line["logger"]) == ("/graphql", 200, "tracker.requests")


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(client: httpx.AsyncClient):
    async def body() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    headers = {"Content-Type": "application/json", "Content-Length": "1000001"}
    answer = await client.post("/graphql", content=body(), headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "request/too-large"


async def test_a_key_may_send_more(server, seeded):
    padded = json.dumps(QUERY | {"extensions": {"padding": "a" * 1_000_000}})
    headers = {"Content-Type": "application/json"}
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        key = await key_at(url, "Ada", Role.APPROVER)
        anonymous = await client.post("/graphql", content=padded, headers=headers)
        known = await client.post("/graphql", content=padded, headers=headers | {"Authorization": f"Bearer {key}"})
    assert (anonymous.status_code, known.status_code) == (413, 200)


async def test_a_fault_of_ours_is_an_answer_like_any_other(caplog):
    async def fail(_: Request) -> Response:
        raise KeyError("secret")

    app = Starlette(routes=[Route("/", fail)], middleware=middleware(settings({})))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tracker") as client:
        with caplog.at_level(logging.INFO, "tracker.requests"):
            answer = await client.get("/")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (500, "internal")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    line = [record.msg for record in caplog.records if record.name == "tracker.requests"][-1]
    assert (line["status"], line["code"], line["request"]) == (500, "internal", answer.headers["X-Request-ID"])
    assert "secret" not in answer.text


async def test_the_line_of_a_refused_page_has_its_code(client: httpx.AsyncClient, caplog):
    with caplog.at_level(logging.INFO, "tracker.requests"):
        await client.get("/charts/nothing/QKS")
    assert caplog.records[-1].msg["code"] == "page/unknown"
