"""Exceptions become GraphQL errors: a code, a sentence and a remedy, and nothing of what is inside."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import sqlalchemy.exc
from graphql import GraphQLError
from starlette.requests import ClientDisconnect

from schema.errors import Refusal

_log = logging.getLogger("tracker")

# SQLSTATE, or its class of two characters, → code. Everything else is a fault of ours.
SQLSTATES = {
    "57014": "database/timeout",
    "55P03": "database/timeout",
    # A deadlock that was broken up, and a snapshot that went stale: the same request, sent again, goes through.
    "40": "database/busy",
    "22": "plan/unusable-value",
    "54": "document/too-large",
    "08": "database/unavailable",
    "25006": "database/read-only",
    "53100": "database/full",
    "53300": "database/too-many-connections",
    "53": "database/unavailable",
    "57": "database/unavailable",
}

STATUSES = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "access/assurance": 403,
    "access/issuer-unavailable": 503,
    "page/busy": 503,
    "page/no-pdf": 501,
    "page/no-paper": 404,
    "page/frozen-paper": 409,
    "page/unknown": 404,
    "request/method": 405,
    "request/not-acceptable": 406,
    "request/subscription": 406,
    "request/timeout": 408,
    "request/too-large": 413,
    "upload/too-large": 413,
    "request/media-type": 415,
    "upload/wrong-type": 415,
    "request/too-many": 429,
    "request/too-many-operations": 429,
    "request/headers-too-large": 431,
    "request/too-many-connections": 503,
    "database/timeout": 503,
    "database/busy": 503,
    "database/unavailable": 503,
    "database/read-only": 503,
    "database/full": 503,
    "database/too-many-connections": 503,
    "database/incomplete": 503,
    "request/interrupted": 503,
    "internal": 500,
}


# When to come back after a status that does not last.
SECONDS_TO_RETRY = 5


def headers_of(status: int) -> dict[str, str]:
    """What an answer with a status also says: when to come back, if that is soon."""
    return {"Retry-After": str(SECONDS_TO_RETRY)} if status == 503 else {}


@dataclass(eq=False)
class Failure(Exception):
    """A request that has no data: the errors to send, and the HTTP status where the transport shows one."""

    errors: tuple[dict[str, Any], ...]
    status: int
    # Whether the request never became a document to run: even a client of the older media type sees the status.
    is_of_request: bool = False

    @property
    def body(self) -> bytes:
        """The GraphQL answer, as JSON."""
        return orjson.dumps({"errors": self.errors})

    @property
    def code(self) -> str:
        """The code of its first error."""
        return str(self.errors[0]["extensions"]["code"])


def failure(reason: Exception) -> Failure:
    """What an exception becomes. A refusal speaks for itself; a fault of ours is logged under a reference."""
    if isinstance(reason, Failure):
        return reason
    refusal = reason if isinstance(reason, Refusal) else _refusal(reason)
    status = STATUSES.get(refusal.code, 400)
    formatted = {"message": refusal.message, **_place(refusal), "extensions": refusal.extensions}
    return Failure((formatted,), status, refusal.stage in {"request", "access", "database", "internal"})


def _place(refusal: Refusal) -> dict[str, Any]:
    """Where a refusal is in the document and in its answer, if it is about a field."""
    locations = {"locations": list(refusal.locations)} if refusal.locations else {}
    return locations if refusal.path is None else {**locations, "path": list(refusal.path)}


def of_document(code: str, errors: Sequence[GraphQLError]) -> Failure:
    """What the errors of parsing, validation or coercion become."""
    refusal = Refusal(code, "")
    return Failure(
        tuple(
            {**error.formatted, "extensions": {**refusal.extensions, **(error.extensions or {})}} for error in errors
        ),
        400,
    )


# What asyncpg raises when its connection is lost; the last of them when that happens in the middle of a statement.
_LOST = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)


def _refusal(reason: Exception) -> Refusal:
    origin: Any = reason
    if isinstance(reason, sqlalchemy.exc.DBAPIError):
        # SQLAlchemy wraps what asyncpg raised twice.
        origin = getattr(reason.orig, "__cause__", None) or reason.orig
    state = getattr(origin, "sqlstate", None) or ""
    code = SQLSTATES.get(state) or SQLSTATES.get(state[:2])
    if isinstance(reason, ClientDisconnect):
        return Refusal("request/incomplete", "The client left before its request was complete.")
    if _lacks_role(origin, state):
        return Refusal("database/incomplete", _SENTENCES["database/incomplete"])
    if isinstance(reason, sqlalchemy.exc.TimeoutError):
        return Refusal("database/unavailable", "All connections that write are in use.")
    if isinstance(origin, RecursionError):
        # Parsing, planning and writing SQL go as deep as the document does.
        return Refusal("document/too-deep", "The document, or a value that was sent with it, is nested too deeply.")
    if isinstance(origin, asyncpg.DataError):
        code = "plan/unusable-value"
    elif isinstance(origin, _LOST) and code is None:
        code = "database/timeout" if isinstance(origin, TimeoutError) else "database/unavailable"
    if code is None:
        reference = secrets.token_hex(6)
        _log.error("fault %s", reference, exc_info=reason)
        return Refusal("internal", f"Something went wrong here. Reference: {reference}.")
    return Refusal(code, _SENTENCES[code])


def _lacks_role(origin: Any, state: str) -> bool:
    """Whether a command could not become the role that it runs as, or that role may not do what it must."""
    return state == "42501" or (state == "22023" and str(origin).startswith("role "))


_SENTENCES = {
    "document/too-large": "The document is more than the database can answer at once.",
    "database/timeout": "The database took too long to answer.",
    "database/busy": "Another request was in the way; nothing of this one is done.",
    "database/unavailable": "The database is not available.",
    "database/read-only": "The database cannot be written to at present.",
    "database/full": "The database has no room left.",
    "database/too-many-connections": "The database has as many connections as it takes.",
    "database/incomplete": "The database lacks a role of the service, or what that role may do.",
    "plan/unusable-value": "The database cannot use a value that was sent.",
}
