"""How surely an issuer knows somebody: what the claims must say about it before anybody is let in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.errors import Refusal
from service.config import Settings
from service.identity.claims import Claims, at

# 3, "3" or "AAL3".
_LEVEL = re.compile(r"[A-Za-z]*([0-9]{1,3})")


@dataclass(frozen=True)
class Assurance:
    """What is required: one of some values of `acr`, and a least level for each of some claims. Empty: nothing.

    `acr` is that of OpenID Connect Core 1.0, section 2. Levels are such as CIS2's `authentication_assurance_level`.
    """

    classes: tuple[str, ...]
    levels: Mapping[str, int]

    @classmethod
    def of(cls, settings: Settings) -> "Assurance":
        """What the settings require."""
        return cls(tuple(settings.oidc_acr_values.split()), settings.levels_by_claim)

    def check(self, claims: Claims) -> None:
        """Let claims pass that say enough. Refusals: `access/assurance`."""
        if self.classes and at(claims, "acr") not in self.classes:
            raise _too_weak(f"the claim acr must be {' or '.join(self.classes)}")
        for name, least in self.levels.items():
            if _level(at(claims, name)) < least:
                raise _too_weak(f"the claim {name} must be {least} or more")


def _level(claim: Any) -> int:
    """The level in a claim; 0 for none."""
    match = _LEVEL.fullmatch(str(claim)) if isinstance(claim, str | int) and not isinstance(claim, bool) else None
    return int(match[1]) if match else 0


def _too_weak(what: str) -> Refusal:
    return Refusal("access/assurance", f"Your sign-in is not strong enough: {what}.")
