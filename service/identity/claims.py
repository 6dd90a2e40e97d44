"""The claims of a token become a person: a role, an ODS code and a name. Nothing is looked up here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.enumerations import Role
from schema.errors import Refusal
from schema.ods_codes import ods_code
from service.config import Settings, listed

Claims = Mapping[str, Any]

_RANKS = list(Role)
# The longest name in a cookie or in the audit: at least as long as any subject (OpenID Connect Core, section 2).
_LONGEST_NAME = 255


@dataclass(frozen=True)
class ClaimNames:
    """Which claim holds what, by its path, and which role each value of the claim of roles means."""

    roles: str
    organisation: str
    name: str
    roles_by_value: Mapping[str, Role]
    everywhere: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> "ClaimNames":
        """The claim names in the settings."""
        return cls(
            settings.oidc_roles_claim,
            settings.oidc_organisation_claim,
            settings.oidc_name_claim,
            settings.roles_by_value,
            frozenset(listed(settings.oidc_everywhere)),
        )


@dataclass(frozen=True)
class Person:
    """The person in a token. `code` is the ODS code that the role is held for, None for a role held everywhere."""

    subject: str
    name: str
    role: Role
    code: str | None


def at(claims: Claims, path: str) -> Any:
    """The value of a claim; None when it is absent.

    A path is the claim's whole name, or steps separated by dots. A step is a name in an object, a position in a list
    (from 0), or `name=claim`: the one object of a list whose `name` equals the value of that other claim. So CIS2's
    `nhsid_nrbac_roles.person_roleid=selected_roleid.org_code` is the organisation of the selected role.
    """
    if path in claims:
        return claims[path]
    value: Any = claims
    for step in path.split("."):
        value = _after(step, value, claims)
    return value


def person(claims: Claims, names: ClaimNames) -> Person:
    """The person in the claims, with the highest of their roles.

    Refusals: `UNAUTHENTICATED` without a subject; `FORBIDDEN` without a role, and without an ODS code unless the role
    comes from a value that is set to reach everywhere.
    """
    subject = _text(claims.get("sub"))
    if subject is None:
        raise Refusal("UNAUTHENTICATED", "The token does not say who you are.")
    values = _values(at(claims, names.roles))
    code = _code(at(claims, names.organisation)) if names.organisation else None
    if not values & names.roles_by_value.keys():
        raise Refusal("FORBIDDEN", "This account has no role here. Ask whoever manages the account to give it one.")
    # Without a code only the values that reach everywhere count, so no other value can lend them a higher role.
    counted = values & (names.roles_by_value.keys() if code else names.everywhere)
    if not counted:
        raise Refusal("FORBIDDEN", "This account has no organisation. Ask whoever manages it to add the ODS code.")
    role = max((names.roles_by_value[value] for value in counted), key=_RANKS.index)
    name = _text(at(claims, names.name)) or _text(claims.get("preferred_username")) or subject
    return Person(subject, name, role, code)


def _after(step: str, value: Any, claims: Claims) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if not isinstance(value, list):
        return None
    name, is_choice, claim = step.partition("=")
    if is_choice:
        chosen = claims.get(claim) or None
        matching = [each for each in value if isinstance(each, dict) and chosen and each.get(name) == chosen]
        return matching[0] if len(matching) == 1 else None
    return value[int(step)] if step.isdecimal() and int(step) < len(value) else None


def _values(claim: Any) -> set[str]:
    return {value for value in (claim if isinstance(claim, list) else [claim]) if isinstance(value, str)}


def _code(claim: Any) -> str | None:
    """The ODS code in a claim; None for an empty claim. A list counts only if it has exactly one value."""
    value = claim[0] if isinstance(claim, list) and len(claim) == 1 else claim
    if value is None or value in ("", []):
        return None
    try:
        return ods_code(value if isinstance(value, str) else "")
    except Refusal as reason:
        raise Refusal(
            "FORBIDDEN", "The ODS code of this account is not valid. Ask whoever manages it to correct it."
        ) from reason


def _text(claim: Any) -> str | None:
    """The text of a claim if we can show and store it, or else None: no table holds a NUL character, for example."""
    text = claim.strip() if isinstance(claim, str) else ""
    return text if text and len(text) <= _LONGEST_NAME and text.isprintable() else None
