"""JSON becomes a GraphQL request. Refusals: `request/not-json`, `document/too-large`."""

from dataclasses import dataclass, field
from typing import Any

from schema.errors import Refusal

# Documents are kept from one request to the next, and comments cost no token.
LARGEST_DOCUMENT = 100_000


@dataclass(frozen=True)
class GraphQLRequest:
    """A document, which of its operations to run, and its variables; `sent` are the bytes that it came as, if known."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    sent: bytes = b""


def checked(given: Any, sent: bytes = b"") -> GraphQLRequest:
    """The GraphQL request that JSON says, from a body, an address or a message."""
    if not isinstance(given, dict):
        raise Refusal("request/not-json", "The request is not one JSON object.")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str):
        raise Refusal("request/not-json", "The request has no `query` that is a string.")
    if len(query) > LARGEST_DOCUMENT:
        raise Refusal("document/too-large", f"The document has more than {LARGEST_DOCUMENT:,} characters.")
    if not isinstance(variables, dict | None):
        raise Refusal("request/not-json", "The `variables` are not an object.")
    if not isinstance(name, str | None):
        raise Refusal("request/not-json", "The `operationName` is not a string.")
    if not isinstance(given.get("extensions"), dict | None):
        raise Refusal("request/not-json", "The `extensions` are not an object.")
    return GraphQLRequest(query, variables or {}, name or None, sent)
