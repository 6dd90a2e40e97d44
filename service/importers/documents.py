"""A file of a front end becomes documents with their names: the manifest that its tools write, or one document.

graphql-codegen (`persisted-documents.json`) and Relay (`persisted_queries.json`) write one object of names and texts.
Apollo (`persisted-query-manifest.json`) lists its operations, each with `id` and `body`.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from schema.errors import Refusal
from schema.tables.documents import IDENTIFIER
from service.answers.documents import Documents
from service.answers.errors import Failure
from service.answers.request import LARGEST_DOCUMENT
from service.mistakes import Mistake
from service.viewer import sha256

_OF_APOLLO = "apollo-persisted-query-manifest"
_SHOWN = 60


class BadDocument(Mistake):
    """A file of documents that cannot be used: names the file, and the document where it is one of several."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}.")


def read(file: str, content: bytes, documents: Documents) -> dict[str, str]:
    """The texts in a file by their names, each valid for the schema. One document alone is named by its SHA-256.

    Refusals: `BadDocument`.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as reason:
        raise BadDocument(file, "it is not text in UTF-8") from reason
    texts = _of_manifest(file, text) if file.lower().endswith(".json") else _alone(text)
    for name, each in texts.items():
        if why := _fault(name, each, documents):
            raise BadDocument(file, f"the document {name[:_SHOWN]!r} {why}")
    return texts


def _alone(text: str) -> dict[str, str]:
    """One document. Space around it is left out, as most clients do."""
    stripped = text.strip()
    return {sha256(stripped): stripped}


def _of_manifest(file: str, text: str) -> dict[str, str]:
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as reason:
        raise BadDocument(file, f"it is not JSON: {reason}") from reason
    pairs = _pairs(given)
    texts = {name: body for name, body in pairs if isinstance(name, str) and isinstance(body, str)}
    if not texts or len(texts) != len(pairs):
        raise BadDocument(file, "it is not a manifest: an object of names and texts, or that of Apollo")
    return {name.removeprefix("sha256:"): body for name, body in texts.items()}


def _pairs(given: Any) -> list[tuple[Any, Any]]:
    """The names and texts of a manifest; none for anything else."""
    if not isinstance(given, Mapping):
        return []
    if given.get("format") != _OF_APOLLO:
        return list(given.items())
    operations = given.get("operations")
    listed = operations if isinstance(operations, list) else []
    return [(each.get("id"), each.get("body")) if isinstance(each, Mapping) else (None, None) for each in listed]


def _fault(name: str, text: str, documents: Documents) -> str | None:
    """What is wrong with a document, as the end of a sentence; None if nothing is."""
    if not re.fullmatch(IDENTIFIER, name):
        return "needs a name of 1 to 200 letters, digits and the signs . _ ~ : -"
    if len(text) > LARGEST_DOCUMENT:
        return f"has more than {LARGEST_DOCUMENT:,} characters"
    try:
        documents.validated(text)
    except Failure as failed:
        return f"cannot be answered: {str(failed.errors[0]['message']).rstrip('.')}"
    except Refusal as refusal:
        return f"cannot be answered: {refusal.message.rstrip('.')}"
    return None
