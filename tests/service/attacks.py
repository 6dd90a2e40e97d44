"""Requests that mean to stop a worker or to fill the machine: of every kind that did so once, and changed at random."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Document = tuple[str, Mapping[str, object]]


@dataclass(frozen=True)
class Attack:
    """One request, of a kind; the number tells a test which of a seed it is."""

    kind: str
    number: int
    body: bytes


def attacks(random: Random, count: int) -> Iterator[Attack]:
    """So many attacks, each kind in its turn."""
    for number in range(count):
        kind, make = KINDS[number % len(KINDS)]
        text, variables = make(random)
        yield Attack(kind, number, json.dumps({"query": text, "variables": variables}).encode())


def _papers(random: Random) -> Document:
    fields = ("title", "sections { heading }", "sections { sentences { text } }", "sections { tables { title } }")
    return _document(random, [f"briefing {{ {random.choice(fields)} }}"] * random.randint(20, 100))


def _schemas(random: Random) -> Document:
    inside = random.choice(("name", "fields { name }", "fields { args { name type { name } } }"))
    return _document(random, [f"__schema {{ types {{ {inside} }} }}"] * random.randint(2, 360))


def _connections(random: Random) -> Document:
    kind = random.choice(("practices", "primaryCareNetworks", "metrics"))
    letter, first = random.choice("abcdexyz"), random.randint(1, 3)
    field = f'{kind}(first: {first}, filter: {{name: {{contains: "{letter}"}}}}) {{ totalCount nodes {{ id name }} }}'
    return _document(random, [field] * random.randint(150, 250))


def _pages_of_pages(random: Random) -> Document:
    sizes = [random.randint(200, 500) for _ in range(3)]
    inner = f"figures(first: {sizes[2]}) {{ nodes {{ value }} }}"
    networks = f"practices(first: {sizes[1]}) {{ nodes {{ {inner} }} }}"
    return _document(random, [f"primaryCareNetworks(first: {sizes[0]}) {{ nodes {{ {networks} }} }}"])


def _filters(random: Random) -> Document:
    letter = random.choice("abcdexyz")
    contains = f'{{name: {{contains: "{letter}"}}}}'
    deep = f"{{organisation: {contains}, metric: {{theme: {contains}}}}}"
    nested = random.choice((deep, f"{{not: {deep}}}", f"{{and: [{deep}, {deep}]}}"))
    return _document(random, [f"figures(first: 1, filter: {nested}) {{ nodes {{ value }} }}"] * random.randint(60, 100))


def _series(random: Random) -> Document:
    field = random.choice(("variation", "svg", "points { value interval { lower } }", "processLimits { mean }"))
    # Those that differ in a code alone are written once: these differ in a day.
    days = [f"{1900 + at}-03-31" for at in range(random.randint(150, 200))]
    series = [f'series(metric: "gp_fte", to: "{day}") {{ {field} }}' for day in days]
    return _document(random, [f'organisation(code: "QKS") {{ {_aliased(series)} }}'])


def _objects(random: Random) -> Document:
    text = "query($filter: PracticeFilter) { practices(filter: $filter) { totalCount } }"
    operator = random.choice(("and", "or"))
    return text, {"filter": {operator: [{}] * random.randint(101_000, 240_000)}}


def unfolding(levels: int) -> str:
    """A document whose fragments unfold into two to the power of its levels."""
    folds = [
        f"fragment F{at} on Organisation {{ a{at}: ancestors {{ ...F{at + 1} }} b{at}: ancestors {{ ...F{at + 1} }} }}"
        for at in range(levels)
    ]
    last = f"fragment F{levels} on Organisation {{ name }}"
    return "\n".join(['{ organisation(code: "QKS") { ...F0 } }', *folds, last])


def _unfolding(random: Random) -> Document:
    return unfolding(random.randint(15, 60)), {}


def _deep(random: Random) -> Document:
    levels = random.randint(30, 400)
    return f'{{ organisation(code: "QKS") {"{ ancestors " * levels}{{ name }}{" }" * (levels + 1)}', {}


KINDS: Sequence[tuple[str, Callable[[Random], Document]]] = (
    ("papers", _papers),
    ("questions about the schema", _schemas),
    ("connections", _connections),
    ("pages of pages", _pages_of_pages),
    ("deep filters", _filters),
    ("series", _series),
    ("empty objects", _objects),
    ("fragments that unfold", _unfolding),
    ("fields in fields", _deep),
)


def _document(random: Random, fields: Sequence[str]) -> Document:
    """The fields in one document: as they are, in a fragment, or in inline fragments that unfold."""
    inside = _aliased(fields)
    shape = random.randrange(3)
    if shape == 0:
        return f"{{ {inside} }}", {}
    if shape == 1:
        return f"query Dashboard {{ ...All }} fragment All on Query {{ {inside} }}", {}
    return f"query($yes: Boolean = true) {{ ... on Query @include(if: $yes) {{ {inside} }} }}", {"yes": True}


def _aliased(fields: Sequence[str]) -> str:
    return " ".join(f"a{at}: {field}" for at, field in enumerate(fields))
