"""Finds out who sent a request: by an API key, a token of an OpenID Connect issuer, or a session.

    Authorization: Bearer kmt_…  → service.viewer.Viewers
    Authorization: Bearer <JWT>  → tokens.py (signature, times, audience) → claims.py → people.py
    a browser                    → flow.py (code, PKCE, nonce) → the same → a session, and its cookie → sessions.py

`issuer.py` keeps what the issuer publishes, and `exchange.py` sends every request to it. A token that fails a check is
refused; the request never falls back to a weaker way of signing in.
"""

from service.identity.identities import Identities
from service.identity.sessions import middleware

__all__ = ["Identities", "middleware"]
