"""What a row calls its organisation and its measure becomes one of each, or what is wrong with the name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from schema.errors import Refusal
from schema.ods_codes import ods_code
from service.sheets.vocabulary import KnownMetric, KnownOrganisation, Vocabulary

# Finding the name that comes nearest takes some milliseconds.
_MOST_SUGGESTIONS = 30


class Wrong(NamedTuple):
    """What is wrong with one field of a row: a code of `FINDINGS`, the field, and a sentence."""

    code: str
    field: str
    message: str


@dataclass(frozen=True)
class Organisation:
    """The organisation that a row is about. A code that nobody has is left to the rules, as one that is sent."""

    code: str = ""
    known: KnownOrganisation | None = None
    wrong: Wrong | None = None


@dataclass(frozen=True)
class Metric:
    """What a row answers. A code that no metric has is left to the rules."""

    code: str = ""
    known: KnownMetric | None = None
    wrong: Wrong | None = None


class Names:
    """Finds out what names mean. `default` is the organisation of rows that name none."""

    def __init__(self, known: Vocabulary, default: KnownOrganisation | None) -> None:
        self._known = known
        self._default = default
        self._suggestions: dict[str, str] = {}

    def organisation(self, code: str, name: str, metric: KnownMetric | None) -> Organisation:
        """The organisation of a row, by its code or else by its name; the metric decides between two of one name."""
        if not code and not name:
            if self._default is not None:
                return Organisation(self._default.code, self._default)
            return _no_organisation("sheet/unknown-organisation", "The row names no organisation.")
        found = self._known.organisations_called(code or name, metric)
        if len(found) == 1:
            named = self._known.organisations_called(name) if code and name else []
            if named and found[0] not in named:
                message = f"The code {found[0].code} is that of {found[0].name}, and the name is {name[:80]}."
                return _no_organisation("sheet/two-organisations", message)
            return Organisation(found[0].code, found[0])
        if found:
            codes = " and ".join(f"{each.code}, {_kind(each)}" for each in found)
            return _no_organisation("sheet/several-organisations", f"Several are called {name[:80]}: {codes}.")
        written = code or name
        if _looks_like_code(written):
            return Organisation(ods_code(written))
        message = f"No organisation is called {written[:80]!r}.{self._like(written, self._known.like_organisation)}"
        return _no_organisation("sheet/unknown-organisation", message)

    def metric(self, code: str, name: str, kind: str | None = None) -> Metric:
        """The measure of a row, by its code or else by its name; the kind of organisation decides between two."""
        written = code or name
        if not written:
            return _no_metric("sheet/unknown-measure", "The row names no measure.")
        found = self._known.metrics_called(written, kind)
        if len(found) == 1:
            named = self._known.metrics_called(name) if code and name else []
            if named and found[0] not in named:
                message = f"The code {found[0].code} is that of {found[0].name}, and the name is {name[:80]}."
                return _no_metric("sheet/two-measures", message)
            return Metric(found[0].code, found[0])
        if found:
            codes = " and ".join(each.code for each in found)
            return _no_metric("sheet/several-measures", f"Several measures are called {written[:80]}: {codes}.")
        if "_" in written and " " not in written:
            return Metric(written)
        message = f"No measure is called {written[:80]!r}.{self._like(written, self._known.like_metric)}"
        return _no_metric("sheet/unknown-measure", message)

    def _like(self, written: str, nearest: Callable[[str], str | None]) -> str:
        if written not in self._suggestions:
            near = nearest(written) if len(self._suggestions) < _MOST_SUGGESTIONS else None
            self._suggestions[written] = "" if near is None else f" Did you mean {near}?"
        return self._suggestions[written]


def _no_organisation(code: str, message: str) -> Organisation:
    return Organisation(wrong=Wrong(code, "organisation", message))


def _no_metric(code: str, message: str) -> Metric:
    return Metric(wrong=Wrong(code, "metric", message))


def _kind(organisation: KnownOrganisation) -> str:
    return organisation.kind.replace("_", " ").lower()


def _looks_like_code(written: str) -> bool:
    """Whether a text is an organisation's code rather than a name: one word, with a digit."""
    try:
        ods_code(written)
    except Refusal:
        return False
    return any(sign.isdigit() for sign in written)
