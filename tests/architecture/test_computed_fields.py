"""Every computed field has a computation, and what it gives has every attribute that the GraphQL type promises."""

import dataclasses
from collections.abc import Iterator
from functools import cached_property
from typing import Any, get_args, get_type_hints

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from schema.graph import graph
from schema.mapping import KEY, ById, Computed, Kept, Picked
from service.reads.computations import COMPUTATIONS

SCHEMA: GraphQLSchema = graph._schema


def mapping(field: Any) -> Any:
    return field.extensions["strawberry-definition"].metadata.get(KEY)


def computed_fields() -> Iterator[tuple[str, Any]]:
    for name, kind in SCHEMA.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field in kind.fields.values():
                if "strawberry-definition" in field.extensions and isinstance(mapping(field), Computed):
                    yield f"{name}.{field.extensions['strawberry-definition'].python_name}", field


FIELDS = dict(computed_fields())


def kept_fields() -> Iterator[tuple[str, Any]]:
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for field in kind.fields.values():
                if "strawberry-definition" in field.extensions and isinstance(mapping(field), Kept):
                    yield field.extensions["strawberry-definition"].python_name, mapping(field).then


KEPT = dict(kept_fields())


def test_every_class_of_inputs_has_a_computation_and_is_used():
    used = {mapping(field).inputs for field in FIELDS.values()} | {then.inputs for then in KEPT.values()}
    assert used == set(COMPUTATIONS)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_computed_of_the_past_has_the_attribute_of_its_field(name: str):
    made = get_type_hints(COMPUTATIONS[KEPT[name].inputs].compute)["return"]
    assert attribute_of(made, name) is not None


@pytest.mark.parametrize("name", FIELDS)
def test_a_computed_value_has_what_its_type_promises(name: str):
    compute = COMPUTATIONS[mapping(FIELDS[name]).inputs].compute
    made = compute if isinstance(compute, type) else get_type_hints(compute)["return"]
    assert list(missing(get_named_type(FIELDS[name].type), made, set(mapping(FIELDS[name]).ids))) == []


def missing(kind: Any, made: Any, ids: set[str]) -> Iterator[str]:
    """The fields of a GraphQL type that the class of a computed value has no attribute for."""
    cls = class_of(made)
    for definition in kind.fields.values():
        name = definition.extensions["strawberry-definition"].python_name
        attribute = attribute_of(cls, name)
        if attribute is None:
            yield f"{kind.name}.{name}"
        elif isinstance(by_id := mapping(definition), ById):
            if by_id.ids not in ids:
                yield f"{kind.name}.{name}: no ids"
        elif not is_leaf_type(inner := get_named_type(definition.type)) and not isinstance(by_id, Picked):
            yield from missing(inner, attribute, ids)


def class_of(annotation: Any) -> Any:
    """The class in an annotation: of a list its items', of an optional the one that is not None."""
    inner = [each for each in get_args(annotation) if each not in {type(None), Ellipsis}]
    return class_of(inner[0]) if inner else annotation


def attribute_of(cls: Any, name: str) -> Any:
    """The annotation of an attribute, of what a property gives, or of what a method returns; None without one."""
    declared = vars(cls).get(name)
    if isinstance(declared, property):
        return get_type_hints(declared.fget)["return"]
    if isinstance(declared, cached_property):
        return get_type_hints(declared.func)["return"]
    if callable(declared):
        return get_type_hints(declared)["return"]
    if dataclasses.is_dataclass(cls):
        return {each.name: get_type_hints(cls)[each.name] for each in dataclasses.fields(cls)}.get(name)
    return get_type_hints(cls).get(name)
