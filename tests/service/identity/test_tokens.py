"""Bearer tokens: a genuine one is accepted, and every known kind of forgery is refused."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schema.enumerations import Role
from service.viewer import EVERYWHERE
from tests.service.identity.browsers import browsing, sign_in, who
from tests.service.identity.local_issuer import EC, RSA
from tests.service.identity.refusals import refusal


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unsigned(token: str, **header: Any) -> str:
    """A token's claims under another header, with the dot that its signature would follow."""
    return f"{encoded(json.dumps(header).encode())}.{token.split('.')[1]}"


async def test_a_genuine_token_names_its_viewer(identities, issuer, database):
    viewer = await identities.of_authorization(f"Bearer {issuer.token()}")
    assert (viewer.name, viewer.role, viewer.key) == ("Ada Lovelace", Role.APPROVER, f"{issuer.address}|ada")
    assert viewer.scope == await database.primary.fetchval("SELECT id FROM organisation WHERE code = 'QKS'")


async def test_a_value_set_to_reach_everywhere_needs_no_ods_code(identities, issuer):
    viewer = await identities.of_authorization(f"Bearer {issuer.token(roles=['Run'], ods=None)}")
    assert (viewer.role, viewer.scope) == (Role.ADMINISTRATOR, EVERYWHERE)


@pytest.mark.parametrize(("alg", "key"), [("RS256", RSA[0]), ("PS256", RSA[0]), ("ES256", EC)])
async def test_the_algorithms_in_the_settings_are_accepted(identities, issuer, alg, key):
    issuer.keys = [RSA[0], EC]
    assert await identities.of_authorization(f"Bearer {issuer.token(key, alg)}") is not None


async def test_a_header_that_we_do_not_know_is_ignored(identities, issuer):
    token = issuer.token(headers={"https://login.example/region": "south-east"})
    assert (await identities.of_authorization(f"Bearer {token}")).name == "Ada Lovelace"


async def test_an_algorithm_outside_the_settings_is_refused(identities, issuer):
    assert (await refusal(identities, issuer.token(alg="RS512"))).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "AAAA"])
async def test_a_token_without_a_signature_is_refused(identities, issuer, alg, signature):
    token = f"{unsigned(issuer.token(), alg=alg, kid='first')}.{signature}"
    assert (await refusal(identities, token)).code == "UNAUTHENTICATED"


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(identities, issuer):
    beginning = unsigned(issuer.token(), alg="HS256", kid="first")
    for secret in (RSA[0].as_pem(private=False), RSA[0].as_pem(private=False).strip(), RSA[0].as_der(private=False)):
        signature = hmac.new(secret, beginning.encode(), hashlib.sha256).digest()
        assert (await refusal(identities, f"{beginning}.{encoded(signature)}")).code == "UNAUTHENTICATED"


async def test_a_key_inside_a_token_is_not_used(identities, issuer):
    stranger = RSA[2]
    beginning = unsigned(issuer.token(), alg="RS256", kid="first", jwk=stranger.as_dict(private=False))
    signed = issuer.token(stranger).rsplit(".", 1)[1]
    assert (await refusal(identities, f"{beginning}.{signed}")).code == "UNAUTHENTICATED"


async def test_changed_claims_are_refused(identities, issuer):
    header, _, signature = issuer.token().split(".")
    changed = issuer.token(roles=["Run"]).split(".")[1]
    assert (await refusal(identities, f"{header}.{changed}.{signature}")).code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "iss", [None, "", "https://login.example", ["{}"], "{}/"], ids=["none", "empty", "other", "list", "longer"]
)
async def test_a_token_of_another_issuer_is_refused(identities, issuer, iss):
    iss = iss.format(issuer.address) if isinstance(iss, str) else iss and [issuer.address]
    assert (await refusal(identities, issuer.token(iss=iss))).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("aud", [None, "", "another", ["another"], [], {"tracker-client": 1}])
async def test_a_token_of_another_audience_is_refused(identities, issuer, aud):
    assert (await refusal(identities, issuer.token(aud=aud))).code == "UNAUTHENTICATED"


async def test_one_of_several_audiences_is_enough(identities, issuer):
    assert await identities.of_authorization(f"Bearer {issuer.token(aud=['another', 'tracker-client'])}") is not None


async def test_a_separate_audience_applies_to_bearer_tokens_only(database, chosen, issuer):
    with_audience = chosen.model_copy(update={"oidc_audience": "api://tracker"})
    async with browsing(database, with_audience) as browser:
        assert (await who(browser, Authorization=f"Bearer {issuer.token()}")).status_code == 401
        assert (await who(browser, Authorization=f"Bearer {issuer.token(aud='api://tracker')}")).status_code == 200
        assert (await sign_in(browser)).status_code == 303


@pytest.mark.parametrize("exp", [-61, None, float("nan"), "9999999999", True])
async def test_a_token_without_an_end_in_the_future_is_refused(identities, issuer, exp):
    exp = time.time() + exp if isinstance(exp, int) and exp is not True else exp
    assert (await refusal(identities, issuer.token(exp=exp))).code == "UNAUTHENTICATED"


async def test_the_clocks_may_differ_a_little(identities, issuer):
    now = time.time()
    token = issuer.token(exp=now - 30, nbf=now + 30, iat=now + 30)
    assert await identities.of_authorization(f"Bearer {token}") is not None


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_a_token_of_the_future_is_refused(identities, issuer, claim):
    assert (await refusal(identities, issuer.token(**{claim: time.time() + 120}))).code == "UNAUTHENTICATED"


async def test_a_token_ends_between_two_calls(identities, issuer, monkeypatch):
    token = issuer.token()
    assert await identities.of_authorization(f"Bearer {token}") is not None
    later = time.time() + 3700
    monkeypatch.setattr("service.identity.tokens.time.time", lambda: later)
    assert (await refusal(identities, token)).message == "The token has expired."


@pytest.mark.parametrize("claims", [{"roles": None}, {"roles": ["Other"]}, {"ods": None}, {"ods": "ZZZ99"}], ids=str)
async def test_without_a_role_or_an_organisation_here_a_token_is_refused(identities, issuer, claims):
    assert (await refusal(identities, issuer.token(**claims))).code == "FORBIDDEN"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example('{"alg":"RS256","kid":"first","crit":["b64"],"b64":false}', "{}", "")
@example('{"alg":"RS256","kid":["first"]}', "{}", "AAAA")
@example('{"alg":["RS256"],"kid":"first"}', "{}", "AAAA")
@example('{"alg":{},"kid":"first"}', "[]", "AAAA")
@example("[" * 300, "{}", "AAAA")
@example("5", "5", "5")
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
async def test_any_other_text_is_a_refusal(identities, header, claims, signature):
    """With and without base64, because most faults only show once it is decoded."""
    in_base64 = ".".join(encoded(part.encode(errors="surrogatepass")) for part in (header, claims, signature))
    for token in (in_base64, f"{header}.{claims}.{signature}"):
        assert (await refusal(identities, token)).code == "UNAUTHENTICATED"
