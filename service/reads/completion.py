"""What Python adds to the rows: the value of each computed field, where the plan says that it belongs.

The statement leaves an object in the place of a computed field, or null where there is nothing to compute from:

    "@"              which computed field of the plan it is, since one path may lead to several: to another in each
                     branch of an interface. Only these places are filled.
    "inputs"         of the computation
    "pool 0", …      [[key, object], …]: the rows that the computed objects name by their keys, for each field
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import Any

import orjson

from schema.mapping import ById, Computed, Picked
from service.reads.arguments import Binding, Scalar
from service.reads.computations import COMPUTATIONS, Computation
from service.reads.plan import Field, Item, Leaf, Linked, Typename, Wanted

Pools = Sequence[Mapping[Any, Any]]
INPUTS = "inputs"


def pool(at: int) -> str:
    """The name of the pool of the field of this number."""
    return f"pool {at}"


@dataclass(frozen=True)
class Call:
    """What is at hand while one value is written as JSON: the request, and the rows that it may name."""

    binding: Binding
    pools: Pools


Write = Callable[[Any, Call], Any]
# Reads an attribute of a computed object, or calls its method.
Get = Callable[[Any, Call], Any]


@dataclass(frozen=True)
class Completion:
    """One computed field of a plan: where it is, what computes it, and how its value is written."""

    path: tuple[str, ...]
    number: int
    computation: Computation
    write: Write
    # What of the request the value depends on, apart from what is bound to the statement.
    reads: tuple[Callable[[Binding], Any], ...]
    # Which fields of the value are written, and under which keys: the statement is the same for all of them.
    form: str

    @classmethod
    def of(cls, number: int, path: tuple[str, ...], mapping: Computed, item: Linked | Leaf) -> "Completion":
        """The completion of a computed field."""
        writer = _Writer()
        write = writer.objects(item.wanted) if isinstance(item, Linked) else writer.attribute(item)
        return cls(path, number, COMPUTATIONS[mapping.inputs], write, tuple(writer.reads), " ".join(writer.form))

    def apply(self, holder: dict[str, Any], binding: Binding) -> None:
        """Put the value in its place, where the holder has such a place."""
        key = self.path[-1]
        place = holder.get(key)
        if not isinstance(place, dict) or place.get("@") != self.number:
            return
        inputs = place[INPUTS]
        value = None if inputs is None else self.computation.value(inputs, binding.viewer)
        holder[key] = self.write(value, Call(binding, _pools(place)))


def _pools(place: Mapping[str, Any]) -> Pools:
    pools: list[Mapping[Any, Any]] = []
    while (name := pool(len(pools))) in place:
        pools.append(dict(place[name]))
    return pools


@dataclass
class _Writer:
    """Makes the functions that write values; pools are numbered in the order of `service.reads.plan.picked`."""

    numbers: Iterator[int] = field(default_factory=count)
    reads: list[Callable[[Binding], Any]] = field(default_factory=list)
    form: list[str] = field(default_factory=list)

    def objects(self, wanted: Wanted) -> Write:
        """Writes an object, a list of objects, or null."""
        self.form.append("{")
        parts = [part for _, items in wanted.branches for item in items for part in self._part(item, wanted)]
        self.form.append("}")

        def write(value: Any, call: Call) -> Any:
            if value is None:
                return None
            if isinstance(value, list | tuple):
                return [{key: part(each, call) for key, part in parts} for each in value]
            return {key: part(value, call) for key, part in parts}

        return write

    def attribute(self, item: Leaf) -> Write:
        """Writes the one attribute of an object that a field without fields of its own is."""
        return self._get(item.field)

    def _part(self, item: Item, wanted: Wanted) -> Iterator[tuple[str, Write]]:
        if isinstance(item, Typename):
            name = wanted.type.name
            self.form.append(f"{item.key}: {name}")
            yield item.key, lambda _, __: name
        elif isinstance(item, Leaf):
            yield item.field.key, self._get(item.field)
        elif isinstance(item, Linked):
            get = self._get(item.field)
            if isinstance(item.field.mapping, Picked | ById):
                write = _from_pool(next(self.numbers))
            else:
                write = self.objects(item.wanted)
            yield item.field.key, lambda value, call: write(get(value, call), call)

    def _get(self, field: Field) -> Get:
        """Reads an attribute, or calls a method with the arguments of the request that are not null."""
        attribute = attrgetter(field.name)
        given = {name: tree for name, tree in field.arguments.items() if name in field.input_types}
        scalars = {name: tree for name, tree in given.items() if isinstance(tree, Scalar)}
        # What shapes the plan, such as a boolean, is the same for every request with it.
        terms = {name: tree for name, tree in given.items() if isinstance(tree, bool | str)}
        self.form.append(f"{field.key}: {field.name} {terms or ''}".rstrip())
        if not field.input_types:
            return lambda value, _: attribute(value)
        self.reads += [scalar.read for scalar in scalars.values()]

        def call_method(value: Any, call: Call) -> Any:
            arguments = terms | {name: scalar.read(call.binding) for name, scalar in scalars.items()}
            return attribute(value)(**{name: each for name, each in arguments.items() if each is not None})

        return field.place.reading(call_method)


def _from_pool(number: int) -> Write:
    """Writes the rows that a key, or a list of keys, names. A key alone may name no row: that is null."""

    def write(value: Any, call: Call) -> Any:
        rows = call.pools[number]
        if value is None:
            return None
        return [rows[key] for key in value] if isinstance(value, list | tuple) else rows.get(value)

    return write


def completed(text: str, completions: Sequence[Completion], binding: Binding) -> bytes:
    """The JSON text with every computed field in its place; the innermost first, while the way to them is there."""
    data = orjson.loads(text)
    for completion in reversed(completions):
        for holder in _holders(data, completion.path[:-1]):
            completion.apply(holder, binding)
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
