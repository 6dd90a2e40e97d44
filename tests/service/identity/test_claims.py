"""Claims as Entra ID and CIS2 write them become a person, or a refusal."""

from collections.abc import Mapping
from typing import Any

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.identity.claims import ClaimNames, at, person

NAMES = ClaimNames(
    roles="roles",
    organisation="extension_ods",
    name="name",
    roles_by_value={"Read": Role.READER, "Submit": Role.SUBMITTER, "Approve": Role.APPROVER},
    everywhere=frozenset({"Read"}),
)
SELECTED = "nhsid_nrbac_roles.person_roleid=selected_roleid"
OF_CIS2 = ClaimNames(
    roles=f"{SELECTED}.role_code",
    organisation=f"{SELECTED}.org_code",
    name="name",
    roles_by_value={"S8000:G8000:R8000": Role.APPROVER, "S8001:G8005:R8000": Role.SUBMITTER},
    everywhere=frozenset(),
)
ENTRA = {"sub": "AAAA", "name": "Ada Lovelace", "roles": ["Submit", "Approve"], "extension_ods": "QKS"}
CIS2: dict[str, Any] = {
    "sub": "910000000001",
    "name": "Lovelace Ada Dr",
    "selected_roleid": "555043304334",
    "nhsid_nrbac_roles": [
        {"person_roleid": "555043304335", "org_code": "QKS", "role_code": "S8000:G8000:R8000"},
        {"person_roleid": "555043304334", "org_code": "G82002", "role_code": "S8001:G8005:R8000"},
    ],
}


def refusal(claims: Mapping[str, Any], names: ClaimNames = NAMES) -> Refusal:
    with pytest.raises(Refusal) as refused:
        person(claims, names)
    return refused.value


def test_the_highest_role_of_an_entra_id_account_counts():
    ada = person(ENTRA, NAMES)
    assert (ada.subject, ada.name, ada.role, ada.code) == ("AAAA", "Ada Lovelace", Role.APPROVER, "QKS")


def test_the_role_that_was_selected_in_cis2_counts_with_its_own_organisation():
    ada = person(CIS2, OF_CIS2)
    assert (ada.role, ada.code) == (Role.SUBMITTER, "G82002")


@pytest.mark.parametrize("selected", [None, "", "1"])
def test_without_a_selected_role_in_cis2_there_is_no_role(selected):
    assert refusal({**CIS2, "selected_roleid": selected}, OF_CIS2).code == "FORBIDDEN"


def test_a_role_id_that_appears_twice_does_not_count():
    twice = [{**each, "person_roleid": "555043304334"} for each in CIS2["nhsid_nrbac_roles"]]
    assert refusal({**CIS2, "nhsid_nrbac_roles": twice}, OF_CIS2).code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nhsid_nrbac_roles.0.org_code", "QKS"),
        ("nhsid_nrbac_roles.2.org_code", None),
        ("nhsid_nrbac_roles.org_code", None),
        ("nhsid_nrbac_roles.-1.org_code", None),
        ("name.first", None),
        ("nothing.at.all", None),
        ("https://login.example/ods", "G82002"),
    ],
)
def test_a_claim_is_found_by_its_path_or_not_at_all(path, value):
    assert at({**CIS2, "https://login.example/ods": "G82002"}, path) == value


@pytest.mark.parametrize("roles", [None, [], ["Other"], "approve", [["Approve"]], {"Approve": True}, 5])
def test_without_a_role_the_account_is_refused(roles):
    assert refusal({**ENTRA, "roles": roles}).code == "FORBIDDEN"


def test_one_role_need_not_be_in_a_list():
    assert person({**ENTRA, "roles": "Approve"}, NAMES).role is Role.APPROVER


@pytest.mark.parametrize("code", [None, "", []])
def test_without_an_ods_code_the_account_is_refused(code):
    assert "ODS code" in refusal({**ENTRA, "extension_ods": code}).message


def test_without_a_code_only_a_value_set_to_reach_everywhere_gives_a_role():
    both = {**ENTRA, "roles": ["Approve", "Read"], "extension_ods": None}
    ada = person(both, NAMES)
    assert (ada.role, ada.code) == (Role.READER, None)


def test_a_code_limits_a_value_that_would_reach_everywhere():
    assert person({**ENTRA, "roles": ["Read"]}, NAMES).code == "QKS"


@pytest.mark.parametrize("code", ["Q", "QKS' OR true", "Q\x00KS", 5, ["QKS", "G82002"], {"code": "QKS"}, False])
def test_an_invalid_ods_code_is_refused_and_never_means_everywhere(code):
    assert refusal({**ENTRA, "roles": ["Read"], "extension_ods": code}).code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ada@nhs.example"}, "Ada Lovelace"),
        ({"name": " ", "preferred_username": "ada@nhs.example"}, "ada@nhs.example"),
        ({"name": "A\x00da"}, "AAAA"),
        ({"name": "A" * 256}, "AAAA"),
        ({"name": None}, "AAAA"),
    ],
    ids=str,
)
def test_a_person_has_their_name_or_user_name_or_subject(claims, name):
    assert person({**ENTRA, **claims}, NAMES).name == name


@pytest.mark.parametrize("subject", [None, "", 7, "a\x00", "x" * 256])
def test_without_a_subject_the_account_is_refused(subject):
    assert refusal({**ENTRA, "sub": subject}).code == "UNAUTHENTICATED"
