"""What comes back from a command: the keys of what it changed, or everything that is wrong with it, as data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from schema.enumerations import Severity
from schema.errors import remedy
from service.writes.limits import LONGEST_TEXT, is_unusable

# The fields with a day whose names do not say so.
_DAYS = {
    "on": "day",
    "due": "due date",
    "start": "first day",
    "until": "new deadline",
    "opensOn": "opening day",
    "closedOn": "closing day",
    "ratedOn": "day of the rating",
    "baselineOn": "day of the baseline",
    "countsFrom": "day from which it counts",
}


@dataclass(frozen=True)
class Problem:
    """Something wrong with a command; shapes are those of the type `Problem`."""

    code: str
    message: str
    remedy: str
    path: list[str]
    row: int | None = None
    severity: Severity = Severity.BLOCK
    current_version: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a command did. `rows` are the keys of what it changed; `figure_ids` are in the order of the input."""

    problems: list[Problem] = field(default_factory=list)
    figure_ids: list[int] = field(default_factory=list)
    rows: Mapping[str, int | None] = field(default_factory=dict)
    quarter: str | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    # How many findings are for information.
    information_count: int = 0
    skipped: int = 0
    # What became of each row that was sent, and of each submission of several, as the types that show them.
    row_results: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    # What a change of the register affects, under the names of its payload.
    counts: Mapping[str, int] = field(default_factory=dict)
    # The calculated figures that it changes, with their codes and values.
    recalculated: list[dict[str, Any]] = field(default_factory=list)

    @property
    def answer(self) -> dict[str, Any]:
        """The outcome as plain data, as its payload is read from it: each key under a name such as `submission_id`."""
        values = {**vars(self), "problems": [as_data(each) for each in self.problems]}
        return {**values, **values.pop("counts"), **{f"{thing}_id": key for thing, key in values.pop("rows").items()}}


class Refused(Exception):
    """A command that is refused: its transaction is rolled back, and the problems, or the outcome, are its answer."""

    def __init__(self, *problems: Problem, outcome: Outcome | None = None) -> None:
        super().__init__(*(each.code for each in problems))
        self.outcome = outcome or Outcome(problems=list(problems))


def as_data(each: Problem) -> dict[str, Any]:
    """A problem as plain data."""
    return vars(each).copy()


def problem(code: str, message: str, *path: str, current_version: int | None = None) -> Problem:
    """A problem of a command, with the remedy of its code; `path` leads on from the input."""
    return Problem(code, message, remedy(code), ["input", *path], current_version=current_version)


def notice(code: str, message: str, *path: str) -> Problem:
    """Something to look at again in a command that was carried out."""
    return replace(problem(code, message, *path), severity=Severity.INFO)


def stripped(text: str | None) -> str | None:
    """A text of an input without the spaces around it; None when nothing is left."""
    return (text or "").strip() or None


def unusable_texts(texts: Mapping[str, str | None], longest: int = LONGEST_TEXT) -> Sequence[Problem]:
    """A problem for each text that cannot be stored: too long, or with a NUL character."""
    return [
        problem("validation/unusable-text", too_long(name, text, longest), name)
        for name, text in texts.items()
        if text is not None and is_unusable(text, longest)
    ]


def in_words(name: str) -> str:
    """The name of a field as people say it: publicNote is the public note, and opensOn a day."""
    return _DAYS.get(name) or re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", name)


def too_long(name: str, text: str, longest: int = LONGEST_TEXT) -> str:
    """The sentence for a text that cannot be stored."""
    name = in_words(name)
    if "\x00" in text:
        return f"The {name} contains a NUL character."
    return f"The {name} has {len(text):,} characters; it can have at most {longest:,}."
