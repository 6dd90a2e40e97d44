"""What a page answers when there is no page to show."""

from starlette.responses import Response

from schema.remedies import for_people
from service.answers.errors import failure, headers_of
from service.noted import note


def refused(reason: Exception) -> Response:
    """A refusal as plain text: its sentence and its remedy."""
    failed = failure(reason)
    note(code=failed.code)
    error = failed.errors[0]
    words = f"{error['message']}\n{for_people(failed.code)}\n"
    return Response(words, failed.status, headers_of(failed.status), "text/plain")
