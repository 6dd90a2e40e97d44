"""One random walk over the schema is one document."""

from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    parse,
    validate,
)

from service.viewer import Viewer
from tests.service.reads.documents.arguments import Arguments
from tests.service.reads.documents.orders import Cursors
from tests.service.reads.documents.pools import Pools

CODES = {"code", "organisations", "organisation"}
PAGING = {"first", "after", "last", "before"}
# Fields that would be found too seldom among the many others, and how much more often they are asked for.
OFTEN = {
    **dict.fromkeys(("submission", "submissions", "completeness", "auditEvents"), 10),
    **dict.fromkeys(("entries", "sent", "findings", "availableActions", "history", "changes", "amends", "missing"), 8),
    **dict.fromkeys(
        ("series", "seriesOf", "metric", "rolledUp", "distribution", "confidenceInterval", "comparison"), 10
    ),
    **dict.fromkeys(("previous", "change", "figures", "points", "processLimits", "reasons"), 6),
}
# Lists that are far longer than others, and how long.
LONG_LISTS = {"missing": 30, "points": 25}
# Arguments whose values have a pool of their own, by field and argument.
POOLED = {
    ("metric", "code"): "measures",
    ("series", "organisation"): "measured",
    ("series", "metric"): "measures",
    ("seriesOf", "metrics"): "measures",
    ("matrix", "metrics"): "measures",
    ("matrix", "within"): "groups",
    ("scores", "metrics"): "measures",
    ("scores", "within"): "groups",
    ("targetMoves", "organisation"): "groups",
    ("targetMoveCounts", "organisation"): "groups",
    ("comparison", "with"): "measured",
    ("compared", "with"): "measured",
    ("rolledUp", "organisation"): "groups",
    ("rolledUp", "metric"): "measures",
    ("rolledUp", "period"): "period",
    ("briefing", "board"): "boards",
    ("papers", "board"): "boards",
    ("paper", "board"): "boards",
    ("distribution", "period"): "period",
    ("funnel", "period"): "period",
    ("practicesByValue", "metric"): "measures",
    ("practicesByValue", "period"): "period",
    ("practicesByValue", "organisation"): "groups",
    ("practicesBy", "organisation"): "groups",
}
# The field whose id is of one kind mostly, and that kind's table.
IDS = {"submission": "submission", "target": "target"}
# Fields that take exactly one of some arguments: without it they are refused.
ONE_OF = {"figuresOfNote": ("quarter", "publishedAt")}
# How many objects an answer may hold, as estimated. Beyond it only leaves are selected.
HEAVIEST = 250


@dataclass(frozen=True)
class Written:
    """A document, its variables, and who sends it."""

    text: str
    variables: dict[str, Any]
    viewer: Viewer | None = None


def written(schema: GraphQLSchema, tables_pools: Pools, cursors: Cursors, random: Random) -> Written:
    """A valid document: a walk that asks two things under one name is walked again."""
    while True:
        found = Walk(schema, tables_pools, cursors, random).document(random.choice(tables_pools.viewers))
        if not validate(schema, parse(found.text)):
            return found


