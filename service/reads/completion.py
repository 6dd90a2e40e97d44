"""What Python adds to the rows: fields that are neither columns nor reaches, where the plan says they belong.

The statement leaves an object in the place of a computed field:

    "@"              which computed field of the plan it is, since one path may lead to several: to another in each
                     branch of an interface. Only these places are touched.
    "inputs"         of the computation
    "rows"           [[key, object], …]: each object with a null under every key that is to be computed
    "pool 0", …      [[key, object], …]: the rows that the computation's objects name by their keys, for each field
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from schema.mapping import Computed, Picked
from service.reads.computations import COMPUTATIONS
from service.reads.plan import Leaf, Linked, Typename, Wanted

# What is read of an object that Python makes: under each key an attribute, as it is, read further, or looked up in the
# pool of this number; or a constant.
Shape = tuple[tuple[str, str, "Shape | int | None"], ...]
Pools = Sequence[Mapping[Any, Any]]
ROWS = "rows"
_TYPENAME = "__typename"


def pool(at: int) -> str:
    """The name of the pool of the field of this number."""
    return f"pool {at}"


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
        shape = None
        if isinstance(item, Linked):
            shape = _leaves(item.wanted) if says.rows is not None else _shape(item.wanted, count())
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
            results = compute(place["inputs"], [row for row, _ in place[ROWS]])
            filled = zip(place[ROWS], results, strict=True)
            objects = [made | _read(self.shape, each, ()) for (_, made), each in filled]
        else:
            pools = _pools(place)
            objects = [_read(self.shape, each, pools) for each in compute(place["inputs"], ())]
        # Without rows there may be nothing at all.
        holder[key] = objects if self.many else objects[0] if objects else None


def _pools(place: Mapping[str, Any]) -> Pools:
    found: list[Mapping[Any, Any]] = []
    while (name := pool(len(found))) in place:
        found.append(dict(place[name]))
    return found


def _leaves(wanted: Wanted) -> Shape:
    """What is asked of an object that Python fills in: what is not rows."""
    items = (one for _, items in wanted.branches for one in items)
    return tuple((item.field.key, item.field.name, None) for item in items if isinstance(item, Leaf))


def _shape(wanted: Wanted, pools: Iterator[int]) -> Shape:
    """What is asked of an object that Python makes; pools are numbered in the order of `service.reads.plan.picked`."""
    found: list[tuple[str, str, Shape | int | None]] = []
    for item in (one for _, items in wanted.branches for one in items):
        if isinstance(item, Leaf):
            found.append((item.field.key, item.field.name, None))
        elif isinstance(item, Linked) and isinstance(item.field.says, Picked):
            found.append((item.field.key, item.field.name, next(pools)))
        elif isinstance(item, Linked):
            found.append((item.field.key, item.field.name, _shape(item.wanted, pools)))
        elif isinstance(item, Typename):
            found.append((item.key, _TYPENAME + wanted.type.name, None))
    return tuple(found)


def _read(shape: Shape, made: Any, pools: Pools) -> dict[str, Any]:
    return {key: _value(name, inner, made, pools) for key, name, inner in shape}


def _value(name: str, inner: "Shape | int | None", made: Any, pools: Pools) -> Any:
    if name.startswith(_TYPENAME):
        return name.removeprefix(_TYPENAME)
    value = getattr(made, name)
    if inner is None or value is None:
        return value
    if isinstance(inner, int):
        of = pools[inner]
        return [of[key] for key in value] if isinstance(value, list | tuple) else of[value]
    return (
        [_read(inner, each, pools) for each in value] if isinstance(value, list | tuple) else _read(inner, value, pools)
    )


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
