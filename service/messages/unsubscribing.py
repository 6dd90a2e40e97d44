"""The link by which somebody gets no more messages of a kind, or gets them again: it works for nobody else."""

import hashlib
import hmac
from urllib.parse import urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from schema.enumerations import MessageKind
from schema.tables import UnsubscribedRow, table
from service.database import Database
from service.viewer import EVERYWHERE

PATH, AGAIN = "/unsubscribe", "/subscribe"
_unsubscribed = table(UnsubscribedRow)


def link(secret: str, home: str, person: int, kind: MessageKind) -> str:
    """The link of a person and a kind of message."""
    query = urlencode({"person": person, "kind": kind, "seal": seal(secret, str(person), kind)})
    return f"{home}{PATH}?{query}"


def seal(secret: str, person: str, kind: str) -> str:
    """What only the service can make of a person and a kind."""
    return hmac.new(secret.encode(), f"unsubscribe {person} {kind}".encode(), hashlib.sha256).hexdigest()


def is_sealed(secret: str, person: str, kind: str, given: str) -> bool:
    """Whether a link is one of ours, for this person and kind."""
    return hmac.compare_digest(seal(secret, person, kind).encode(), given.encode())


async def unsubscribe(database: Database, person: int, kind: MessageKind) -> None:
    """Send somebody no more messages of a kind. Once more changes nothing."""
    values = {"person_id": person, "kind": kind, "since": func.now()}
    async with database.command(scope=EVERYWHERE) as session:
        await (await session.connection()).execute(insert(_unsubscribed).values(values).on_conflict_do_nothing())


async def subscribe(database: Database, person: int, kind: MessageKind) -> None:
    """Send somebody messages of a kind again. Once more changes nothing."""
    async with database.command(scope=EVERYWHERE) as session:
        await (await session.connection()).execute(
            delete(_unsubscribed).where(_unsubscribed.c.person_id == person, _unsubscribed.c.kind == kind)
        )


async def who_stopped(database: Database, kind: MessageKind) -> set[int]:
    """The numbers of those who do not want a kind of message."""
    async with database.command(scope=EVERYWHERE) as session:
        found = await (await session.connection()).execute(
            select(_unsubscribed.c.person_id).where(_unsubscribed.c.kind == kind)
        )
    return set(found.scalars())


async def stopped(database: Database, person: int) -> list[MessageKind]:
    """The kinds of message that somebody does not want."""
    async with database.command(scope=EVERYWHERE) as session:
        found = await (await session.connection()).execute(
            select(_unsubscribed.c.kind).where(_unsubscribed.c.person_id == person)
        )
    kinds = set(found.scalars())
    return [kind for kind in MessageKind if kind in kinds]