class Walk:
    """Writes one document."""

    def __init__(self, schema: GraphQLSchema, pools: Pools, cursors: Cursors, random: Random) -> None:
        self._schema = schema
        self._random = random
        self._cursors = cursors
        self._arguments = Arguments(random, pools)
        self._fragments: list[str] = []
        self._spread: list[tuple[str, str, int]] = []
        self._named: set[str] = set()
        self._left = random.choice([6, 12, 25, 40])
        self._count = 0

    def document(self, viewer: Viewer | None) -> Written:
        """The whole of it."""
        selection = self.selection(self._schema.query_type, 1, 0)
        definitions = f"({', '.join(self._arguments.definitions)})" if self._arguments.definitions else ""
        text = "\n".join([f"query Walk{definitions} {selection}", *self._fragments])
        return Written(text, self._arguments.values, viewer)

    def selection(self, kind: Any, weight: int, depth: int) -> str:
        """A selection set on a type."""
        pieces = []
        for _ in range(self._random.choice([1, 2, 2, 3, 4])):
            pieces.append(self._wrapped(kind, weight, depth))
            if self._random.random() < 0.05:
                pieces.append(pieces[-1])
        return "{ " + " ".join(pieces) + " }"

    def _wrapped(self, kind: Any, weight: int, depth: int) -> str:
        """A field, in a fragment at times."""
        chance = self._random.random()
        if chance < 0.06 and (again := [name for name, on, most in self._spread if on == kind.name and weight <= most]):
            return f"...{self._random.choice(again)}{self._directive()}"
        if chance < 0.25 or (isinstance(kind, GraphQLInterfaceType) and chance < 0.6):
            return self._fragment(kind, weight, depth)
        return self._field(kind, weight, depth)

    def _fragment(self, kind: Any, weight: int, depth: int) -> str:
        narrower = self._random.choice(self._conditions(kind))
        if self._random.random() < 0.5:
            condition = self._random.choice(["", f" on {kind.name}"]) if narrower is kind else f" on {narrower.name}"
            return f"...{condition}{self._directive()} {self.selection(narrower, weight, depth + 1)}"
        selection = self.selection(narrower, weight, depth + 1)
        name = self._new("F")
        self._fragments.append(f"fragment {name} on {narrower.name} {selection}")
        self._spread.append((name, kind.name, weight))
        return f"...{name}{self._directive()}"

    def _conditions(self, kind: Any) -> list[Any]:
        """The types that a fragment may be on: the type itself, wider and narrower ones."""
        if isinstance(kind, GraphQLInterfaceType):
            return [kind, *self._schema.get_possible_types(kind), *self._schema.get_possible_types(kind)]
        return [kind, kind, *kind.interfaces]

    def _field(self, kind: Any, weight: int, depth: int) -> str:
        self._left -= 1
        if self._random.random() < 0.07:
            return self._random.choice(["__typename", f"{self._new('t')}: __typename"])
        names = [name for name, field in kind.fields.items() if self._fits(field, weight, depth)]
        if not names:
            return "__typename"
        name = self._random.choice(
            [one for one in names for _ in range(OFTEN.get(one, 3 if kind.fields[one].args else 1))]
        )
        field = kind.fields[name]
        arguments, size = self._given(name, field)
        head = f"{self._key(name, field)}{arguments}{self._directive()}"
        if is_leaf_type(get_named_type(field.type)):
            return head
        below = [self.selection(get_named_type(field.type), weight * size, depth + 1)]
        if self._random.random() < 0.08:
            below.append(self.selection(get_named_type(field.type), weight * size, depth + 1))
        return " ".join(f"{head} {one}" for one in below)

    def _fits(self, field: Any, weight: int, depth: int) -> bool:
        if is_leaf_type(get_named_type(field.type)):
            return True
        return self._left > 0 and depth < 9 and weight * (8 if _is_list(field.type) else 1) <= HEAVIEST

    def _key(self, name: str, field: Any) -> str:
        """The field under its own name, or another: with arguments, its own name is used once."""
        if self._random.random() < 0.8 and not (field.args and name in self._named):
            self._named.add(name)
            return name
        return f"{self._new('a')}: {name}"

    def _given(self, name: str, field: Any) -> tuple[str, int]:
        """The arguments as text, and how many rows each row is assumed to bring."""
        texts, values = [], {}
        one = self._random.choice(ONE_OF[name]) if name in ONE_OF else ""
        for argument, definition in field.args.items():
            often = 0.7 if argument in {"filter", "orderBy"} else 0.35
            if argument in ONE_OF.get(name, ()):
                often = 1 if argument == one else 0.02
            if argument in PAGING or not (is_required_argument(definition) or self._random.random() < often):
                continue
            where = f"{_owner(name)}.code" if argument in CODES else argument
            where = IDS.get(name, argument) if argument == "id" else where
            where = "MetricFilter.code" if argument == "metrics" else where
            where = POOLED.get((name, argument), where)
            value = self._value(definition, argument, where)
            values[argument] = value
            absent = value is None and self._random.random() < 0.5
            texts.append(f"{argument}: {self._text(definition.type, value, absent=absent)}")
        if "first" not in field.args:
            return _in_brackets(texts), LONG_LISTS.get(name, 8 if _is_list(field.type) else 1)
        paging, size = self._page(field, values)
        return _in_brackets([*texts, *paging]), size

    def _value(self, definition: Any, argument: str, where: str) -> Any:
        if argument == "orderBy":
            return self._arguments.order(definition.type)
        if (
            not is_required_argument(definition)
            and not isinstance(definition.type, GraphQLNonNull)
            and self._random.random() < 0.1
        ):
            return None
        return self._arguments.value(definition.type, where)

    def _text(self, kind: Any, value: Any, *, absent: bool) -> str:
        if absent and not isinstance(kind, GraphQLNonNull):
            return self._arguments.absent(kind)
        return self._arguments.text(kind, value)

    def _page(self, field: Any, values: dict[str, Any]) -> tuple[list[str], int]:
        """The arguments of a page, and how many rows it holds."""
        kind = get_named_type(get_named_type(field.type).fields["nodes"].type).name
        size = self._random.choice([0, 1, 2, 3, 3, 5, 8])
        given: dict[str, Any] = {"last" if "last" in field.args and self._random.random() < 0.35 else "first": size}
        cursors = self._cursors.of(kind, values.get("orderBy"))
        for name in ("after", "before"):
            if name in field.args and cursors and self._random.random() < 0.3:
                given[name] = self._random.choice(cursors)
        return [f"{name}: {self._arguments.text(field.args[name].type, value)}" for name, value in given.items()], size

    def _directive(self) -> str:
        if self._random.random() > 0.06:
            return ""
        kind = self._schema.get_directive("skip").args["if"].type  # type: ignore[union-attr]
        value = self._arguments.text(kind, self._random.random() < 0.5)
        return f" @{self._random.choice(['skip', 'include'])}(if: {value})"

    def _new(self, stem: str) -> str:
        self._count += 1
        return f"{stem}{self._count}"


def _owner(field: str) -> str:
    return {"practice": "PracticeFilter", "primaryCareNetwork": "PrimaryCareNetworkFilter"}.get(
        field, "OrganisationFilter"
    )


def _in_brackets(texts: list[str]) -> str:
    return f"({', '.join(texts)})" if texts else ""


def _is_list(kind: Any) -> bool:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return isinstance(inner, GraphQLList) or (is_object_type(inner) and inner.name.endswith("Connection"))
