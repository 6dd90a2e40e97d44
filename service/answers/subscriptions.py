"""An operation becomes a subscription: which events it wants, and how it reads each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode, GraphQLSchema, Undefined, value_from_ast

from schema import ids
from schema.errors import Refusal
from schema.lifecycle import may_not
from service.events.event import NOTES, SUBMISSIONS, Interest
from service.reads.reader import Operation
from service.viewer import Viewer

# No row has this key. An id that names no submission gets no events, just as it reads as null.
_NOTHING = 0


@dataclass(frozen=True)
class Subscription:
    """A subscription that passed validation: the one field of its operation, under its key."""

    operation: Operation
    variables: Mapping[str, Any]
    key: str
    interest: Interest
    # The place that the client has come to, as it writes it.
    since: str | None = None

    @classmethod
    def of(
        cls,
        schema: GraphQLSchema,
        operation: Operation,
        variables: Mapping[str, Any],
        fields: Mapping[str, Sequence[FieldNode]],
    ) -> "Subscription":
        """The subscription of an operation with these root fields. Refusals: `document/invalid` unless there is one."""
        if len(fields) != 1 or schema.subscription_type is None:
            raise Refusal("document/invalid", "A subscription must ask for exactly one field.")
        [(key, nodes)] = fields.items()
        name = nodes[0].name.value
        definitions = schema.subscription_type.fields[name].args
        values = {
            argument.name.value: value_from_ast(argument.value, definitions[argument.name.value].type, dict(variables))
            for argument in nodes[0].arguments or ()
        }
        # A variable without a value leaves its argument out.
        arguments = {each: value for each, value in values.items() if value is not Undefined}
        return cls(operation, variables, key, _interest(name, arguments), arguments.get("since"))

    def check(self, viewer: Viewer | None) -> None:
        """Passes when the viewer may have these events. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`."""
        if self.interest.field != SUBMISSIONS:
            return
        if viewer is None:
            raise Refusal("UNAUTHENTICATED", "You need an API key to see submissions.")
        if viewer.drafts is None:
            raise Refusal("FORBIDDEN", may_not(viewer.role, "see submissions"))

    def is_nothing(self, data: bytes) -> bool:
        """Whether the viewer cannot see the row: then the field is null, which its type never allows."""
        # Only short data can be null. It is parsed, because the key may be escaped and the spaces vary.
        return len(data) < 12 * len(self.key) + 40 and orjson.loads(data)[self.key] is None


def _interest(field: str, arguments: Mapping[str, Any]) -> Interest:
    if field == NOTES:
        # One event is of many figures. The statement picks those that are asked for.
        return Interest(field)
    kind, submission = arguments.get("kind"), arguments.get("id")
    organisation = arguments.get("organisation")
    organisations = arguments.get("organisations") if organisation is None else [organisation]
    metrics = arguments.get("metrics")
    return Interest(
        field,
        organisations=None if organisations is None else frozenset(organisations),
        metrics=None if metrics is None else frozenset(metrics),
        kind=None if kind is None else str(kind),
        key=None if submission is None else ids.key(submission, "Submission") or _NOTHING,
    )
