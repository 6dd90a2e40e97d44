"""What an HTTP response says about keeping it, its tag, its encoding and its version."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import brotli
import httpx
import pytest
from backports import zstd

from schema.enumerations import Role
from service.config import settings
from tests.service.graphql.api_keys import create_key
from tests.service.graphql.served import Service, served
from tests.service.writes.submitting import figure, save, update
from tests.serving import serving

RESPONSE = "application/graphql-response+json"
ASK = '{ metric(code: "call_back_percent") { figures(latestOnly: true) { nodes { value } } } }'
LONG = "{ practices(first: 177) { nodes { code name postcode } } }"
DRAFTS = "{ submissions { totalCount } }"
DECODERS = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client that accepts no encoding of its own accord."""
    async with service.client(**{"Accept-Encoding": "identity"}) as client:
        yield client


async def got(client: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    return await client.get(
        "/graphql", params={"query": query}, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


async def test_what_anybody_may_read_may_be_kept_and_is_asked_for_each_time(client: httpx.AsyncClient):
    answer = await got(client, ASK)
    assert answer.headers["cache-control"] == "public, no-cache"
    assert answer.headers["vary"] == "Accept, Accept-Encoding, Authorization, Cookie"


async def test_a_get_that_names_the_tag_is_304_until_the_answer_changes(client: httpx.AsyncClient, service: Service):
    tag = (await got(client, ASK)).headers["etag"]
    for tags in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        same = await got(client, ASK, If_None_Match=tags)
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert same.headers["cache-control"] == "public, no-cache"
    await update(service.database, figure(88.7))
    new = await got(client, ASK, If_None_Match=tag)
    assert new.status_code == 200
    assert b"88.7" in new.content
    assert new.headers["etag"] != tag


async def test_a_tag_holds_while_the_answer_is_the_same_although_others_changed(
    client: httpx.AsyncClient, service: Service
):
    tag = (await got(client, LONG)).headers["etag"]
    await update(service.database, figure(88.7))
    assert (await got(client, LONG, If_None_Match=tag)).status_code == 304


async def test_another_tag_gets_the_answer(client: httpx.AsyncClient):
    assert (await got(client, ASK, If_None_Match='"other"')).status_code == 200


async def test_each_form_of_an_answer_has_its_own_tag(client: httpx.AsyncClient):
    forms = [{}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "br"}, {"Accept_Encoding": "zstd"}]
    tags = [
        (await got(client, LONG, **form, Accept=kind)).headers["etag"] for form in forms for kind in ("*/*", RESPONSE)
    ]
    assert len(set(tags)) == len(tags) == 8


@pytest.mark.parametrize("encoding", DECODERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_encoded_form_is_the_same_answer(client: httpx.AsyncClient, method: str, encoding: str):
    given: Any = {"params": {"query": LONG}} if method == "GET" else {"json": {"query": LONG}}
    plain = await client.request(method, "/graphql", **given)
    for _ in range(2):
        headers = {"Accept-Encoding": encoding}
        async with client.stream(method, "/graphql", headers=headers, **given) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["content-length"] == str(len(raw))
        assert DECODERS[encoding](raw) == plain.content
        assert len(raw) < len(plain.content) / 2


async def test_a_short_answer_is_sent_as_it_is(client: httpx.AsyncClient):
    assert "content-encoding" not in (await got(client, ASK, Accept_Encoding="gzip")).headers


async def test_a_post_has_no_tag(client: httpx.AsyncClient):
    answer = await client.post("/graphql", json={"query": ASK}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert "etag" not in answer.headers


@pytest.mark.parametrize("query", [DRAFTS, "{ viewer { name } }", "{ __schema { types { name description } } }"])
async def test_what_depends_on_who_asks_is_not_kept_and_not_encoded(client: httpx.AsyncClient, query: str):
    answer = await got(client, query, Accept_Encoding="gzip")
    assert answer.headers["cache-control"] == "no-store"
    assert not {"etag", "content-encoding"} & set(answer.headers)


async def test_with_a_key_nothing_is_kept_on_the_way(client: httpx.AsyncClient, approver_key: str):
    answer = await got(client, ASK, Authorization=f"Bearer {approver_key}")
    assert answer.headers["cache-control"] == "no-store"
    assert (await got(client, ASK)).headers["etag"] == answer.headers["etag"]


async def test_a_refusal_is_not_kept(client: httpx.AsyncClient):
    answer = await got(client, "{ nothing }", Accept=RESPONSE)
    assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store")


async def test_an_answer_says_whether_it_was_kept_and_how_long_the_statement_took(client: httpx.AsyncClient):
    first, again = [(await got(client, ASK)).headers["server-timing"] for _ in range(2)]
    assert first.startswith("statement;dur=")
    assert 'answer;desc="read";dur=' in first
    assert again.startswith('answer;desc="kept";dur=')


# ── Versions ──────────────────────────────────────────────────────────────────────────────────────────────────────

UPDATE = """
    mutation { updateQuarterlyFigures(input: {quarter: "2024-25-Q4", organisation: "QKS", figures: [
        {metric: "call_back_percent", organisation: "QKS", value: %s, reason: "Counted again."}
    ]}) { problems { code } } }
"""


async def test_the_version_rises_with_each_command(client: httpx.AsyncClient, service: Service):
    seen = []
    for query in (ASK, ASK, LONG):
        seen.append(int((await got(client, query)).headers["tracker-version"]))
        await save(service.database, figure(88.7))
    assert seen == sorted(set(seen))


async def test_what_says_who_is_asking_has_no_tag_and_no_encoding(client: httpx.AsyncClient, approver_key: str):
    query = "{ viewer { name } practices(first: 177) { nodes { code name postcode } } }"
    for _ in range(3):
        theirs = await got(client, query, Authorization=f"Bearer {approver_key}", Accept_Encoding="gzip")
        assert not {"etag", "content-encoding"} & set(theirs.headers)
        # Nobody is the same to all.
        anybody = await got(client, query, Accept_Encoding="gzip")
        assert {"etag", "content-encoding"} <= set(anybody.headers)
    assert theirs.json()["data"]["viewer"] is not None
    assert anybody.json()["data"]["viewer"] is None


async def test_the_answer_to_a_command_has_the_version_with_its_effect(client: httpx.AsyncClient, approver_key: str):
    before = int((await got(client, ASK)).headers["tracker-version"])
    headers = {"Authorization": f"Bearer {approver_key}"}
    written = await client.post("/graphql", json={"query": UPDATE % 88.7}, headers=headers)
    assert written.json()["data"]["updateQuarterlyFigures"]["problems"] == []
    assert int(written.headers["tracker-version"]) > before
    read = await got(client, ASK, Tracker_Version=written.headers["tracker-version"])
    assert b"88.7" in read.content
    assert read.headers["tracker-version"] == written.headers["tracker-version"]


@pytest.mark.parametrize("version", ["-1", "new", "1.5", "9" * 19, "٣"])
async def test_what_is_no_version_is_refused(client: httpx.AsyncClient, version: str):
    headers = {b"Tracker-Version": version.encode()}
    answer = await client.post("/graphql", json={"query": ASK}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "request/unusable-version")


@pytest.fixture
async def behind(server, seeded) -> AsyncIterator[tuple[Service, Service]]:
    """A service whose replica stands still, and one on the primary alone."""
    async with server.copy(seeded) as primary, server.copy(seeded) as replica:
        both = settings({}, database_url=primary, database_replica_url=replica)
        async with served(both) as lagging, served(settings({}, database_url=primary)) as current:
            yield lagging, current


async def test_whoever_has_just_written_reads_it_although_the_replica_is_behind(behind: tuple[Service, Service]):
    lagging, current = behind
    key = await create_key(current.database, "Ada", Role.APPROVER)
    async with lagging.client() as there, current.client(Authorization=f"Bearer {key}") as here:
        await got(there, ASK)
        version = (await here.post("/graphql", json={"query": UPDATE % 88.7})).headers["tracker-version"]
        for _ in range(2):
            assert b"88.7" not in (await got(there, ASK)).content
            read = await got(there, ASK, Tracker_Version=version)
            assert b"88.7" in read.content
            with_schema = ASK.replace("{ metric", "{ __schema { __typename } metric", 1)
            assert b"88.7" in (await got(there, with_schema, Tracker_Version=version)).content
            assert int(read.headers["tracker-version"]) >= int(version)
        old = (await got(there, ASK)).headers["etag"]
        assert (await got(there, ASK, If_None_Match=old)).status_code == 304
        assert (await got(there, ASK, If_None_Match=old, Tracker_Version=version)).status_code == 200


async def test_drafts_are_read_from_the_primary_too(behind: tuple[Service, Service]):
    lagging, current = behind
    key = await create_key(current.database, "Ada", Role.APPROVER)
    query = """mutation { saveSubmission(input: {quarter: "2024-25-Q4", organisation: "QKS", figures: []}) {
        submission { id } problems { code } } }"""
    async with lagging.client(Authorization=f"Bearer {key}") as there:
        saved = await there.post("/graphql", json={"query": query})
        assert saved.json()["data"]["saveSubmission"]["problems"] == []
        counts = [
            (await got(there, DRAFTS, **more)).json()["data"]["submissions"]["totalCount"]
            for more in ({}, {"Tracker_Version": saved.headers["tracker-version"]})
        ]
    assert counts == [0, 1]


async def test_pages_of_other_origins_may_send_and_read_these_headers(server, seeded):
    origin, wanted = "http://localhost:5173", "if-none-match, tracker-version"
    asking = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": wanted}
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, allowed_origins=origin)) as client:
        assert (await client.options("/graphql", headers={"Origin": origin, **asking})).status_code == 200
        answer = await got(client, ASK, Origin=origin)
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Tracker-Version", "Server-Timing"} <= set(exposed)
    assert answer.headers["vary"].endswith(", Origin")


async def test_the_head_of_an_answer_is_that_of_the_answer(client: httpx.AsyncClient):
    asked = {"query": "{ themes { code } }"}
    head, answer = [await client.request(method, "/graphql", params=asked) for method in ("HEAD", "GET")]
    assert (head.status_code, head.headers["ETag"]) == (200, answer.headers["ETag"])
    explorer = await client.head("/graphql", headers={"Accept": "text/html"})
    assert (explorer.status_code, explorer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
