"""What the issuer publishes: fetched, kept, fetched again when necessary, and no more often."""

import asyncio
import socket

import pytest

from schema.errors import Refusal
from service.config import settings
from service.identity import Identities
from service.identity.exchange import send
from service.identity.issuer import Issuer
from tests.service.identity.local_issuer import EC, RSA
from tests.service.identity.refusals import refusal

DISCOVERY = "/.well-known/openid-configuration"


async def test_the_issuer_gets_no_request_before_anybody_signs_in(identities, issuer):
    assert await identities.of_authorization(None) is None
    assert issuer.requests.total() == 0


async def test_many_requests_at_once_send_the_issuer_one(identities, issuer):
    tokens = [issuer.token() for _ in range(20)]
    await asyncio.gather(*(identities.of_authorization(f"Bearer {token}") for token in tokens))
    assert (issuer.requests[DISCOVERY], issuer.requests["/keys"]) == (1, 1)


async def test_what_is_known_is_used_for_an_hour_without_another_request(identities, issuer, monkeypatch):
    monkeypatch.setattr("service.identity.issuer.SECONDS_BETWEEN", 0.0)
    for _ in range(3):
        await identities.of_authorization(f"Bearer {issuer.token()}")
    assert issuer.requests[DISCOVERY] == 1


@pytest.mark.parametrize("userinfo", [True, False])
async def test_the_addresses_are_those_that_the_issuer_publishes(issuer, userinfo):
    names = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"]
    issuer.metadata = {name: f"https://login.example/{name}" for name in names}
    if not userinfo:
        issuer.metadata["userinfo_endpoint"] = None
    published = await Issuer(issuer.address).published()
    assert {name: getattr(published, name) for name in names} == issuer.metadata


async def test_a_new_key_is_fetched_when_a_token_names_it(identities, issuer, monkeypatch):
    await identities.of_authorization(f"Bearer {issuer.token()}")
    monkeypatch.setattr("service.identity.issuer.SECONDS_BETWEEN", 0.0)
    issuer.keys = [RSA[1], EC]
    assert await identities.of_authorization(f"Bearer {issuer.token()}") is not None
    assert issuer.requests["/keys"] == 2


async def test_a_withdrawn_key_is_no_longer_accepted(identities, issuer, monkeypatch):
    old = issuer.token()
    await identities.of_authorization(f"Bearer {old}")
    monkeypatch.setattr("service.identity.issuer.SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr("service.identity.issuer.SECONDS_FRESH", 0.0)
    issuer.keys = [RSA[1], EC]
    assert (await refusal(identities, old)).code == "UNAUTHENTICATED"


async def test_made_up_key_names_send_no_more_requests_to_the_issuer(identities, issuer):
    await identities.of_authorization(f"Bearer {issuer.token()}")
    forged = [refusal(identities, issuer.token(RSA[2])) for _ in range(20)]
    assert {refused.code for refused in await asyncio.gather(*forged)} == {"UNAUTHENTICATED"}
    assert issuer.requests["/keys"] == 1


async def test_an_issuer_with_another_name_for_itself_is_not_trusted(identities, issuer):
    issuer.metadata = {"issuer": issuer.address + "/"}
    assert (await refusal(identities, issuer.token())).code == "access/issuer-unavailable"


@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint", "authorization_endpoint", "userinfo_endpoint"])
@pytest.mark.parametrize("address", ["http://login.example/x", "file:///etc/passwd", 5, "https://["])
async def test_metadata_with_an_unsafe_address_are_not_used(identities, issuer, name, address):
    issuer.metadata = {name: address}
    assert (await refusal(identities, issuer.token())).code == "access/issuer-unavailable"


async def test_a_key_of_an_unknown_kind_is_left_out(identities, issuer, monkeypatch):
    odd = [{"kty": "AKP", "kid": "new"}, {"kty": "RSA", "n": "?"}, "key", {"kty": "oct", "k": "AAAA", "kid": "first"}]
    real = {"keys": [*odd, RSA[0].as_dict(private=False)]}
    issuer.metadata = {"keys": real["keys"], "jwks_uri": issuer.address + DISCOVERY}
    assert await identities.of_authorization(f"Bearer {issuer.token()}") is not None


async def test_while_the_issuer_is_down_nobody_new_is_accepted_and_it_gets_one_request(identities, issuer):
    issuer.is_down = True
    for _ in range(5):
        refused = await refusal(identities, issuer.token())
        assert (refused.code, "127.0.0.1" in refused.message) == ("access/issuer-unavailable", False)
    assert issuer.requests[DISCOVERY] == 1


async def test_while_the_issuer_is_down_its_last_keys_are_used(identities, issuer, monkeypatch):
    await identities.of_authorization(f"Bearer {issuer.token()}")
    monkeypatch.setattr("service.identity.issuer.SECONDS_FRESH", 0.0)
    monkeypatch.setattr("service.identity.issuer.SECONDS_BETWEEN", 0.0)
    issuer.is_down = True
    assert await identities.of_authorization(f"Bearer {issuer.token()}") is not None


async def test_the_last_keys_are_not_used_for_ever(identities, issuer, monkeypatch):
    await identities.of_authorization(f"Bearer {issuer.token()}")
    for name in ("SECONDS_FRESH", "SECONDS_BETWEEN", "SECONDS_KEPT"):
        monkeypatch.setattr(f"service.identity.issuer.{name}", 0.0)
    issuer.is_down = True
    assert (await refusal(identities, issuer.token())).code == "access/issuer-unavailable"


async def test_an_address_where_nothing_listens_is_the_same_refusal(database, chosen, issuer):
    with socket.create_server(("127.0.0.1", 0)) as bound:
        nowhere = f"http://127.0.0.1:{bound.getsockname()[1]}"
    elsewhere = chosen.model_copy(update={"oidc_issuer": nowhere})
    identities = Identities(database, elsewhere)
    assert (await refusal(identities, issuer.token())).code == "access/issuer-unavailable"


async def test_an_issuer_that_never_answers_is_a_refusal(monkeypatch):
    monkeypatch.setattr("service.identity.exchange.SECONDS_TO_ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Refusal) as refused:
        await Issuer(f"http://127.0.0.1:{silent.getsockname()[1]}").published()
    assert refused.value.code == "access/issuer-unavailable"


async def test_without_an_issuer_a_token_is_not_accepted(database, issuer):
    identities = Identities(database, settings({}))
    assert (await refusal(identities, issuer.token())).code == "UNAUTHENTICATED"


async def test_no_part_of_a_token_is_logged(identities, issuer, caplog):
    caplog.set_level("INFO")
    token = issuer.token(RSA[2])
    await refusal(identities, token)
    assert [part for part in token.split(".") if part in caplog.text] == []


async def test_an_issuer_that_sends_a_byte_now_and_then_is_given_up(monkeypatch):
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"{")
            await asyncio.sleep(0.05)

    monkeypatch.setattr("service.identity.exchange.SECONDS_TO_ANSWER", 0.3)
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    started = asyncio.get_running_loop().time()
    with pytest.raises(Refusal) as refused:
        await send("GET", f"http://{host}:{port}/")
    assert refused.value.code == "access/issuer-unavailable"
    assert asyncio.get_running_loop().time() - started < 3
    server.close()
