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
from service.reads.plan import Leaf, Linked, Typename, Wanted

# What is read of an object that Python makes: under each key an attribute, itself read further, or a constant.
Shape = tuple[tuple[str, str, "Shape | None"], ...]
_TYPENAME = "__typename"


@dataclass(frozen=True)
class Completion:
    """One computed field of a plan: where it is, what computes it, and what is read of what comes of it."""

    path: tuple[str, ...]
    number: int
    name: str
    many: bool
    # Whether the statement brings rows along, which the results fill in; else they are the whole.
    fills: bool
    shape: Shape | None

    @classmethod
    def of(cls, number: int, path: tuple[str, ...], says: Computed, item: Linked | Leaf) -> "Completion":
        """The completion of a computed field."""
        shape = None if isinstance(item, Leaf) else _shape(item.wanted, leaves_only=says.rows is not None)
        return cls(path, number, says.name, says.many, says.rows is not None, shape)

    def apply(self, holder: dict[str, Any]) -> None:
        """Put what comes of the inputs in their place, where the holder has such a place."""
        key = self.path[-1]
        place = holder.get(key)
        if not isinstance(place, dict) or place.get("@") != self.number:
            return
        compute = COMPUTATIONS[self.name]
        if self.shape is None:
            holder[key] = compute(place["inputs"], ())
            return
        if self.fills:
            results = compute(place["inputs"], [row for row, _ in place["rows"]])
            objects = [made | _read(self.shape, each) for (_, made), each in zip(place["rows"], results, strict=True)]
        else:
            objects = [_read(self.shape, each) for each in compute(place["inputs"], ())]
        # Without rows there may be nothing at all.
        holder[key] = objects if self.many else objects[0] if objects else None


def _shape(wanted: Wanted, *, leaves_only: bool) -> Shape:
    """What is asked of an object that Python makes; of one that it fills in, the leaves."""
    found: list[tuple[str, str, Shape | None]] = []
    for item in (one for _, items in wanted.branches for one in items):
        if isinstance(item, Leaf):
            found.append((item.field.key, item.field.name, None))
        elif isinstance(item, Linked) and not leaves_only:
            found.append((item.field.key, item.field.name, _shape(item.wanted, leaves_only=False)))
        elif isinstance(item, Typename) and not leaves_only:
            found.append((item.key, _TYPENAME + wanted.type.name, None))
    return tuple(found)


def _read(shape: Shape, made: Any) -> dict[str, Any]:
    return {key: _value(name, inner, made) for key, name, inner in shape}


def _value(name: str, inner: Shape | None, made: Any) -> Any:
    if name.startswith(_TYPENAME):
        return name.removeprefix(_TYPENAME)
    value = getattr(made, name)
    if inner is None or value is None:
        return value
    return [_read(inner, each) for each in value] if isinstance(value, list | tuple) else _read(inner, value)


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
