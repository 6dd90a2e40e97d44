"""The comments of a return that goes back: their fields on the page of an approver, and what a form says in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.pages.forms import Fields

# `answer.METRIC.ORGANISATION` and `theme.THEME`: codes have no full stops.
_ANSWER, _THEME = "answer", "theme"
# A return with more answers than this is commented on as a whole, or by theme.
_MOST_ANSWERS = 100


@dataclass(frozen=True)
class Written:
    """A comment that somebody wrote into a field, as the input of the command."""

    field: str
    given: Mapping[str, str]


def commentable(changes: Iterable[Any], fields: Fields) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The answers and the themes of a return, each as a field: its name, its words, and what was written."""
    answers, themes = dict[str, str](), dict[str, str]()
    for each in changes:
        if each["entry"] is not None:
            metric, about = each["metric"], each["organisation"]
            answers[f"{_ANSWER}.{metric['code']}.{about['code']}"] = f"{metric['name']}, {about['name']}"
            themes[f"{_THEME}.{metric['theme']['code']}"] = metric["theme"]["name"]
    listed = answers if len(answers) <= _MOST_ANSWERS else {}
    return _fields(listed, fields), _fields(themes, fields)


def comments_in(fields: Fields) -> Sequence[Written]:
    """What is written about single answers and themes, in the order of the page."""
    written = []
    for name, value in fields.multi_items():
        kind, *codes = name.split(".")
        words = value.strip() if isinstance(value, str) else ""
        if words and kind == _ANSWER and len(codes) == 2:
            written.append(Written(name, {"metric": codes[0], "organisation": codes[1], "words": words}))
        elif words and kind == _THEME and len(codes) == 1:
            written.append(Written(name, {"theme": codes[0], "words": words}))
    return written


def field_of(path: Sequence[str], comments: Sequence[Written]) -> str:
    """The field that a problem of the command is about."""
    if path[1:2] == ["comments"] and path[2:3] and path[2].isdecimal():
        return comments[int(path[2])].field
    return "comment"


def _fields(names: Mapping[str, str], fields: Fields) -> list[dict[str, str]]:
    return [{"name": name, "words": words, "value": str(fields.get(name, ""))} for name, words in names.items()]
