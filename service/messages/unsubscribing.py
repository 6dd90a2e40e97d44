"""The link by which somebody gets no more messages of a kind: it works without signing in, and for nobody else."""

import hashlib
import hmac
from urllib.parse import urlencode

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from schema.enumerations import MessageKind
from schema.tables import UnsubscribedRow, table
from service.database import Database
from service.viewer import EVERYWHERE

PATH = "/unsubscribe"


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
        await (await session.connection()).execute(
            insert(table(UnsubscribedRow)).values(values).on_conflict_do_nothing()
        )
