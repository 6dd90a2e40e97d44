"""When the rows of a field are from: the date it is about, and the instant by which it was known.

A date holds for everything below it, until a field gives another one. `on` and `asOf` give a date, `asKnownAt` gives an
instant. Where an instant is given and no date, the date is the instant's own, in London.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import ListValueNode, ValueNode, VariableNode
from sqlalchemy import Date, DateTime

from schema import ids, mapping
from schema.errors import Refusal
from schema.london import HERE, day_of
from service.reads.arguments import Binding, Scalar, Tree, dates_of

MOST_IDS = 100


@dataclass(frozen=True)
class Moment:
    """The date and the instant above a field, as what binds them. None: today, and what is known now."""

    on: Scalar | None = None
    known_at: Scalar | None = None

    def of(self, given: Mapping[str, Tree], declared: mapping.Mapping | None) -> "Moment":
        """The moment of a field below: its own date and instant, and else those from above."""
        found = self
        if isinstance(known_at := given.get("asKnownAt"), Scalar):
            found = replace(found, known_at=known_at)
        for name in ("on", "asOf"):
            if isinstance(on := given.get(name), Scalar):
                found = replace(found, on=on)
                if isinstance(declared, mapping.Computed) and declared.is_known_by_then:
                    found = replace(found, known_at=end_of(on))
        return found

    @property
    def arguments(self) -> dict[str, Tree]:
        """The moment as arguments, for a field that gives none of its own."""
        given = {"on": self.on, "asKnownAt": self.known_at}
        return {name: scalar for name, scalar in given.items() if scalar is not None}

    def day(self, today: dt.date) -> Callable[[Binding], dt.date]:
        """How to read the date from a request; `today` is the date where the moment is now."""
        on, known_at = self.on, self.known_at
        if on is not None:
            return on.read
        return (lambda _: today) if known_at is None else lambda binding: day_of(known_at.read(binding))

    def reader(self, today: dt.date) -> Callable[[Binding], tuple[dt.date, dt.datetime | None]]:
        """How to read both from a request."""
        day, known_at = self.day(today), self.known_at
        return lambda binding: (day(binding), None if known_at is None else known_at.read(binding))

    def in_ids(self, binding: Binding) -> str:
        """What the ids of rows end with, so that the same row is another object at another moment."""
        on, known_at = (None if each is None else each.read(binding) for each in (self.on, self.known_at))
        return ids.dates(on, known_at)


NOW = Moment()


def end_of(on: Scalar) -> Scalar:
    """The last instant of a date in London."""

    def read(binding: Binding) -> dt.datetime:
        return dt.datetime.combine(on.read(binding), dt.time.max, HERE).astimezone(dt.UTC)

    return Scalar(read, DateTime(timezone=True))


# ── Of ids ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Ids:
    """The ids in an argument. Those of one moment, from one variable or all spelled out, are read together."""

    scalar: Scalar
    # For each id of a list that the document spells out, the variable that it is; one for all ids of a variable.
    variables: tuple[str, ...]

    @classmethod
    def of(cls, node: ValueNode, scalar: Tree) -> "Ids":
        """The ids of an argument, from its text and its tree."""
        if not isinstance(scalar, Scalar):
            raise TypeError("ids are scalars")
        nodes = node.values if isinstance(node, ListValueNode) else (node,)
        return cls(scalar, tuple(one.name.value if isinstance(one, VariableNode) else "" for one in nodes))

    def texts(self, binding: Binding) -> list[str]:
        """The ids themselves. Refusals: `plan/too-costly`."""
        value = self.scalar.read(binding)
        texts: list[str] = value if isinstance(value, list) else [value]
        if len(texts) > MOST_IDS:
            raise Refusal("plan/too-costly", f"You asked for {len(texts)} ids. The most is {MOST_IDS}.")
        return texts

    def moments(self, binding: Binding) -> list[Moment]:
        """The moments that the ids of a request are of, each with what binds it for every other request like it."""
        return [self._moment(at, flags) for at, (_, *flags) in enumerate(self._groups(binding))] or [NOW]

    def places(self, binding: Binding) -> list[int]:
        """For each id, the number of its moment."""
        numbers = {group: at for at, group in enumerate(self._groups(binding))}
        return [numbers[group] for group in self._each(binding)]

    def _moment(self, at: int, given: Sequence[Any]) -> Moment:
        def scalar(part: int, kind: Any) -> Scalar | None:
            return None if given[part] is None else Scalar(lambda binding: self._groups(binding)[at][part + 1], kind)

        return Moment(scalar(0, Date()), scalar(1, DateTime(timezone=True)))

    def _groups(self, binding: Binding) -> list[tuple[Any, ...]]:
        return list(dict.fromkeys(self._each(binding)))

    def _each(self, binding: Binding) -> Iterator[tuple[Any, ...]]:
        texts = self.texts(binding)
        sources = self.variables if len(self.variables) == len(texts) else self.variables * len(texts)
        for source, text in zip(sources, texts, strict=True):
            yield (source, *dates_of(text))
