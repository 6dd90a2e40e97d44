"""The people of a service, and what answers its documents."""

from tests.service.people.conftest import browser, chosen, database, inviting, url

__all__ = ["browser", "chosen", "database", "inviting", "url"]
