"""What every page of a template needs: the answer to its document, and what stands in its place when there is none."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.errors import failure, headers_of
from service.answers.request import GraphQLRequest
from service.identity import Identities
from service.noted import note
from service.pages.frame import rendered

_BOARD = "{ integratedCareBoards { code name members(first: 1) { totalCount } } }"


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
        identities: Identities = request.app.state.identities
        account: dict[str, Any] = {"can_sign_in": identities.openid is not None, "address": request.url.path}
        try:
            viewer = await identities.viewer(request, for_page=True)
            account["name"] = viewer and viewer.name
            made = await show(request)
        except Exception as reason:
            return _problem(reason, account)
        return HTMLResponse(rendered(made.template, made.title, **made.values, account=account))

    return shown


def unknown() -> Refusal:
    """That an address names nothing."""
    return Refusal("page/unknown", "There is no such measure or organisation.")


def _problem(reason: Exception, account: Mapping[str, Any]) -> Response:
    if isinstance(reason, Refusal) and reason.code == "plan/unknown-code":
        # The codes are a part of the address.
        reason = unknown()
    failed = failure(reason)
    note(code=failed.code)
    error = failed.errors[0]
    words = {"message": error["message"], "hint": error["extensions"].get("hint")}
    made = rendered("problem.html", "This page cannot be shown", **words, account=account)
    return HTMLResponse(made, failed.status, headers_of(failed.status))


async def read(request: Request, document: str, **variables: Any) -> Any:
    """The answer to a document, for whoever sent the request."""
    return orjson.loads(await Answers.of(request).read(request, GraphQLRequest(document, variables)))


async def board_of(request: Request) -> Any:
    """The ICB whose figures come first: the one whose members are on record. Refusals: `page/unknown`, without one."""
    every = (await read(request, _BOARD))["integratedCareBoards"]
    boards = sorted(every, key=lambda each: each["members"]["totalCount"], reverse=True)
    if not boards:
        raise Refusal("page/unknown", "There are no organisations yet.")
    return boards[0]
