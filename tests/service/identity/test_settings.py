"""Incomplete settings for sign-in are refused in one sentence; complete ones reach a worker unchanged."""

import pytest

from service.config import ConfigurationError, Settings, settings
from service.identity.sessions import middleware
from service.serving import _environment

COMPLETE = {
    "oidc_issuer": "https://login.example/tenant/v2.0",
    "oidc_client_id": "tracker",
    "oidc_roles": '{"Approve": "APPROVER", "Run, and more": "ADMINISTRATOR"}',
    "oidc_organisation_claim": "ods",
    "session_secret": "x" * 32,
}


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"oidc_issuer": None}, "TRACKER_OIDC_CLIENT_ID"),
        ({"oidc_client_id": None}, "TRACKER_OIDC_CLIENT_ID"),
        ({"oidc_roles": None}, "TRACKER_OIDC_ROLES"),
        ({"session_secret": None}, "TRACKER_SESSION_SECRET"),
        ({"session_secret": "x" * 31}, "TRACKER_SESSION_SECRET"),
        ({"oidc_organisation_claim": None}, "TRACKER_OIDC_ORGANISATION_CLAIM"),
        ({"oidc_roles": "Approve"}, "TRACKER_OIDC_ROLES"),
        ({"oidc_roles": '["Approve"]'}, "TRACKER_OIDC_ROLES"),
        ({"oidc_roles": '{"Approve": "OWNER"}'}, "TRACKER_OIDC_ROLES"),
        ({"oidc_roles": '{"Approve": ["READER"]}'}, "TRACKER_OIDC_ROLES"),
        ({"oidc_roles": "{}"}, "TRACKER_OIDC_ROLES"),
        ({"oidc_everywhere": "Submit"}, "TRACKER_OIDC_EVERYWHERE"),
        ({"oidc_algorithms": "none"}, "TRACKER_OIDC_ALGORITHMS"),
        ({"oidc_algorithms": "RS256,HS256"}, "TRACKER_OIDC_ALGORITHMS"),
        ({"oidc_algorithms": " , "}, "TRACKER_OIDC_ALGORITHMS"),
        ({"oidc_issuer": None, "oidc_acr_values": "AAL3_ANY"}, "TRACKER_OIDC_CLIENT_ID"),
        ({"oidc_least_levels": "3"}, "TRACKER_OIDC_LEAST_LEVELS"),
        ({"oidc_least_levels": '{"id_assurance_level": "3"}'}, "TRACKER_OIDC_LEAST_LEVELS"),
        ({"oidc_least_levels": '{"id_assurance_level": 0}'}, "TRACKER_OIDC_LEAST_LEVELS"),
        ({"oidc_most_token_seconds": 0}, "oidc_most_token_seconds"),
        ({"oidc_scopes": "profile"}, "TRACKER_OIDC_SCOPES"),
        ({"oidc_issuer": "http://login.example"}, "TRACKER_OIDC_ISSUER"),
        ({"oidc_issuer": "https://login.example?tenant=1"}, "TRACKER_OIDC_ISSUER"),
        ({"oidc_issuer": "https://["}, "TRACKER_OIDC_ISSUER"),
    ],
    ids=str,
)
def test_incomplete_settings_are_refused_and_the_wrong_one_is_named(change, variable):
    with pytest.raises(ConfigurationError) as refused:
        settings({}, **{**COMPLETE, **change})
    assert variable in str(refused.value)
    assert COMPLETE["session_secret"] not in str(refused.value)


@pytest.mark.parametrize("issuer", ["https://login.example", "http://localhost:8080/realm", "http://[::1]:8080"])
def test_an_issuer_is_reached_by_https_or_on_this_machine(issuer):
    assert settings({}, **{**COMPLETE, "oidc_issuer": issuer}).oidc_issuer == issuer


@pytest.mark.parametrize("chosen", [{}, COMPLETE], ids=["defaults", "complete"])
def test_a_worker_has_the_settings_of_its_launcher(chosen, monkeypatch):
    launched = settings({}, **chosen)
    for name, value in _environment(launched).items():
        monkeypatch.setenv(name, value)
    assert settings().model_dump(exclude={"launcher_pid"}) == launched.model_dump(exclude={"launcher_pid"})


def test_secrets_are_not_printed_with_the_settings():
    printed = repr(Settings(oidc_client_secret="do not print", session_secret="nor this"))
    assert "do not print" not in printed
    assert "nor this" not in printed


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("", True),
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("https://tracker.example", False),
    ],
)
def test_behind_a_proxy_on_the_same_machine_the_service_is_not_local(address, is_local):
    chosen = settings({}, address=address, session_secret="x" * 32)
    assert (chosen.is_local, chosen.reads_without_key) == (is_local, is_local)
    [cookie] = middleware(chosen)
    assert cookie.kwargs["https_only"] is not is_local
    assert cookie.kwargs["session_cookie"] == ("tracker" if is_local else "__Host-tracker")
