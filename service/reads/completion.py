"""What Python adds to the rows: fields that are neither columns nor reaches, where the plan says they belong.

The statement leaves `{"@": number, "inputs": …, "rows": [[key, object], …]}` in the place of a computed field, each
object with a null under every key that is to be computed. The number says which computed field of the plan it is, since
one path may lead to several: to another in each branch of an interface. Only these places are touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.mapping import Computed
from service.reads.computations import COMPUTATIONS
from service.reads.plan import Leaf, Linked


@dataclass(frozen=True)
class Completion:
    """One computed field of a plan: where it is, what computes it, and under which keys its fields go."""

    path: tuple[str, ...]
    number: int
    name: str
    many: bool
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, number: int, path: tuple[str, ...], says: Computed, item: Linked) -> "Completion":
        """The completion of a computed field."""
        leaves = [one for _, items in item.wanted.branches for one in items if isinstance(one, Leaf)]
        return cls(path, number, says.name, says.many, tuple((leaf.field.key, leaf.field.name) for leaf in leaves))

    def apply(self, holder: dict[str, Any]) -> None:
        """Put the objects in the place of their inputs, where the holder has such a place."""
        key = self.path[-1]
        place = holder.get(key)
        if not isinstance(place, dict) or place.get("@") != self.number:
            return
        results = COMPUTATIONS[self.name](place["inputs"], [row for row, _ in place["rows"]])
        objects = [self._filled(made, result) for (_, made), result in zip(place["rows"], results, strict=True)]
        holder[key] = objects if self.many else objects[0]

    def _filled(self, made: dict[str, Any], result: Any) -> dict[str, Any]:
        for key, name in self.fields:
            made[key] = getattr(result, name)
        return made


def completed(text: str, completions: Sequence[Completion]) -> bytes:
    """The JSON text with every computed field in its place; the innermost first, while the way to them is there."""
    data = orjson.loads(text)
    for completion in reversed(completions):
        for holder in _holders(data, completion.path[:-1]):
            completion.apply(holder)
    return orjson.dumps(data)


def _holders(value: Any, path: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The objects that a path of keys leads to, through every list on the way."""
    if isinstance(value, list):
        for item in value:
            yield from _holders(item, path)
    elif isinstance(value, dict):
        if not path:
            yield value
        elif path[0] in value:
            yield from _holders(value[path[0]], path[1:])
