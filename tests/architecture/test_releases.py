"""The schema keeps what the last release promised: what goes was deprecated in a release, with a date and a reason."""

import calendar
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    BreakingChange,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.graph import graph

SCHEMA: GraphQLSchema = graph._schema
RELEASES = Path(__file__).parents[2] / "schema" / "releases"
# Where a part of the schema is: Figure.comparison, and its argument Figure.comparison(with:).
_PLACE = re.compile(r"(\w+)\.(\w+)(?:\((\w+):\))?")
_WHEN = re.compile(rf"Since \d{{1,2}} ({'|'.join(calendar.month_name[1:])}) 20\d\d\. \S")


def last_release() -> GraphQLSchema:
    newest = max(RELEASES.glob("*.graphql"), key=lambda path: [int(part) for part in path.stem.split(".")])
    return build_schema(newest.read_text(encoding="utf-8"))


def unannounced(before: GraphQLSchema, after: GraphQLSchema) -> list[str]:
    """The breaking changes whose part was not deprecated before."""
    return [change.description for change in find_breaking_changes(before, after) if not is_announced(before, change)]


def is_announced(schema: GraphQLSchema, change: BreakingChange) -> bool:
    """Whether what a change removes was deprecated; no other breaking change can be announced."""
    found = _PLACE.search(change.description)
    if "removed" not in change.description or found is None:
        return False
    kind, name, argument = found.groups()
    return f"{kind}.{name}" + (f"({argument}:)" if argument else "") in deprecated(schema)


def deprecated(schema: GraphQLSchema) -> dict[str, str]:
    """Each deprecated part with its reason."""
    parts: dict[str, str | None] = {}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType):
            parts |= {f"{kind.name}.{name}": value.deprecation_reason for name, value in kind.values.items()}
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                parts[f"{kind.name}.{name}"] = field.deprecation_reason
                for argument, taken in getattr(field, "args", {}).items():
                    parts[f"{kind.name}.{name}({argument}:)"] = taken.deprecation_reason
    return {place: reason for place, reason in parts.items() if reason}


def test_nothing_of_the_last_release_is_gone_that_was_not_deprecated_in_it():
    assert unannounced(last_release(), SCHEMA) == []


def test_a_deprecation_says_since_when_and_what_to_use():
    reasons = deprecated(SCHEMA)
    assert [place for place, reason in reasons.items() if not _WHEN.match(reason) or "`" not in reason] == []


BEFORE = """
type Query { old: Int @deprecated(reason: "Since 1 May 2026. Use `new`."), new(size: Int): Int, kind: Kind }
enum Kind { ONE TWO @deprecated(reason: "Since 1 May 2026. Use `ONE`.") }
"""


@pytest.mark.parametrize(
    ("replace", "by", "count"),
    [
        ('old: Int @deprecated(reason: "Since 1 May 2026. Use `new`."),', "", 0),
        ('TWO @deprecated(reason: "Since 1 May 2026. Use `ONE`.")', "", 0),
        ("new(size: Int): Int,", "", 1),
        ("(size: Int)", "", 1),
        ("new(size: Int): Int", "new(size: Int): String", 1),
        ("ONE ", "", 1),
        ("(size: Int)", "(size: Int!)", 1),
        ("(size: Int)", "(size: Int, more: Int)", 0),
        ("old: Int", "old: String", 1),
    ],
)
def test_what_breaks_is_found_unless_it_was_announced(replace, by, count):
    assert replace in BEFORE
    assert len(unannounced(build_schema(BEFORE), build_schema(BEFORE.replace(replace, by)))) == count


def test_the_schema_says_what_it_is_and_where_to_start():
    assert SCHEMA.description is not None
    assert "/docs/recipes" in SCHEMA.description


def own_types() -> Iterator[GraphQLNamedType]:
    for kind in SCHEMA.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind


def test_every_scalar_names_its_specification():
    scalars = [kind for kind in own_types() if isinstance(kind, GraphQLScalarType)]
    assert len(scalars) >= 3
    assert [kind.name for kind in scalars if not (kind.specified_by_url or "").startswith("https://")] == []


def names() -> Iterator[tuple[str, str]]:
    """Every name with the shape that it should have."""
    for kind in own_types():
        yield kind.name, r"[A-Z][A-Za-z0-9]*"
        yield from ((value, r"[A-Z][A-Z0-9_]*") for value in getattr(kind, "values", {}))
        for field, declared in getattr(kind, "fields", {}).items():
            yield from ((name, r"[a-z][A-Za-z0-9]*") for name in (field, *getattr(declared, "args", {})))


def test_names_are_written_as_everywhere():
    assert [name for name, shape in names() if not re.fullmatch(shape, name)] == []
