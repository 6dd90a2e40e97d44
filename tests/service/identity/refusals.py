"""The service's refusal of a token that fails a check."""

import pytest

from schema.errors import Refusal
from service.identity import Identities


async def refusal(identities: Identities, token: str) -> Refusal:
    """The refusal of a bearer token; the test fails if the token is accepted."""
    with pytest.raises(Refusal) as refused:
        await identities.of_authorization(f"Bearer {token}")
    return refused.value
