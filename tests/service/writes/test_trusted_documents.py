"""Trusted documents are added and removed as one, and each is in the audit."""

import orjson
import pytest

from service.config import settings
from service.database import Database, connected_to_serve
from service.viewer import sha256
from service.writes.trust import documents
from tests.service.writes.submitting import ROOT
from tests.service.writes.test_sessions import NOW

ONE, TWO = "{ themes { code } }", "{ themes { name } }"


async def add(database: Database, **texts: str) -> list[str]:
    async with database.command() as session:
        return await documents.add(session, texts, by=ROOT, at=NOW)


async def remove(database: Database, *names: str) -> int:
    async with database.command() as session:
        return await documents.remove(session, names, by=ROOT, at=NOW)


async def names(database: Database) -> list[str]:
    async with database.command() as session:
        return [each.identifier for each in await documents.list_documents(session)]


async def test_documents_are_added_once_and_each_is_in_the_audit(writable):
    assert await add(writable, one=ONE, two=TWO) == ["one", "two"]
    assert await add(writable, one=ONE, three=ONE) == ["three"]
    assert await names(writable) == ["one", "three", "two"]
    events = await writable.reading.fetch(
        "SELECT subject, actor, detail FROM audit_event WHERE action = 'document.add'"
    )
    assert [(event["subject"], event["actor"]) for event in events] == [
        (f"document {name}", "Root") for name in ("one", "two", "three")
    ]
    assert orjson.loads(events[1]["detail"]) == {"sha256": sha256(TWO)}


async def test_a_name_keeps_its_text_and_then_nothing_is_added(writable):
    await add(writable, one=ONE)
    with pytest.raises(documents.OtherText, match="The document one has another text already"):
        await add(writable, zero=TWO, one=TWO)
    assert await names(writable) == ["one"]


async def test_documents_are_removed_together_or_not_at_all(writable):
    await add(writable, one=ONE, two=TWO)
    with pytest.raises(documents.UnknownDocument, match="No document has the name three"):
        await remove(writable, "one", "three")
    assert await names(writable) == ["one", "two"]
    assert await remove(writable, "one", "two") == 2
    assert await names(writable) == []
    removed = "SELECT subject FROM audit_event WHERE action = 'document.remove' ORDER BY position"
    assert [row["subject"] for row in await writable.reading.fetch(removed)] == ["document one", "document two"]


async def test_the_database_itself_keeps_a_text_and_its_hash_together(writable):
    await add(writable, one=ONE)
    async with writable.command() as session:
        raw = await session.connection()
        with pytest.raises(Exception, match="hash_is_of_text"):
            await raw.exec_driver_sql("UPDATE trusted_document SET text = '{ metrics { totalCount } }'")


async def test_a_service_cannot_add_documents(server, seeded):
    async with server.copy(seeded) as url, connected_to_serve(settings({}, database_url=url)) as database:
        with pytest.raises(Exception, match="permission denied for table trusted_document"):
            await add(database, one=ONE)
