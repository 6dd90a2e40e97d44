"""The cookie of a browser becomes the viewer who signed in with it: it holds a random token, and the table the rest.

The token is looked up for each request that comes with the cookie, so in every process an ended session is nobody's at
once. The cookie is signed: a new `TRACKER_SESSION_SECRET` ends all sessions too.
"""

import time
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

from schema.enumerations import Role
from service.config import Settings
from service.database import Database
from service.identity.flow import Proofs
from service.viewer import EVERYWHERE, Viewer, note_use, sha256

Cookie = MutableMapping[str, Any]

# A working day: people sign in once in the morning, and nobody is still signed in the next morning.
SECONDS_SIGNED_IN = 8 * 3600
# Time to go to the issuer and come back, and to find a second factor on the way.
SECONDS_TO_SIGN_IN = 15 * 60

# The identities of people who sign in by links; those of an issuer begin with its address.
PERSON = "person|"
_ATTEMPT, _TOKEN, _SEEN = "attempt", "session", "seen"

_IN_FORCE = """
    SELECT id, name, role, identity, organisation_id, last_used_at < now() - interval '1 minute' AS is_due
    FROM session
    WHERE token_sha256 = $1 AND ended_at IS NULL AND ends_at > now()
      AND (starts_with(identity, $2) OR starts_with(identity, $3))
"""
_USED = text("UPDATE session SET last_used_at = now() WHERE id = :key")


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way: its proofs, and where the browser was going."""

    proofs: Proofs
    next: str


@dataclass(frozen=True)
class SignedIn:
    """A session that is in force: its key, and who signed in."""

    key: int
    viewer: Viewer


class Sessions:
    """The sessions of those who have signed in with one issuer, or by a link."""

    def __init__(self, database: Database, issuer: str) -> None:
        self._database = database
        self._issuer = issuer

    async def of_cookie(self, cookie: Cookie) -> SignedIn | None:
        """The session that a cookie is for; None without one in force."""
        token = cookie.get(_TOKEN)
        if not isinstance(token, str):
            return None
        row = await self._database.primary.reserved.fetchrow(_IN_FORCE, sha256(token), f"{self._issuer}|", PERSON)
        if row is None:
            return None
        if row["is_due"]:
            await note_use(self._database, _USED, key=row["id"])
        scope = EVERYWHERE if row["organisation_id"] is None else row["organisation_id"]
        return SignedIn(row["id"], Viewer(row["name"], Role(row["role"]), row["identity"], scope))


def middleware(settings: Settings) -> list[Middleware]:
    """The middleware that reads and signs the cookie; none if nobody can sign in."""
    if not settings.session_secret:
        return []
    return [
        Middleware(
            SessionMiddleware,
            secret_key=settings.session_secret,
            # Browsers accept a cookie with this prefix only from the host itself, over https, and from no other host.
            session_cookie="tracker" if settings.is_local else "__Host-tracker",
            max_age=SECONDS_SIGNED_IN,
            # Then only the rules of `origins.py` keep other pages from using it. Browsers want https for it.
            same_site="none" if settings.session_across_sites and not settings.is_local else "lax",
            https_only=not settings.is_local,
        )
    ]


def begin(cookie: Cookie, proofs: Proofs, next_page: str) -> None:
    """Store an attempt to sign in. A browser has only one: the last that it started."""
    cookie[_ATTEMPT] = {**asdict(proofs), "next": next_page, "until": time.time() + SECONDS_TO_SIGN_IN}


def attempt(cookie: Cookie) -> Attempt | None:
    """The attempt under way, removed so that it works only once; None without one or after it has expired."""
    stored = cookie.pop(_ATTEMPT, None)
    try:
        if stored is None or stored["until"] <= time.time():
            return None
        return Attempt(Proofs(stored["state"], stored["nonce"], stored["verifier"]), stored["next"])
    except (KeyError, TypeError):
        return None  # stored by another version of this service


def remember(cookie: Cookie, token: str) -> None:
    """Store the token of a new session, and nothing of what was there before."""
    cookie.clear()
    cookie[_TOKEN] = token


def form_token(cookie: Cookie) -> str | None:
    """What a form of this session carries, and no other page can know; None without a session."""
    token = cookie.get(_TOKEN)
    return sha256(f"form {token}") if isinstance(token, str) else None


def note_version(cookie: Cookie, version: int) -> None:
    """Store the version of the data that this person has written, so that the next page has at least that."""
    cookie[_SEEN] = max(version, seen_version(cookie))


def seen_version(cookie: Cookie) -> int:
    """The last version that this person has written; 0 for none."""
    seen = cookie.get(_SEEN, 0)
    return seen if isinstance(seen, int) else 0
