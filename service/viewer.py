"""An API key becomes a viewer, or a refusal."""

import hashlib
import hmac
import re
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database

# A revoked key is refused everywhere within this many seconds.
SECONDS_REMEMBERED = 4.0
KEY = re.compile(r"kmt_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")

_IN_FORCE = """
    SELECT name, role, secret_sha256, organisation_id,
           last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS is_due
    FROM api_key
    WHERE prefix = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
"""
_USED = text("UPDATE api_key SET last_used_at = now() WHERE prefix = :prefix")
# The scope that reaches every organisation; any other is the id of one, which reaches its members too.
EVERYWHERE = 0


@dataclass(frozen=True)
class Viewer:
    """A person or program with a valid key, or a person who has signed in."""

    name: str
    role: Role
    # The public prefix of the key, or the issuer and subject of a sign-in; None for the command line and for imports.
    key: str | None = None
    # The organisation that the role is held for, with all its members by date.
    scope: int = EVERYWHERE

    @property
    def identity(self) -> str:
        """What distinguishes one actor from another, because two keys may have the same name."""
        return self.key or self.name

    @property
    def drafts(self) -> int | None:
        """The scope in which submissions and their history are visible; None if only published data is."""
        return None if self.role is Role.READER else self.scope

    @property
    def row(self) -> str:
        """The viewer as JSON rows, for the field `viewer`."""
        return orjson.dumps([{"name": self.name, "role": self.role, "identity": self.identity}]).decode()

    def is_same_person(self, name: str | None, identity: str | None) -> bool:
        """Whether an actor on record is this one: by identity, or by name, because one person may have two keys."""
        by_name = name is not None and _plain(name) == _plain(self.name)
        return by_name or (identity is not None and identity == self.identity)


def _plain(name: str) -> str:
    """A name in a form for comparing: without differences in the width, case and spacing of its letters."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def sha256(secret: str) -> str:
    """The fingerprint under which a key is stored. 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Viewers:
    """Looks keys up, and remembers each answer for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, tuple[float, Viewer | None]] = {}

    async def viewer(self, authorization: str | None) -> Viewer | None:
        """The viewer that an `Authorization` header names; None without one. Refusals: `UNAUTHENTICATED`."""
        if authorization is None:
            return None
        scheme, _, key = authorization.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not KEY.fullmatch(key):
            raise Refusal("UNAUTHENTICATED", "The Authorization header has no API key of this service.")
        viewer = await self._known(sha256(key), key.split("_")[1])
        if viewer is None:
            raise Refusal("UNAUTHENTICATED", "The API key is unknown, expired or revoked.")
        return viewer

    async def _known(self, fingerprint: str, prefix: str) -> Viewer | None:
        now = time.monotonic()
        until, viewer = self._remembered.get(fingerprint, (0.0, None))
        if until < now:
            row = await self._database.primary.reserved.fetchrow(_IN_FORCE, prefix)
            # The look-up is by the public prefix; the secret is compared here, in constant time.
            matches = row is not None and hmac.compare_digest(row["secret_sha256"], fingerprint)
            viewer = _of(row, prefix) if row is not None and matches else None
            if row is not None and matches and row["is_due"]:
                await note_use(self._database, _USED, prefix=prefix)
            if len(self._remembered) > 10_000:
                self._remembered.clear()
            self._remembered[fingerprint] = (now + SECONDS_REMEMBERED, viewer)
        return viewer


async def note_use(database: Database, statement: TextClause, **key: object) -> None:
    """Record when a key or a session was last used, to the minute, so that not every request writes.

    Where nothing can be written at present, people can still read.
    """
    with suppress(SQLAlchemyError, OSError, TimeoutError, Refusal):
        async with database.command(scope=EVERYWHERE) as session:
            await session.exec(statement, params=key)  # type: ignore[call-overload]


def _of(row: "asyncpg.Record", prefix: str) -> Viewer:
    scope = EVERYWHERE if row["organisation_id"] is None else row["organisation_id"]
    return Viewer(row["name"], Role(row["role"]), prefix, scope)
