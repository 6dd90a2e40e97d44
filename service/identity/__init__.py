"""Turns a request into who asks: by a key of this service, a token of an OpenID Connect issuer, or a session.

    Authorization: Bearer kmt_…  → service.viewer.Viewers
    Authorization: Bearer <JWT>  → tokens.py (signature, times, audience) → claims.py → people.py
    a browser                    → routes.py → flow.py (code, PKCE, nonce) → the same → sessions.py (a signed cookie)

`issuer.py` keeps what the issuer publishes, and `exchange.py` is every request to it. A token that is not believed is
refused; it never falls through to a weaker way in.
"""

from service.identity.identities import Identities
from service.identity.routes import routes
from service.identity.sessions import middleware

__all__ = ["Identities", "middleware", "routes"]
