"""Fields and their reasons become a list of the type `NotCalculated`."""

from collections.abc import Mapping
from dataclasses import dataclass

from schema.enumerations import NotCalculatedCode
from schema.reasons import Why, why
from service.statistics.sentences import there_are


@dataclass(frozen=True)
class NotCalculated:
    """The type `NotCalculated`."""

    field: str
    code: NotCalculatedCode
    sentence: str


def listed(reasons: Mapping[str, Why | None]) -> list[NotCalculated]:
    """The fields that have a reason, in their order."""
    return [NotCalculated(field, each.code, each.sentence) for field, each in reasons.items() if each is not None]


def too_few(what: str, least: int, count: int, within: str = "") -> Why:
    """That something needs more points than there are; `within` says which count: " in the last 8 quarters"."""
    return why(NotCalculatedCode.TOO_FEW_POINTS, what=what, least=least, there_are=there_are(count), since=within)
