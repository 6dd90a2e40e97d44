"""What has changed since a paper was frozen: its figures that were corrected, and what the paper after it says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schema.periods import Period
from service.briefing.changes import Change, Correction, Moved, changed_figures, corrections, moved_targets

# What answers a document with some variables.
Ask = Callable[..., Awaitable[Any]]
_NOW = """
query Now($ids: [ID!]!) { nodes(ids: $ids) { ... on Figure { id value qualifier revision status metric { unit } } } }
"""
# So many ids a query takes.
_MOST_IDS = 100


@dataclass(frozen=True)
class Later:
    """The frozen paper after one: its quarter, the targets whose status it changes, and its other figures."""

    quarter: Period
    moved: Sequence[Moved]
    changed: Sequence[Change]

    @property
    def words(self) -> str:
        """How much has changed, in a sentence."""
        targets = _count(len(self.moved), "target has", "targets have")
        figures = _count(len(self.changed), "figure is", "figures are")
        return f"Since this paper, {targets} changed status and {figures} different."


def later(quarter: Period, content: Mapping[str, Any], after: Mapping[str, Any]) -> Later:
    """What the paper of a later quarter changes; `content` is that of the paper before it, and `after` its own."""
    return Later(quarter, moved_targets(content, after), changed_figures(content, after))


async def corrections_since(ask: Ask, content: Mapping[str, Any]) -> list[Correction]:
    """The figures of a frozen paper, and of its actions, that were corrected or withdrawn since."""
    given = [figure for section in content["sections"] for figure in section["figures"]]
    actions = content["paper"]["actions"]
    given += [action[name] for action in actions for name in ("figure", "figureNow") if action[name]]
    keys = list(dict.fromkeys(figure["id"] for figure in given))
    now: dict[str, Mapping[str, Any]] = {}
    for at in range(0, len(keys), _MOST_IDS):
        found = (await ask(_NOW, ids=keys[at : at + _MOST_IDS]))["nodes"]
        now |= {figure["id"]: figure for figure in found if figure}
    return corrections(given, now)


def _count(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{f'{count:,}' if count else 'no'} {many}"
