"""The places of a sentence: which figures it gives, and in which style.

A place is `{metric}`, `{metric:style}` or `{metric:style@ORGANISATION}`; `@region` is the ICB's region. `<practice
is|practices are>` follows the number before it. What is in square brackets is left out on its own when one of its
figures is not known: "{gp_fte}[, {gp_fte:change}]".
"""

import re
from enum import StrEnum

TOKEN = re.compile(
    r"\{(?P<metric>[a-z0-9_]+)(?::(?P<style>[a-z]+))?(?:@(?P<organisation>[A-Za-z0-9-]+))?\}"
    r"|<(?P<one>[^|>]+)\|(?P<many>[^>]+)>"
)
CLAUSE = re.compile(r"\[([^]]*)\]")
REGION = "region"


class Style(StrEnum):
    """How a place gives its figure."""

    # The figure itself.
    NUMBER = "number"
    # How far it moved, and from which figure.
    CHANGE = "change"
    # A metric that is a change itself.
    STATED = "stated"
    # Compared with another organisation's.
    AGAINST = "against"
    # Its rank among the ICBs.
    RANK = "rank"
    # Its rank in the newest period that can be compared, where that is not the latest.
    COMPARED = "compared"
    # A sentence of its own: what its target asks for, and what became of that.
    GOAL = "goal"
    # When it is from, unless the sentence has just said so, or the paper has said it once for all.
    DATED = "dated"
    # The same, and what changed since the figure before.
    HISTORY = "history"


def metrics(sentence: str) -> set[str]:
    """The metrics that a sentence has places for."""
    return {token["metric"] for token in TOKEN.finditer(sentence) if token["metric"]}


def unknown_styles(sentence: str) -> set[str]:
    """The styles of its places that do not exist."""
    return {token["style"] for token in TOKEN.finditer(sentence) if token["style"]} - set(Style)
