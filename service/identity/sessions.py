"""A signed cookie becomes a viewer: it holds who signed in and until when, never a token.

Nothing is kept on the server, so any worker can read it. A session ends when its time is up or the browser signs out.
To end all sessions at once, change `TRACKER_SESSION_SECRET`.
"""

import time
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

from schema.enumerations import Role
from service.config import Settings
from service.identity.flow import Proofs
from service.viewer import Viewer

Session = MutableMapping[str, Any]

# A working day: people sign in once in the morning, and nobody is still signed in the next morning.
SECONDS_SIGNED_IN = 8 * 3600
# Time to go to the issuer and come back, and to find a second factor on the way.
SECONDS_TO_SIGN_IN = 15 * 60

_ATTEMPT = "attempt"


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way: its proofs, and where the browser was going."""

    proofs: Proofs
    next: str


def middleware(settings: Settings) -> list[Middleware]:
    """The middleware that reads and signs the cookie; none if nobody can sign in."""
    if not settings.oidc_issuer or not settings.session_secret:
        return []
    return [
        Middleware(
            SessionMiddleware,
            secret_key=settings.session_secret,
            # Browsers accept a cookie with this prefix only from the host itself, over https, and from no other host.
            session_cookie="tracker" if settings.is_local else "__Host-tracker",
            max_age=SECONDS_SIGNED_IN,
            same_site="lax",
            https_only=not settings.is_local,
        )
    ]


def begin(session: Session, proofs: Proofs, next_page: str) -> None:
    """Store an attempt to sign in. A browser has only one: the last that it started."""
    session[_ATTEMPT] = {**asdict(proofs), "next": next_page, "until": time.time() + SECONDS_TO_SIGN_IN}


def attempt(session: Session) -> Attempt | None:
    """The attempt under way, removed so that it works only once; None without one or after it has expired."""
    stored = session.pop(_ATTEMPT, None)
    try:
        if stored is None or stored["until"] <= time.time():
            return None
        return Attempt(Proofs(stored["state"], stored["nonce"], stored["verifier"]), stored["next"])
    except (KeyError, TypeError):
        return None  # stored by another version of this service


def remember(session: Session, viewer: Viewer, until: float) -> None:
    """Sign a viewer in until a time of the epoch, for a working day at most."""
    session.clear()
    until = min(until, time.time() + SECONDS_SIGNED_IN)
    session.update(name=viewer.name, role=viewer.role, key=viewer.key, scope=viewer.scope, until=until)


def signed_in_viewer(session: Session, issuer: str) -> Viewer | None:
    """Who is currently signed in with the issuer; None for nobody."""
    try:
        if session["until"] <= time.time() or not session["key"].startswith(f"{issuer}|"):
            return None
        return Viewer(session["name"], Role(session["role"]), session["key"], session["scope"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
