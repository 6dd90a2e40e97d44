"""What the service says to a token that it does not believe."""

import pytest

from schema.errors import Refusal
from service.identity import Identities


async def refusal(identities: Identities, token: str) -> Refusal:
    """The refusal of a bearer token; a token that is believed fails the test."""
    with pytest.raises(Refusal) as refused:
        await identities.of_authorization(f"Bearer {token}")
    return refused.value
