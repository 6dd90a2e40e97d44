"""A search finds what people mean: the answers of the reference, the best first, in pages."""

from importlib import import_module

import asyncpg
import pytest

from schema.errors import Refusal
from tests.databases import Server
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

SEARCH = """
query($text: String!, $kind: OrganisationKind, $closed: Boolean, $first: Int, $after: String) {
  search(text: $text, kind: $kind, includeClosed: $closed, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { score matched organisation { code name } metric { code } }
  }
}
"""
TEXTS = (
    "",
    "  ",
    "?!",
    "dover",
    "ST JAMES’ SURGERY",
    "surgery  james",
    "ct11ab",
    "ct16",
    "g82",
    "g82002",
    "ramsgate pcn",
    "Ramsagte",
    "canterbry",
    "kent & medway icb",
    "call back",
    "per-cent of call",
    "pratcice",
    "X’é Ä²",
    "surgery " * 12,
)


@pytest.mark.parametrize("text", TEXTS)
async def test_a_text_finds_what_the_reference_finds(both: Both, text: str) -> None:
    for more in ({}, {"kind": "PRACTICE"}, {"closed": True}, {"first": 2}):
        assert await both.verdict(Written(SEARCH, {"text": text, **more})) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("g82002", "St James' Surgery"),
        ("St James’ surgery", "St James' Surgery"),
        ("surgery, james", "St James' Surgery"),
        ("ct16 1eq", "High Street Surgery"),
        ("CT161EQ", "High Street Surgery"),
        ("surgery ct161sf", "St James' Surgery"),
        ("st. james’ surgery CT16 1SF", "St James' Surgery"),
        ("ramsagte", "Ramsgate"),
        ("kent & medway", "NHS Kent and Medway Integrated Care Board"),
    ],
)
async def test_what_people_type_finds_what_they_mean_first(both: Both, text: str, first: str) -> None:
    found = (await both.served(SEARCH, {"text": text}))["search"]["nodes"]
    assert found[0]["organisation"]["name"] == first


async def test_a_slip_is_forgiven_in_words_and_not_in_codes(both: Both) -> None:
    assert (await both.served(SEARCH, {"text": "G82999"}))["search"]["totalCount"] == 0
    assert (await both.served(SEARCH, {"text": "Canterbry"}))["search"]["totalCount"] > 0


async def test_pages_hold_what_one_page_holds(both: Both) -> None:
    whole = (await both.served(SEARCH, {"text": "medical centre", "first": 500}))["search"]
    found, after = [], None
    while True:
        page = (await both.served(SEARCH, {"text": "medical centre", "first": 7, "after": after}))["search"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == whole["nodes"]
    assert len(found) == whole["totalCount"] > 7
    scores = [each["score"] for each in found]
    assert scores == sorted(scores, reverse=True)


async def test_a_text_that_is_too_long_is_refused(both: Both) -> None:
    with pytest.raises(Refusal, match="The argument `text` has more than 100 characters") as refused:
        await both.served(SEARCH, {"text": "x" * 101})
    assert refused.value.code == "plan/unusable-value"


async def test_a_server_without_the_extension_is_migrated_and_knows_no_slips(server: Server, seeded: str) -> None:
    """Here, an owner who may not create extensions."""
    step = import_module("service.migrations.versions.0032_likeness")
    async with server.copy(seeded) as url:
        connection = await asyncpg.connect(url)
        try:
            assert await connection.fetchval("SELECT likeness('dover', 'dovr')") == pytest.approx(0.375)
            await connection.execute("DROP FUNCTION likeness; DROP EXTENSION pg_trgm")
            await connection.execute("GRANT CREATE ON SCHEMA public TO tracker_service; SET ROLE tracker_service")
            await connection.execute(step._MAKE)
            assert await connection.fetchval("SELECT likeness('dover', 'dovr')") == 0
        finally:
            await connection.close()
