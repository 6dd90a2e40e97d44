"""An issuer, and the settings of a service where people sign in with it."""

from tests.service.identity.conftest import chosen, issuer, listening_issuer

__all__ = ["chosen", "issuer", "listening_issuer"]
