"""What a request may bring: so many values in its variables, so many questions about the schema, so large a body."""

from typing import Any

import pytest
from starlette.requests import Request

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers import documents
from service.answers.caller import Caller
from service.answers.documents import Documents
from service.answers.errors import Failure, failure
from service.answers.executor import Executor
from service.answers.incoming import body_of
from service.answers.introspection import MOST_OF_TYPES
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [(["a"] * 8, False), (["a"] * 9, False), (["a"] * 10, True), ([{"a": {"b": [1, 2, 3, 4, 5, 6, 7]}}], True)],
)
async def test_the_values_of_variables_are_counted_at_any_depth(
    monkeypatch: pytest.MonkeyPatch, values: Any, is_refused: bool
) -> None:
    """The variables are an object with one value, and that is a list."""
    monkeypatch.setattr(documents, "MOST_VALUES", 10)
    known = Documents(graph._schema)
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    operation = await known.operation(GraphQLRequest(text, {}))
    try:
        known.variables(operation, {"ids": values})
        is_too_large = False
    except (Refusal, Failure) as refused:
        is_too_large = "10 values" in str(refused)
    assert is_too_large is is_refused


def test_a_refused_document_is_no_refused_request() -> None:
    """A client of the older media type sees the status 200 for the one, and not for the other."""
    assert failure(Refusal("document/syntax", "It ends too early.")).is_of_request is False
    assert failure(Refusal("request/not-json", "It is not JSON.")).is_of_request is True


def test_a_caller_brings_the_viewer_where_there_is_one() -> None:
    assert Caller(None).rows == {}
    assert set(Caller(Viewer("Rea", Role.READER)).rows) == {"viewer"}


@pytest.mark.parametrize(("fields", "is_refused"), [(MOST_OF_TYPES, False), (MOST_OF_TYPES + 1, True)])
async def test_so_many_questions_about_types_are_answered(database: Database, fields: int, is_refused: bool) -> None:
    executor = Executor(graph._schema, database)
    text = "{" + " ".join(f'a{at}: __type(name: "Figure") {{ name }}' for at in range(fields)) + "}"
    if is_refused:
        with pytest.raises(Refusal, match="about the schema"):
            await executor.data(GraphQLRequest(text, {}), Caller(None), may_write=False)
    else:
        assert await executor.data(GraphQLRequest(text, {}), Caller(None), may_write=False)


@pytest.mark.parametrize(("parts", "is_refused"), [([b"a" * 5, b"b" * 5], False), ([b"a" * 5, b"b" * 6], True)])
async def test_the_parts_of_a_body_are_added_up(parts: list[bytes], is_refused: bool) -> None:
    """A body that is sent in parts does not say how large it is."""
    waiting = [*parts]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    too_large = Refusal("request/too-large", "The body is larger than 10 bytes.")
    if is_refused:
        with pytest.raises(Refusal, match="10"):
            await body_of(request, 10, too_large)
    else:
        assert await body_of(request, 10, too_large) == b"".join(parts)
