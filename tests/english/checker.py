"""Text becomes findings about its English: words to avoid, sentences that are too long, abbreviations nobody defined.

The lists are data next to this module: `words.csv` has a pattern and the advice for it, `abbreviations.csv` what each
abbreviation means. They are our own, in the spirit of the style guides of GOV.UK and the NHS service manual.
"""

import csv
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from schema import enumerations

HERE = Path(__file__).parent
LONGEST_SENTENCE = 25

_ABBREVIATION = re.compile(r"(?<![\w`/.\-$_])[A-Z][A-Z0-9]{1,4}(?![\w`/\-_])")
_ENDS = re.compile(r"(?<=[.!?:;])\s+(?=[\"'(]?[A-Z0-9`{])|\n\s*\n|\n\s*(?=[-*|#])|\s\|\s")
_CODE = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)
_PLACE = re.compile(r"\{[^{}]*\}")
# A quarter, the codes of organisations, and the names of algorithms.
_CODE_OF_ANOTHER = re.compile(r"[A-Z]{1,2}\d+[A-Z]?|Q[A-Z0-9]{2}|CODES")
_WORD = re.compile(r"[\w’'\-%.,]*\w[\w’'\-%]*")


@dataclass(frozen=True)
class Finding:
    """Something to say more plainly, with the line where it is."""

    line: int
    problem: str


@dataclass(frozen=True)
class Passage:
    """A stretch of prose, and the line on which it starts."""

    line: int
    text: str


@cache
def words(where: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each word to avoid `everywhere`, or only in `prose`, as a pattern with its advice."""
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["where"] == where]
    return tuple((re.compile(rf"\b(?:{row['word']})\b", re.IGNORECASE), row["advice"]) for row in rows)


@cache
def abbreviations() -> frozenset[str]:
    """The abbreviations whose meaning is on record, and the schema's own terms, which are described there."""
    with (HERE / "abbreviations.csv").open(encoding="utf-8", newline="") as file:
        known = {row["abbreviation"] for row in csv.DictReader(file)}
    for _, declared in inspect.getmembers(enumerations, inspect.isclass):
        known |= set(getattr(declared, "__members__", ())) if issubclass(declared, Enum) else set()
    return frozenset(known)


def words_to_avoid(passage: Passage, where: str = "everywhere") -> Iterator[Finding]:
    """Words that a colleague in a practice would not say aloud."""
    for pattern, advice in words(where):
        for match in pattern.finditer(passage.text):
            yield Finding(_line(passage, match.start()), f"“{match[0]}”: instead: {advice}")


def long_sentences(passage: Passage) -> Iterator[Finding]:
    """Sentences of more than 25 words; code and places for values count as one word."""
    prose = _PLACE.sub("X", _CODE.sub(lambda code: "X" + "\n" * code[0].count("\n"), passage.text))
    start = 0
    for sentence in (*_ENDS.finditer(prose), None):
        end = len(prose) if sentence is None else sentence.start()
        count = len(_WORD.findall(prose[start:end]))
        if count > LONGEST_SENTENCE:
            beginning = " ".join(prose[start:end].split()[:6])
            yield Finding(_line(Passage(passage.line, prose), start), f"{count} words in “{beginning} …”: split it")
        start = end if sentence is None else sentence.end()


def undefined_abbreviations(passage: Passage) -> Iterator[Finding]:
    """Abbreviations that are neither on the list nor spelt out in the passage, as in “primary care network (PCN)”."""
    prose = _CODE.sub(lambda code: "\n" * code[0].count("\n"), passage.text)
    for match in _ABBREVIATION.finditer(prose):
        is_name = match[0] in abbreviations() or _CODE_OF_ANOTHER.fullmatch(match[0])
        if not is_name and f"({match[0]})" not in prose:
            yield Finding(_line(passage, match.start()), f"“{match[0]}”: spell it out, or add it to abbreviations.csv")


def _line(passage: Passage, at: int) -> int:
    return passage.line + passage.text.count("\n", 0, at)
