"""A refusal becomes a GraphQL answer, for what is refused before a door."""

from starlette.responses import Response

from service.answers.errors import failure, headers_of
from service.noted import note


def refused(reason: Exception) -> Response:
    """The answer: its errors as JSON, its status, and when to come back if that is soon."""
    failed = failure(reason)
    note(code=failed.code)
    return Response(failed.body, failed.status, headers_of(failed.status), "application/json; charset=utf-8")
