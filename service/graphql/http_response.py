"""An answer becomes an HTTP response: in the form that the client accepts, and with what it may do with it.

Only what is the same for all who ask has encoded forms and a tag. In what one person may see, the length of an encoded
form could tell somebody else what is in it.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from service import noted
from service.answers.encodings import accepted
from service.answers.errors import failure, headers_of
from service.answers.keeping import Answer
from service.graphql.http_request import GRAPHQL_RESPONSE, READING, VERSION

SERVER_TIMING = "Server-Timing"
_VARY = "Accept, Accept-Encoding, Authorization, Cookie"
# Anybody may keep it, and asks each time whether it still holds: the answer to that is short.
_ASK_EACH_TIME = "public, no-cache"
_DO_NOT_KEEP = "no-store"
_UTF8 = "; charset=utf-8"


async def response(
    request: Request, answer: Answer, media_type: str, *, is_anonymous: bool, milliseconds: float
) -> Response:
    """The response to a request: its answer, or 304 where a GET names the tag of what the client has already."""
    headers = {"Vary": _VARY, SERVER_TIMING: timing(milliseconds, was_kept=answer.was_kept)}
    if answer.version is not None:
        headers[VERSION] = str(answer.version.position)
    content, encoding = answer.body.json, accepted(request.headers.get("accept-encoding", ""))
    form = await answer.body.form(encoding) if answer.is_public and encoding else None
    if form is not None and encoding:
        content, headers["Content-Encoding"] = form, encoding
    if request.method in READING:
        headers |= _of_get(answer, media_type, headers.get("Content-Encoding", ""), is_anonymous=is_anonymous)
        if _has(request.headers.get("if-none-match"), headers.get("ETag")):
            headers.pop("Content-Encoding", None)
            return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type + _UTF8)


def failed(reason: Exception, media_type: str) -> Response:
    """The response to a request that was refused or failed. The newer media type shows it in the status too."""
    found = failure(reason)
    noted.note(code=found.code)
    status = found.status if media_type == GRAPHQL_RESPONSE or found.is_of_request else 200
    return Response(found.body, status, _of_failure(status), media_type + _UTF8)


def _of_failure(status: int) -> dict[str, str]:
    """The headers of a response without data."""
    more = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "POST"}}
    return {"Cache-Control": "no-store", **more.get(status, {}), **headers_of(status)}


def _of_get(answer: Answer, media_type: str, encoding: str, *, is_anonymous: bool) -> Mapping[str, str]:
    """What a client may keep. With a key nothing is kept between the client and us: the gate says so."""
    if not answer.is_public:
        return {"Cache-Control": _DO_NOT_KEEP}
    kind = media_type.partition("/")[2].partition("+")[0]
    tag = {"ETag": f'"{answer.body.digest}-{kind}{encoding and "-" + encoding}"'}
    return {**tag, "Cache-Control": _ASK_EACH_TIME} if is_anonymous else tag


def _has(tags: str | None, tag: str | None) -> bool:
    """Whether a client has what a tag names."""
    if tags is None or tag is None:
        return False
    return tags.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in tags.split(","))


def timing(milliseconds: float, *, was_kept: bool) -> str:
    """What took how long, and whether the answer was kept."""
    statement = noted.noted("statement_milliseconds")
    parts = [] if statement is None else [f"statement;dur={statement}"]
    how = "kept" if was_kept else "read"
    return ", ".join([*parts, f'answer;desc="{how}";dur={milliseconds:.1f}'])
