"""The claims of a token become who somebody is: a role, an ODS code and a name. Nothing is looked up here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.codes import ods_code
from schema.enumerations import Role
from schema.errors import Refusal
from service.config import Settings, listed

Claims = Mapping[str, Any]

_RANKS = list(Role)
# What goes into a cookie and onto the record: longer than any subject by OpenID Connect Core, section 2.
_LONGEST_NAME = 255


@dataclass(frozen=True)
class ClaimNames:
    """Which claim says what, and which of its values mean which role. Claims are named by their paths."""

    roles: str
    organisation: str
    name: str
    roles_by_value: Mapping[str, Role]
    everywhere: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> "ClaimNames":
        """The names that the settings give."""
        return cls(
            settings.oidc_roles_claim,
            settings.oidc_organisation_claim,
            settings.oidc_name_claim,
            settings.roles_by_value,
            frozenset(listed(settings.oidc_everywhere)),
        )


@dataclass(frozen=True)
class Person:
    """Who a token is about; `code` is the ODS code that the role is held for, None for a role held everywhere."""

    subject: str
    name: str
    role: Role
    code: str | None


def at(claims: Claims, path: str) -> Any:
    """What a claim holds; None when there is nothing.

    A path is the claim's whole name, or steps with dots between: a name in an object; a place in a list, from 0; or
    `name=claim`, the one object of a list whose `name` is what that other claim says. By the last one, CIS2's
    `nhsid_nrbac_roles.person_roleid=selected_roleid.org_code` is the organisation of the role that was selected.
    """
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = _after(step, found, claims)
    return found


def person(claims: Claims, names: ClaimNames) -> Person:
    """Who the claims are about: the highest of the roles held counts.

    Refusals: `UNAUTHENTICATED` without a subject; `FORBIDDEN` without a role, and without an ODS code unless a value
    that is set to reach everywhere gives the role.
    """
    subject = _text(claims.get("sub"))
    if subject is None:
        raise Refusal("UNAUTHENTICATED", "The token does not say whom it is about.")
    values = _values(at(claims, names.roles))
    code = _code(at(claims, names.organisation)) if names.organisation else None
    if not values & names.roles_by_value.keys():
        raise Refusal("FORBIDDEN", "This account has no role here; ask whoever manages the account to give it one.")
    # Without a code only the values that reach everywhere count, so that no other lends them a higher role.
    counted = values & (names.roles_by_value.keys() if code else names.everywhere)
    if not counted:
        raise Refusal("FORBIDDEN", "This account names no organisation; ask whoever manages it to add the ODS code.")
    role = max((names.roles_by_value[value] for value in counted), key=_RANKS.index)
    name = _text(at(claims, names.name)) or _text(claims.get("preferred_username")) or subject
    return Person(subject, name, role, code)


def _after(step: str, found: Any, claims: Claims) -> Any:
    if isinstance(found, Mapping):
        return found.get(step)
    if not isinstance(found, list):
        return None
    name, is_choice, claim = step.partition("=")
    if is_choice:
        chosen = claims.get(claim) or None
        matching = [each for each in found if isinstance(each, dict) and chosen and each.get(name) == chosen]
        return matching[0] if len(matching) == 1 else None
    return found[int(step)] if step.isdecimal() and int(step) < len(found) else None


def _values(claim: Any) -> set[str]:
    return {value for value in (claim if isinstance(claim, list) else [claim]) if isinstance(value, str)}


def _code(claim: Any) -> str | None:
    """The ODS code of a claim; None for an empty one. A list is taken only where it leaves no choice."""
    value = claim[0] if isinstance(claim, list) and len(claim) == 1 else claim
    if value is None or value in ("", []):
        return None
    try:
        return ods_code(value if isinstance(value, str) else "")
    except Refusal as reason:
        raise Refusal(
            "FORBIDDEN", "What this account has as its ODS code is not one; ask for a correction."
        ) from reason


def _text(claim: Any) -> str | None:
    """A claim as it can be shown and recorded, or None: a NUL character, say, would fit no table."""
    text = claim.strip() if isinstance(claim, str) else ""
    return text if text and len(text) <= _LONGEST_NAME and text.isprintable() else None
