"""A document that fails becomes the least of it that still fails."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    Node,
    ObjectFieldNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from tests.service.reads.documents.walk import Written

_REMOVABLE = (
    SelectionNode,
    ArgumentNode,
    DirectiveNode,
    ObjectFieldNode,
    VariableDefinitionNode,
    FragmentDefinitionNode,
)
Fails = Callable[[Written], Awaitable[bool]]


async def reduced(schema: GraphQLSchema, document: Written, fails: Fails) -> Written:
    """The document without everything that it can lose and still fail."""
    at = 0
    while (smaller := _without(schema, document, at)) is not None:
        if smaller.text and await fails(smaller):
            document = smaller
        else:
            at += 1
    return document


def _without(schema: GraphQLSchema, document: Written, at: int) -> Written | None:
    """The document without its nth part, and what is then not used; empty when it is not valid; None at the end."""
    tree = parse(document.text)
    parts = [node for node in _nodes(tree) if isinstance(node, _REMOVABLE)]
    if at >= len(parts):
        return None
    smaller = visit(tree, _Remover(parts[at]))
    if not _is_valid(schema, smaller):
        return Written("", {}, document.viewer)
    text = print_ast(smaller)
    variables = {name: value for name, value in document.variables.items() if f"${name}" in text}
    return Written(text, variables, document.viewer)


def _is_valid(schema: GraphQLSchema, tree: DocumentNode) -> bool:
    is_empty = any(isinstance(node, SelectionSetNode) and not node.selections for node in _nodes(tree))
    return not is_empty and not validate(schema, parse(print_ast(tree)))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for key in node.keys:
        below = getattr(node, key, None)
        for one in below if isinstance(below, tuple | list) else [below]:
            if isinstance(one, Node):
                yield from _nodes(one)


class _Remover(Visitor):
    def __init__(self, part: Node) -> None:
        super().__init__()
        self._part = part

    def enter(self, node: Node, *_: Any) -> Any:
        return REMOVE if node is self._part else None
