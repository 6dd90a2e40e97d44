"""A signed cookie becomes a viewer: it holds who signed in and until when, never a token.

Nothing is kept on the server, so any worker can read it. A session therefore ends by its time or by the browser's
signing out; to end all of them at once, change `TRACKER_SESSION_SECRET`.
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

# A working day: whoever begins in the morning signs in once, and nobody is signed in the next morning.
SECONDS_SIGNED_IN = 8 * 3600
# From leaving for the issuer to coming back, with a second factor to be found.
SECONDS_TO_SIGN_IN = 15 * 60

_ATTEMPT = "attempt"


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has begun: its proofs, and where the browser was going."""

    proofs: Proofs
    next: str


def middleware(settings: Settings) -> list[Middleware]:
    """What reads and signs the cookie; nothing where nobody can sign in."""
    if not settings.oidc_issuer or not settings.session_secret:
        return []
    return [
        Middleware(
            SessionMiddleware,
            secret_key=settings.session_secret,
            # Browsers take a cookie of this prefix only from the host itself, over https: no neighbour can plant one.
            session_cookie="tracker" if settings.is_local else "__Host-tracker",
            max_age=SECONDS_SIGNED_IN,
            same_site="lax",
            https_only=not settings.is_local,
        )
    ]


def begin(session: Session, proofs: Proofs, next_page: str) -> None:
    """Note an attempt to sign in. A browser has one at a time: the last one that it began."""
    session[_ATTEMPT] = {**asdict(proofs), "next": next_page, "until": time.time() + SECONDS_TO_SIGN_IN}


def attempt(session: Session) -> Attempt | None:
    """The attempt that is under way, taken out so that it serves once; None without one or after its time."""
    noted = session.pop(_ATTEMPT, None)
    try:
        is_over = noted is None or noted["until"] <= time.time()
        return None if is_over else Attempt(Proofs(noted["state"], noted["nonce"], noted["verifier"]), noted["next"])
    except (KeyError, TypeError):
        return None  # noted by another version of this service


def remember(session: Session, viewer: Viewer, until: float) -> None:
    """Sign somebody in until a time of the epoch, and for a working day at most."""
    session.clear()
    until = min(until, time.time() + SECONDS_SIGNED_IN)
    session.update(name=viewer.name, role=viewer.role, key=viewer.key, scope=viewer.scope, until=until)


def remembered(session: Session, issuer: str) -> Viewer | None:
    """Who is signed in with the issuer at this moment; None for nobody."""
    try:
        if session["until"] <= time.time() or not session["key"].startswith(f"{issuer}|"):
            return None
        return Viewer(session["name"], Role(session["role"]), session["key"], session["scope"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
