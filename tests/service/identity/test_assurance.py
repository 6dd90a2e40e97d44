"""How strong a sign-in or a token must be, and how long a token may be valid."""

import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from schema.errors import Refusal
from service.config import Settings
from service.database import Database
from service.identity import Identities
from tests.service.identity.browsers import browsing, sign_in, who
from tests.service.identity.refusals import refusal

ENOUGH = {"acr": "AAL3_ANY", "authentication_assurance_level": "3", "id_assurance_level": 3}
TOO_WEAK = [
    {"acr": "AAL1_USERPASS"},
    {"acr": None},
    {"acr": ["AAL3_ANY"]},
    {"authentication_assurance_level": "1"},
    {"authentication_assurance_level": None},
    {"authentication_assurance_level": True},
    {"id_assurance_level": 2},
    {"id_assurance_level": "IAL2"},
    {"id_assurance_level": "high"},
    {"id_assurance_level": "-3"},
]


@pytest.fixture
def strict(chosen: Settings) -> Settings:
    levels = '{"authentication_assurance_level": 2, "id_assurance_level": 3}'
    return chosen.model_copy(update={"oidc_acr_values": "AAL2_OR_AAL3_ANY AAL3_ANY", "oidc_least_levels": levels})


@pytest.fixture
async def careful(database: Database, strict: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a service that requires a strong sign-in."""
    async with browsing(database, strict) as browser:
        yield browser


async def test_the_sign_in_asks_for_what_is_required_and_for_nothing_by_default(careful, browser):
    asked = [parse_qs(urlsplit((await each.get("/sign-in")).headers["location"]).query) for each in (careful, browser)]
    assert [each.get("acr_values") for each in asked] == [["AAL2_OR_AAL3_ANY AAL3_ANY"], None]


@pytest.mark.parametrize("claims", [{}, {"acr": "AAL2_OR_AAL3_ANY"}, {"id_assurance_level": "IAL3"}], ids=str)
async def test_a_sign_in_and_a_token_that_are_strong_enough_are_accepted(careful, issuer, claims):
    issuer.person |= ENOUGH | claims
    assert (await sign_in(careful)).status_code == 303
    assert (await who(careful, Authorization=f"Bearer {issuer.token()}")).json()["name"] == "Ada Lovelace"


@pytest.mark.parametrize("claims", TOO_WEAK, ids=str)
async def test_a_weaker_sign_in_is_refused_with_what_to_do(careful, issuer, claims):
    issuer.person |= ENOUGH | claims
    refused = await sign_in(careful)
    assert refused.status_code == 403
    assert refused.text.startswith("Your sign-in is not strong enough: the claim ")
    assert Refusal("access/assurance", "").hint in refused.text
    assert (await who(careful)).json() is None


@pytest.mark.parametrize("claims", TOO_WEAK, ids=str)
async def test_a_weaker_token_is_refused(careful, issuer, claims):
    issuer.person |= ENOUGH | claims
    refused = await who(careful, Authorization=f"Bearer {issuer.token()}")
    assert (refused.status_code, refused.json()["code"]) == (403, "access/assurance")


async def test_levels_may_come_from_userinfo(careful, issuer):
    issuer.person = {"sub": "ada", "acr": "AAL3_ANY"}
    issuer.userinfo = {"sub": "ada", "name": "Ada", "roles": ["Approve"], "ods": "QKS", **ENOUGH}
    assert (await sign_in(careful)).status_code == 303


# ── The life of a token ───────────────────────────────────────────────────────────────────────────────────────────

DAY = 86_400


@pytest.mark.parametrize("life", [DAY, 60])
async def test_a_token_of_a_day_at_most_is_accepted(identities, issuer, life):
    now = int(time.time())
    assert (await identities.of_authorization(f"Bearer {issuer.token(iat=now, exp=now + life)}")).name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("since", "until"), [(0, DAY + 1), (DAY, 1), (0, 3650 * DAY), (0, float("inf")), (0, float("nan"))]
)
async def test_a_token_that_is_valid_for_longer_is_refused(identities, issuer, since, until):
    now = int(time.time())
    refused = await refusal(identities, issuer.token(iat=now - since, exp=now + until))
    assert refused.code == "UNAUTHENTICATED"


async def test_a_token_is_refused_beyond_the_setting_with_its_number(database, chosen, issuer):
    identities = Identities(database, chosen.model_copy(update={"oidc_most_token_seconds": 3600}))
    now = int(time.time())
    refused = await refusal(identities, issuer.token(iat=now, exp=now + 3601))
    assert refused.message == "The token is valid for more than 3,600 seconds. Ask its issuer for a shorter one."
