"""An operation becomes a subscription: what it wants to hear of, and how an event is told to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode, GraphQLSchema, Undefined, value_from_ast

from schema import ids
from schema.errors import Refusal
from service.events.event import SUBMISSIONS, Interest
from service.reads.reader import Operation
from service.viewer import Viewer

# No row has this key: an id that names no submission is told nothing, as it would be read as null.
_NOTHING = 0


@dataclass(frozen=True)
class Subscription:
    """A subscription that passed validation: the one field of its operation, under its key."""

    operation: Operation
    variables: Mapping[str, Any]
    key: str
    interest: Interest

    @classmethod
    def of(
        cls,
        schema: GraphQLSchema,
        operation: Operation,
        variables: Mapping[str, Any],
        fields: Mapping[str, Sequence[FieldNode]],
    ) -> "Subscription":
        """The subscription of an operation with these root fields. Refusals: `document/invalid`, but for one field."""
        if len(fields) != 1 or schema.subscription_type is None:
            raise Refusal("document/invalid", "A subscription asks for exactly one field.")
        [(key, nodes)] = fields.items()
        name = nodes[0].name.value
        definitions = schema.subscription_type.fields[name].args
        given = {
            argument.name.value: value_from_ast(argument.value, definitions[argument.name.value].type, dict(variables))
            for argument in nodes[0].arguments or ()
        }
        # A variable that was left out leaves its argument out.
        there = {each: value for each, value in given.items() if value is not Undefined}
        return cls(operation, variables, key, _interest(name, there))

    def check(self, viewer: Viewer | None) -> None:
        """Refuse whoever may not hear of this at all. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`."""
        if self.interest.field != SUBMISSIONS:
            return
        if viewer is None:
            raise Refusal("UNAUTHENTICATED", "Submissions are shown to nobody without a key.")
        if viewer.drafts is None:
            raise Refusal("FORBIDDEN", f"A {viewer.role} reads what is published, and no submissions.")

    def is_nothing(self, data: bytes) -> bool:
        """Whether `data` says that the viewer cannot see the row: the field is null, which its type rules out."""
        # Only what is that short is looked into: the key may be escaped, and spaces differ.
        return len(data) < 12 * len(self.key) + 40 and orjson.loads(data)[self.key] is None


def _interest(field: str, given: Mapping[str, Any]) -> Interest:
    kind, named = given.get("kind"), given.get("id")
    organisation = given.get("organisation")
    organisations = given.get("organisations") if organisation is None else [organisation]
    metrics = given.get("metrics")
    return Interest(
        field,
        organisations=None if organisations is None else frozenset(organisations),
        metrics=None if metrics is None else frozenset(metrics),
        kind=None if kind is None else str(kind),
        key=None if named is None else ids.key(named, "Submission") or _NOTHING,
    )
