"""What every page of a template needs: the answer to its document, and what stands in its place when there is none."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from schema.errors import Refusal
from schema.remedies import for_people
from service.answers.answers import Answers
from service.answers.caller import Caller
from service.answers.errors import failure, headers_of
from service.answers.request import GraphQLRequest
from service.identity import Identities
from service.identity.sessions import form_token
from service.noted import note
from service.pages.frame import rendered

NOBODY = Caller(None)
# What those who sign in may be able to see after all.
_HELPED_BY_SIGNING_IN = {"UNAUTHENTICATED", "page/no-paper"}
# By the status of a refusal, as the service manual calls such pages.
_TITLES = {
    401: "Sign in to open this page",
    404: "Page not found",
    500: "There is a problem with the service",
    503: "The service is unavailable",
}
BOARD = "{ integratedCareBoards { code name members(first: 1) { totalCount } } }"


@dataclass(frozen=True)
class View:
    """What a page shows: its template, its title, and the values of the template."""

    template: str
    title: str
    values: Mapping[str, Any]


def view(template: str, title: str, **values: Any) -> View:
    """The same, with each value under its name."""
    return View(template, title, values)


def page(show: Callable[[Request], Awaitable[View]]) -> Callable[[Request], Awaitable[Response]]:
    """A page, or in its place the sentence and the remedy of a refusal."""

    async def shown(request: Request) -> Response:
        try:
            await Answers.of(request).caller(request)
            return response(request, await show(request))
        except Exception as reason:
            return problem(request, reason)

    return shown


def page_for_everybody(show: Callable[[Request], Awaitable[View]]) -> Callable[[Request], Awaitable[Response]]:
    """A page that people need before they sign in, also where nobody reads without that."""

    async def shown(request: Request) -> Response:
        try:
            await _greet(request)
            return response(request, await show(request))
        except Exception as reason:
            return problem(request, reason)

    return shown


async def no_such_page(request: Request, _: Exception) -> Response:
    """What stands at an address that leads nowhere: a page for a browser, a plain text for others."""
    return await refused(request, Refusal("page/unknown", "There is no page at this address."))


async def _greet(request: Request) -> None:
    """Find out who opens a page that needs nobody to have signed in, for the name at its head.

    The page is shown in any case, also when the database cannot say who that is.
    """
    try:
        await Answers.of(request).caller(request)
    except Exception:
        request.state.caller = NOBODY


def response(request: Request, made: View, status: int = 200) -> Response:
    """A page, with the name of whoever has signed in at its head."""
    return HTMLResponse(rendered(made.template, made.title, **made.values, account=_account(request)), status)


def problem(request: Request, reason: Exception) -> Response:
    """What stands in the place of a page: the sentence and the remedy of a refusal."""
    if isinstance(reason, Refusal) and reason.code == "plan/unknown-code":
        # The codes are a part of the address.
        reason = unknown("measure or organisation")
    failed = failure(reason)
    note(code=failed.code)
    error, account = failed.errors[0], _account(request)
    words = {"message": error["message"], "hint": for_people(failed.code)}
    if failed.code == "UNAUTHENTICATED" and account["can_sign_in"]:
        words = {"message": "You need to sign in to open this page.", "hint": None}
    can_sign_in = account["can_sign_in"] and account["name"] is None and failed.code in _HELPED_BY_SIGNING_IN
    title = _TITLES.get(failed.status, "This page cannot be shown")
    made = rendered("problem.html", title, **words, can_sign_in=can_sign_in, account=account)
    return HTMLResponse(made, failed.status, headers_of(failed.status))


async def refused(request: Request, reason: Exception) -> Response:
    """What stands in the place of a file or a picture: a page for a browser that opens it, a plain text for others."""
    if "text/html" in request.headers.get("accept", ""):
        await _greet(request)
        return problem(request, reason)
    failed = failure(reason)
    note(code=failed.code)
    error = failed.errors[0]
    words = f"{error['message']}\n{for_people(failed.code)}\n"
    return Response(words, failed.status, headers_of(failed.status), "text/plain")


def unknown(what: str) -> Refusal:
    """That an address names none of a kind."""
    return Refusal("page/unknown", f"There is no such {what}.")


def _account(request: Request) -> Mapping[str, Any]:
    """Who has signed in, what their forms carry, and where signing in leads back to."""
    identities: Identities = request.app.state.identities
    viewer = getattr(request.state, "caller", NOBODY).viewer
    return {
        "can_sign_in": identities.can_sign_in,
        "address": request.url.path,
        "name": viewer and viewer.name,
        "role": viewer and viewer.role,
        "token": form_token(request.session) if "session" in request.scope else None,
    }


def count_in(request: Request, name: str) -> int:
    """How many there were of what has just been done, as the address says; 0 for anything else."""
    said = request.query_params.get(name, "")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 5 else 0


async def read(request: Request, document: str, **variables: Any) -> Any:
    """The answer to a document, for whoever sent the request."""
    return orjson.loads(await Answers.of(request).read(request, GraphQLRequest(document, variables)))


async def board_of(request: Request) -> Any:
    """The ICB whose figures come first: the one whose members are on record. Refusals: `page/unknown`, without one."""
    return main_board(await read(request, BOARD))


def main_board(found: Any) -> Any:
    """The same, in the answer to `BOARD`."""
    boards = sorted(found["integratedCareBoards"], key=lambda each: each["members"]["totalCount"], reverse=True)
    if not boards:
        raise Refusal("page/unknown", "There are no organisations yet.")
    return boards[0]
