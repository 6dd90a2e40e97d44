"""The schema becomes a page at /docs/schema: every type and field with its description and an answer of the sandbox.

The answers were made when the page was built: the tests ask for every field, and `make answers` writes what comes back.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)
from starlette.requests import Request

import schema
from schema.graph import graph
from service.pages import html
from service.pages.showing import View

EXAMPLES = Path(__file__).with_name("examples.json")
_ABOUT = (
    "Every type and field, with an answer that a service with made-up data gave. Where it had nothing to "
    "show, the answer is null or an empty list. Worked queries are on a page of their own."
)
_GROUPS: dict[str, tuple[type[GraphQLNamedType], ...]] = {
    "Types": (GraphQLObjectType, GraphQLInterfaceType),
    "What arguments take": (GraphQLInputObjectType,),
    "Lists of values": (GraphQLEnumType,),
    "Scalars": (GraphQLScalarType,),
}


async def reference(_: Request) -> View:
    """The page: what it says is the same for everybody."""
    return _page()


@cache
def _page() -> View:
    current: GraphQLSchema = graph._schema
    groups = {name: list(_types(current, kinds)) for name, kinds in _GROUPS.items()}
    index = "".join(
        f"<h3>{name}</h3><p>{', '.join(html.link(f'#{kind.name}', kind.name) for kind in kinds)}</p>"
        for name, kinds in groups.items()
    )
    body = "".join(f"<h2>{name}</h2>{''.join(map(_section, kinds))}" for name, kinds in groups.items())
    about = f"<p>{html.text(_ABOUT)} {html.link('/docs/recipes', 'Worked queries')}</p>"
    return html.page("The schema", about + _changes(current) + _deprecations(current) + index + body)


def _types(current: GraphQLSchema, kinds: tuple[type[GraphQLNamedType], ...]) -> list[GraphQLNamedType]:
    own = (
        kind
        for kind in current.type_map.values()
        if isinstance(kind, kinds) and not is_introspection_type(kind) and not is_specified_scalar_type(kind)
    )
    return sorted(own, key=lambda kind: kind.name)


def _section(kind: GraphQLNamedType) -> str:
    """A type: what it is, and its parts."""
    examples = _examples().get(kind.name, {})
    parts = [_part(kind.name, name, part, _example(examples, name)) for name, part in _parts(kind)]
    url = getattr(kind, "specified_by_url", None)
    specified = f" Specified by {html.text(url)}." if url else ""
    return f'<h3 id="{kind.name}">{kind.name}</h3><p>{html.text(kind.description or "")}{specified}</p>' + (
        f"<dl>{''.join(parts)}</dl>" if parts else ""
    )


def _parts(kind: GraphQLNamedType) -> Iterable[tuple[str, Any]]:
    """The fields of a type, or the values of a list."""
    found: dict[str, Any] = getattr(kind, "values" if isinstance(kind, GraphQLEnumType) else "fields", {})
    return found.items()


def _part(kind: str, name: str, part: Any, example: str) -> str:
    deprecated = f" Deprecated: {part.deprecation_reason}" if part.deprecation_reason else ""
    arguments = "".join(_argument(*argument) for argument in getattr(part, "args", {}).items())
    of_type = f": {_type(part.type)}" if hasattr(part, "type") else ""
    return (
        f'<dt id="{kind}.{name}"><code>{name}</code>{of_type}</dt>'
        f"<dd>{html.text((part.description or '') + deprecated)}"
        + (f"<ul>{arguments}</ul>" if arguments else "")
        + f"{example}</dd>"
    )


def _example(examples: Mapping[str, Any], name: str) -> str:
    """The answer of a field: in the line where it is one value, or else to unfold. Empty for the value of a list."""
    if name not in examples:
        return ""
    value = examples[name]
    if value and isinstance(value, dict | list):
        return f"<details><summary>An answer</summary>{html.block(_printed(value))}</details>"
    return f"<br>For example: <code>{html.text(_printed(value))}</code>"


def _argument(name: str, argument: GraphQLArgument) -> str:
    return f"<li><code>{name}</code>: {_type(argument.type)}. {html.text(argument.description or '')}</li>"


def _type(kind: Any) -> str:
    """The name of a type, with a link to it."""
    named = get_named_type(kind)
    if is_specified_scalar_type(named):
        return str(kind)
    return str(kind).replace(named.name, html.link(f"#{named.name}", named.name))


def _printed(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


@cache
def _examples() -> dict[str, dict[str, Any]]:
    examples: dict[str, dict[str, Any]] = orjson.loads(EXAMPLES.read_bytes())
    return examples


def _changes(current: GraphQLSchema) -> str:
    """What is new since the last release, and what has gone."""
    name, before = _last_release()
    was, now = set(_places(before)), set(_places(current))
    return _listed(f"New since {name}", now - was, link=True) + _listed(f"Gone since {name}", was - now, link=False)


def _listed(title: str, places: set[str], *, link: bool) -> str:
    """A list of places; of a type that is wholly in it, the type alone."""
    shown = sorted(place for place in places if place.partition(".")[0] not in places - {place})
    items = "".join(f"<li>{html.link(f'#{place}', place) if link else html.text(place)}</li>" for place in shown)
    return f"<h2>{title}</h2><ul>{items}</ul>" if items else ""


def _deprecations(current: GraphQLSchema) -> str:
    lines = "".join(
        f"<li>{html.link(f'#{kind.name}.{name}', f'{kind.name}.{name}')}: {html.text(part.deprecation_reason)}</li>"
        for kind in current.type_map.values()
        for name, part in _parts(kind)
        if not is_introspection_type(kind) and part.deprecation_reason
    )
    return f"<h2>Deprecated</h2><ul>{lines}</ul>" if lines else ""


def _places(of: GraphQLSchema) -> Iterator[str]:
    """Each type, and each of its fields or values."""
    for kind in of.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind.name
            yield from (f"{kind.name}.{name}" for name, _ in _parts(kind))


def _last_release() -> tuple[str, GraphQLSchema]:
    """The version of the last release, and its schema."""
    folder = files(schema) / "releases"
    names = (each.name.removesuffix(".graphql") for each in folder.iterdir())
    newest = max(names, key=lambda name: [int(part) for part in name.split(".")])
    return newest, build_schema((folder / f"{newest}.graphql").read_text(encoding="utf-8"))
