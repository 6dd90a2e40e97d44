"""Trusted documents: added, listed and removed. Each is recorded in the audit."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import TrustedDocumentRow, table
from service.mistakes import Mistake
from service.viewer import Viewer, sha256
from service.writes.trust import audit


class OtherText(Mistake):
    """A name has another text already: clients that send the name would get another answer without notice."""

    def __init__(self, identifier: str) -> None:
        super().__init__(
            f"The document {identifier} has another text already. Remove it first with `tracker documents remove`."
        )


class UnknownDocument(Mistake):
    """No document has this name."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"No document has the name {identifier}. See `tracker documents list`.")


async def add(session: AsyncSession, texts: Mapping[str, str], *, by: Viewer, at: dt.datetime) -> list[str]:
    """Trust documents, by their names; the names that were new. Refusals: `OtherText`, and then nothing is added."""
    named = col(TrustedDocumentRow.identifier).in_(texts)
    known = {row.identifier: row.text for row in await session.exec(select(TrustedDocumentRow).where(named))}
    for identifier, text in known.items():
        if texts[identifier] != text:
            raise OtherText(identifier)
    new = [identifier for identifier in texts if identifier not in known]
    for identifier in new:
        text = texts[identifier]
        session.add(TrustedDocumentRow(identifier=identifier, text_sha256=sha256(text), text=text, added_at=at))
    await _record(session, "document.add", {each: sha256(texts[each]) for each in new}, by=by, at=at)
    return new


async def list_documents(session: AsyncSession) -> Sequence[TrustedDocumentRow]:
    """All trusted documents, by their names."""
    return (await session.exec(select(TrustedDocumentRow).order_by(col(TrustedDocumentRow.identifier)))).all()


async def remove(session: AsyncSession, identifiers: Collection[str], *, by: Viewer, at: dt.datetime) -> int:
    """Trust documents with these names no longer; how many there were. Refusals: `UnknownDocument`, for all of them."""
    named = col(TrustedDocumentRow.identifier).in_(identifiers)
    columns = (col(TrustedDocumentRow.identifier), col(TrustedDocumentRow.text_sha256))
    removed = (await session.exec(delete(table(TrustedDocumentRow)).where(named).returning(*columns))).all()
    hashes = dict(sorted(tuple(row) for row in removed))
    for identifier in sorted(set(identifiers) - hashes.keys()):
        raise UnknownDocument(identifier)
    await _record(session, "document.remove", hashes, by=by, at=at)
    return len(hashes)


async def _record(
    session: AsyncSession, action: str, hashes: Mapping[str, str], *, by: Viewer, at: dt.datetime
) -> None:
    events = [
        audit.event(action, f"document {identifier}", by=by, at=at, detail={"sha256": hashed})
        for identifier, hashed in hashes.items()
    ]
    if events:
        await audit.write(session, events, by=by)
