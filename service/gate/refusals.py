"""A refusal becomes a GraphQL answer, for what is refused before a door."""

from starlette.responses import Response

from service.answers.errors import failure

SECONDS_TO_RETRY = 5


def refused(reason: Exception) -> Response:
    """The answer: its errors as JSON, its status, and when to come back if that is soon."""
    failed = failure(reason)
    headers = {"Retry-After": str(SECONDS_TO_RETRY)} if failed.status == 503 else {}
    return Response(failed.body, failed.status, headers, "application/json; charset=utf-8")
