"""A service of its own for papers, and people who sign in there."""

from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401
from tests.service.pages.returns.conftest import key_of, person, returns_url, visitor  # noqa: F401
