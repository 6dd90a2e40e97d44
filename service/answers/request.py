"""JSON becomes a GraphQL request. Refusals: `request/not-json`, `request/batch`, `document/too-large`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schema.errors import Refusal

# Documents are kept from one request to the next, and comments cost no token.
LARGEST_DOCUMENT = 100_000


@dataclass(frozen=True)
class GraphQLRequest:
    """A document, which of its operations to run, and its variables; `sent` are the bytes that it came as, if known.

    A client may send the name of a document, with its text or instead of it. Then `query` is empty. Our own pages send
    text alone.
    """

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    sent: bytes = b""
    document: str | None = None
    is_of_client: bool = False
    # Whether the answer says in its extensions what the request could cost.
    wants_cost: bool = False


def checked(given: Any, sent: bytes = b"") -> GraphQLRequest:
    """The GraphQL request that JSON says, from a body, an address or a message."""
    if isinstance(given, list):
        raise Refusal("request/batch", "The request is a list of requests.")
    if not isinstance(given, dict):
        raise Refusal("request/not-json", "The request is not one JSON object.")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(given.get("extensions"), dict | None):
        raise Refusal("request/not-json", "The `extensions` are not an object.")
    document = _document(given)
    if document and query is None:
        query = ""
    if not isinstance(query, str):
        raise Refusal("request/not-json", "The request has no `query` that is a string.")
    if len(query) > LARGEST_DOCUMENT:
        raise Refusal("document/too-large", f"The document has more than {LARGEST_DOCUMENT:,} characters.")
    if not isinstance(variables, dict | None):
        raise Refusal("request/not-json", "The `variables` are not an object.")
    if not isinstance(name, str | None):
        raise Refusal("request/not-json", "The `operationName` is not a string.")
    if document and query:
        # Each time, the text is kept again under its name, so the request is looked at.
        sent = b""
    wants_cost = (given.get("extensions") or {}).get("cost") is True
    return GraphQLRequest(
        query, variables or {}, name or None, sent, document, is_of_client=True, wants_cost=wants_cost
    )


def _document(given: Mapping[str, Any]) -> str | None:
    """The name of the document, from whichever member a client puts it into; None without one.

    The GraphQL-over-HTTP draft and graphql-codegen say `documentId`, Relay `doc_id`, and Apollo's persisted queries
    `extensions.persistedQuery.sha256Hash`.
    """
    persisted = (given.get("extensions") or {}).get("persistedQuery")
    of_apollo = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    names = [name for name in (given.get("documentId"), given.get("doc_id"), of_apollo) if name is not None]
    if not all(isinstance(name, str) for name in names):
        raise Refusal("request/not-json", "The name of the document is not a string.")
    return str(names[0]).removeprefix("sha256:") if names else None
