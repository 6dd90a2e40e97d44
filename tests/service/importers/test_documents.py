"""The files of front ends: what their tools write is read, and what cannot be answered is refused."""

import hashlib
import json

import pytest

from schema.graph import graph
from service.answers.documents import Documents
from service.importers.documents import BadDocument, read

TEXT = "query Practices { practices { totalCount } }"
DOCUMENTS = Documents(graph._schema)


def hashed(text: str, by: str = "sha256") -> str:
    return hashlib.new(by, text.encode()).hexdigest()


# By graphql-codegen with its client preset, by Relay, and by Apollo's generator.
MANIFESTS = {
    "persisted-documents.json": ({hashed(TEXT, "sha1"): TEXT}, hashed(TEXT, "sha1")),
    "persisted_queries.json": ({hashed(TEXT, "md5"): TEXT}, hashed(TEXT, "md5")),
    "persisted-query-manifest.json": (
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": hashed(TEXT), "name": "Practices", "type": "query", "body": TEXT}],
        },
        hashed(TEXT),
    ),
    "with-a-prefix.JSON": ({f"sha256:{hashed(TEXT)}": TEXT}, hashed(TEXT)),
}


@pytest.mark.parametrize("file", MANIFESTS)
def test_the_manifest_of_each_tool_is_read(file):
    manifest, name = MANIFESTS[file]
    assert read(file, json.dumps(manifest).encode(), DOCUMENTS) == {name: TEXT}


def test_a_document_alone_is_named_by_its_hash_without_the_space_around_it():
    assert read("practices.graphql", f"\n{TEXT}\n".encode(), DOCUMENTS) == {hashed(TEXT): TEXT}


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("a.graphql", b"\xff", "it is not text in UTF-8"),
        ("a.graphql", b"", "cannot be answered: Syntax Error"),
        ("a.graphql", b"{ nothing }", "cannot be answered: Cannot query field 'nothing'"),
        ("a.graphql", b"{ a: themes { code } } #" + b"x" * 100_000, "has more than 100,000 characters"),
        ("a.graphql", b"{" + b" t: themes { code }" * 60 + b"}", "cannot be answered: One selection asks"),
        ("a.json", b"{", "it is not JSON"),
        ("a.json", b"[]", "it is not a manifest"),
        ("a.json", b"{}", "it is not a manifest"),
        ("a.json", b'{"a": 1}', "it is not a manifest"),
        ("a.json", b'{"a": "{ themes { code } }", "b": null}', "it is not a manifest"),
        ("a.json", b'{"a b": "{ themes { code } }"}', "needs a name of 1 to 200"),
        ("a.json", b'{"format": "apollo-persisted-query-manifest", "operations": [1]}', "it is not a manifest"),
        ("a.json", b'{"format": "apollo-persisted-query-manifest"}', "it is not a manifest"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(file, content, why):
    with pytest.raises(BadDocument) as refused:
        read(file, content, DOCUMENTS)
    assert str(refused.value).startswith(f"{file}: ")
    assert why in str(refused.value)
