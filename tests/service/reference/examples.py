"""For each type of the schema, a document that asks for every field of it; its answer becomes the fields' examples.

A way leads to each type, from the root over fields whose arguments are known. The answer may hold the type many times,
so a field's example is the first that is not empty.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

# What arguments are given: those of one field, of all fields of a name, or all of a name that a field needs.
VALUES = {
    "organisation(code:)": '"QKS"',
    "practice(code:)": '"G82002"',
    "primaryCareNetwork(code:)": '"U34235"',
    "Query.metric(code:)": '"sandbox_rising_percent"',
    "comparison(with:)": '"U34235"',
    "compared(with:)": "{kind: PRIMARY_CARE_NETWORK}",
    "Query.figuresOfNote(quarter:)": '"2024-25-Q4"',
    "Query.briefing(asOf:)": '"2025-01-31"',
    "Metric.rolledUp(organisation:)": '"QKS"',
    "first": "2",
    "id": '"T3JnYW5pc2F0aW9uOjU3"',
    "ids": '["T3JnYW5pc2F0aW9uOjU3"]',
    "includeSynthetic": "true",
    "kind": "PRACTICE",
    "metric": '"sandbox_stepped_percent"',
    "metrics": '["sandbox_rising_percent"]',
    "organisation": '"G82002"',
    "period": '"2024-25-Q4"',
    "quarter": '"2024-25-Q4"',
    "text": '"dover"',
    "practicesBy(by:)": "CQC_RATING",
    "practicesByValue(metric:)": '"registered_patients"',
    "bounds": "[5000, 10000]",
    "since": '"2024-12-31"',
    "count": "5",
}
# Where a type is found whose shortest way leads to few answers.
STARTS = {
    "Practice": "practices(includeClosed: true, first: 60) nodes",
    "PrimaryCareNetwork": 'primaryCareNetwork(code: "U34235")',
    "HealthAndCarePartnership": 'organisation(code: "HCP-EAST-KENT") ... on HealthAndCarePartnership',
    "IntegratedCareBoard": 'organisation(code: "QKS") ... on IntegratedCareBoard',
    "Region": 'organisation(code: "Y59") ... on Region',
    "Trust": 'organisation(code: "RVV") ... on Trust',
    "Organisation": 'organisation(code: "U34235")',
    "Figure": 'practice(code: "G82002") figures(includeSynthetic: true, first: 20) nodes',
    "Funnel": 'metric(code: "sandbox_noisy_percent") funnel(kind: PRACTICE)',
    "Target": "targets(includeSynthetic: true, first: 60) nodes",
    "Metric": "metrics(includeSynthetic: true, first: 100) nodes",
    "Series": 'primaryCareNetwork(code: "U34235") seriesOf(metrics: ["sandbox_sparse_percent"])',
    "Submission": "submissions(first: 10) nodes",
    "Theme": "themes(includeSynthetic: true)",
    "Period": "periods",
}
_NETWORK = 'primaryCareNetwork(code: "U34235")'
_OF_MEMBERS = 'targets(filter: {metric: {code: {eq: "nhs_app_registered_percent"}}}, first: 60) nodes'
_DRIFTING = 'primaryCareNetworks(first: 45) nodes series(metric: "sandbox_rising_percent")'
_PAPER = 'briefing(quarter: "2024-25-Q4") sections'
# Where else it is found: the first has nothing to show in some fields.
ALSO = {
    "Practice": ('practice(code: "G82019")', 'practice(code: "G82002")'),
    "AuditEvent": ("auditEvents(first: 20) nodes",),
    "FormerName": (f"{_NETWORK} formerNames",),
    "Milestone": (f"{_OF_MEMBERS} milestones",),
    "TargetMembers": (f"{_OF_MEMBERS} current members",),
    "RatingByCqc": ('practice(code: "G82002") cqcRatings',),
    "Drift": (f"{_DRIFTING} drift",),
    "BriefingChart": (f"{_PAPER} charts",),
    "Paper": ('paper(quarter: "2024-25-Q4", board: "QKS")',),
    "Figure": (
        'organisation(code: "QKS") figures(latestOnly: true, first: 20) nodes',
        'primaryCareNetwork(code: "U34235") figures(includeSynthetic: true, first: 20) nodes',
    ),
    "FigureRevision": ('organisation(code: "QKS") figures(first: 60) nodes revisions',),
    "Source": ('organisation(code: "QKS") figures(latestOnly: true, first: 20) nodes source',),
    "Target": (
        "targets(first: 60) nodes",
        'targets(filter: {metric: {code: {eq: "nhs_app_registered_percent"}}}, first: 9) nodes',
    ),
    "TargetRevision": (
        'targets(filter: {metric: {code: {eq: "nhs_app_registered_percent"}}}, first: 9) nodes revisions',
    ),
    "TargetProgress": ("targets(first: 60) nodes current",),
    "Series": (
        _DRIFTING,
        'organisation(code: "QKS") seriesOf(metrics: ["sandbox_rising_percent", "sandbox_stepped_percent"])',
    ),
    "SeriesPoint": ('practice(code: "G82002") series(metric: "sandbox_stepped_percent") points',),
    "BriefingSection": ('briefing(quarter: "2025-26-Q4") sections', _PAPER),
    "Submission": ("submissions(first: 60) nodes",),
    "RolledUpPoint": ('organisation(code: "QKS") rolledUp(metric: "registered_patients")',),
    "Comparison": (
        'organisation(code: "QKS") figures(latestOnly: true, first: 40) nodes '
        "compared(with: {kind: INTEGRATED_CARE_BOARD})",
    ),
}
# What is given where it need not be.
_ALWAYS = {"first", "includeSynthetic"}
_MOST_LEAVES = 3
# What later commands name.
_NAMED = {"Submission": "{ id version status }", "Figure": "{ id value revision }"}
# How many fields one document asks for: with more, some would cost too much.
_AT_ONCE = 8


@dataclass(frozen=True)
class Step:
    """A field of the way with its arguments, or the condition that it is of a type."""

    text: str

    @property
    def key(self) -> str | None:
        return None if self.text.startswith("...") else self.text.partition("(")[0]


@dataclass(frozen=True)
class Asked:
    """A document that asks for some fields of a type, and the way to where they are."""

    kind: str
    fields: tuple[str, ...]
    text: str
    way: tuple[Step, ...]


def documents(schema: GraphQLSchema) -> Iterator[Asked]:
    """The documents that together ask for every field that a query leads to."""
    found = ways(schema)
    others = ((name, tuple(Step(part) for part in parts(text))) for name, texts in ALSO.items() for text in texts)
    for name, way in (*found.items(), *others):
        kind: Any = schema.type_map[name]
        asked = {
            field: f"{field}{arguments} {selection(get_named_type(declared.type))}"
            for field, declared in kind.fields.items()
            if (arguments := arguments_of(name, field, declared)) is not None
        }
        for fields in batched(asked, _AT_ONCE):
            yield Asked(name, fields, nested(way, " ".join(asked[field] for field in fields)), way)


def batched(names: Mapping[str, str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(names), size):
        yield tuple(names)[start : start + size]


def ways(schema: GraphQLSchema) -> dict[str, tuple[Step, ...]]:
    """The way to each type that a query leads to."""
    found: dict[str, tuple[Step, ...]] = {"Query": ()}
    found |= {name: tuple(Step(part) for part in parts(text)) for name, text in STARTS.items()}
    queue = deque(found)
    while queue:
        name = queue.popleft()
        kind: Any = schema.type_map[name]
        for field, declared in kind.fields.items():
            inner = get_named_type(declared.type)
            arguments = arguments_of(name, field, declared)
            if is_leaf_type(inner) or arguments is None:
                continue
            for reached in (inner, *possible(schema, inner)):
                if reached.name not in found:
                    condition = (Step(f"... on {reached.name}"),) if reached is not inner else ()
                    found[reached.name] = (*found[name], Step(f"{field}{arguments}"), *condition)
                    queue.append(reached.name)
    return found


def parts(text: str) -> Iterator[str]:
    """The steps of a way that is written in one line."""
    depth, part = 0, ""
    for word in text.replace("... on ", "...on").split(" "):
        depth += word.count("(") - word.count(")")
        part = f"{part} {word}".strip()
        if depth == 0:
            yield part.replace("...on", "... on ")
            part = ""


def possible(schema: GraphQLSchema, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    return list(schema.get_possible_types(kind)) if isinstance(kind, GraphQLInterfaceType) else []


def arguments_of(kind: str, name: str, field: GraphQLField) -> str | None:
    """The arguments of a field in brackets; None if it needs some that are not known."""
    given = {}
    for argument, taken in field.args.items():
        needed = is_required_argument(taken)
        value = VALUES.get(f"{kind}.{name}({argument}:)") or VALUES.get(f"{name}({argument}:)")
        if value is None and (needed or argument in _ALWAYS):
            value = VALUES.get(argument)
        if value is not None:
            given[argument] = value
        elif needed:
            return None
    return f"({', '.join(f'{argument}: {value}' for argument, value in given.items())})" if given else ""


def selection(kind: GraphQLNamedType) -> str:
    """Some leaves of a type; nothing for a leaf."""
    if is_leaf_type(kind):
        return ""
    declared: Mapping[str, GraphQLField] = kind.fields  # type: ignore[attr-defined]
    leaves = [
        name
        for name, field in declared.items()
        if is_leaf_type(get_named_type(field.type)) and not any(map(is_required_argument, field.args.values()))
    ]
    plain = [name for name in leaves if name not in {"id", "svg"}] or leaves
    return f"{{ {' '.join(plain[:_MOST_LEAVES]) or '__typename'} }}"


def mutation(schema: GraphQLSchema, name: str) -> str:
    """The document of a mutation that asks for everything that only the answers of mutations have."""
    declared = schema.mutation_type.fields[name]  # type: ignore[union-attr]
    only_here = only_in_answers(schema)
    asked = _whole(get_named_type(declared.type), only_here)
    return f"mutation ($input: {declared.args['input'].type}) {{ {name}(input: $input) {asked} }}"


@lru_cache(maxsize=1)
def only_in_answers(schema: GraphQLSchema) -> set[str]:
    """The types to which no query leads."""
    return {name for name, kind in schema.type_map.items() if isinstance(kind, GraphQLObjectType)} - ways(schema).keys()


def _whole(kind: Any, only_here: set[str]) -> str:
    if kind.name not in only_here:
        return _NAMED.get(kind.name) or selection(kind)
    fields = (
        f"{name} {'{ __typename }' if name == 'query' else _whole(get_named_type(field.type), only_here)}"
        if not is_leaf_type(get_named_type(field.type))
        else name
        for name, field in kind.fields.items()
    )
    return f"{{ {' '.join(fields)} }}"


def examples_in(schema: GraphQLSchema, kind: Any, values: Any) -> Iterator[tuple[str, str, Any]]:
    """Type, field and value of what an answer has of types to which no query leads."""
    for value in items([values]):
        for name, inner in value.items():
            yield kind.name, name, inner
            if is_empty(inner):
                continue
            named = get_named_type(kind.fields[name].type)
            if named.name in only_in_answers(schema):
                yield from examples_in(schema, named, inner)


def nested(way: tuple[Step, ...], asked: str) -> str:
    for step in reversed(way):
        asked = f"{step.text} {{ {asked} }}"
    return f"{{ {asked} }}"


def values(data: Any, way: tuple[Step, ...], field: str) -> list[Any]:
    """The values of a field where its way leads: those that are not empty first."""
    found = [data]
    for key in [step.key for step in way if step.key]:
        found = [each[key] for each in items(found) if each.get(key) is not None]
    return sorted((each[field] for each in items(found) if field in each), key=is_empty)


def is_empty(value: Any) -> bool:
    """Whether a value has nothing to show."""
    return value is None or value in ([], {}, "")


def subscription(schema: GraphQLSchema, name: str, since: str) -> str:
    """The document of a subscription that asks for some leaves of what it sends, from a place on."""
    declared = schema.subscription_type.fields[name]  # type: ignore[union-attr]
    return f'subscription {{ {name}(since: "{since}") {selection(get_named_type(declared.type))} }}'


def items(values: list[Any]) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from items(value)
        elif value is not None:
            yield value
