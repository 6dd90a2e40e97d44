"""A page with a form: what is sent is done as the person who sent it, and then they are led on.

    GET     the page, with what its form holds so far
    POST    what the form asks for, as commands; then another address (303), what it would do, or the page again with
            what is wrong

A form counts only when its browser says that it comes from a page of ours, and when it carries the token of the
session that it was made for: `token(account)` of parts.html puts it there. What an API key sends needs neither.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.incoming import body_of
from service.answers.request import GraphQLRequest
from service.identity.sessions import form_token
from service.pages.forms import Fields, form_in
from service.pages.showing import View, problem, response
from service.viewer import Viewer


@dataclass(frozen=True)
class Fault:
    """What is wrong with a form: at which field (its id on the page), and what to do about it, in a sentence or two."""

    field: str
    message: str


@dataclass(frozen=True)
class Sent:
    """A form, and who sent it. Opened for the first time a page has neither fields nor faults."""

    by: Viewer
    fields: Fields = field(default_factory=Fields)
    faults: Sequence[Fault] = ()

    def text(self, name: str, default: str = "") -> str:
        """What stands in a field, without spaces around it."""
        value = self.fields.get(name, default)
        return value.strip() if isinstance(value, str) else default


class NotTaken(Exception):
    """A form cannot be done as it is: the page is shown again, with what was sent and what is wrong."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


Show = Callable[[Request, Sent], Awaitable[View]]
# What a form asks for, done; the address that comes next, a page of what it would do, or an answer of its own such as
# a file. Refusals, and `NotTaken` with what is wrong.
Act = Callable[[Request, Sent], Awaitable[str | View | Response]]


def acting(show: Show, act: Act, most_bytes: int = 1_000_000) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for GET and POST of a page with a form, for people who have signed in or have an API key."""

    async def endpoint(request: Request) -> Response:
        try:
            if request.method == "POST":
                return await _posted(request, show, act, most_bytes)
            return response(request, await show(request, Sent(await _person(request))))
        except Exception as reason:
            return problem(request, reason)

    return endpoint


async def write(request: Request, document: str, **variables: Any) -> Any:
    """The answer to a document with commands, done as whoever sent the form."""
    return orjson.loads(await Answers.of(request).write(request, GraphQLRequest(document, variables)))


async def _posted(request: Request, show: Show, act: Act, most_bytes: int) -> Response:
    request.state.caller = await Answers.of(request).access.of_form(request)
    by = await _person(request)
    message = f"The form must be smaller than {most_bytes / 1_000_000:g} MB."
    fields = await form_in(request, await body_of(request, most_bytes, Refusal("request/too-large", message)))
    _check_token(request, fields)
    sent = Sent(by, fields)
    try:
        done = await act(request, sent)
        if isinstance(done, View):
            return response(request, done)
        return done if isinstance(done, Response) else RedirectResponse(done, 303)
    except NotTaken as wrong:
        made = await show(request, Sent(by, fields, wrong.faults))
        return response(request, View(made.template, made.title, {**made.values, "faults": wrong.faults}), 422)


async def _person(request: Request) -> Viewer:
    """Who uses the page. Refusals: `UNAUTHENTICATED`."""
    viewer = (await Answers.of(request).caller(request)).viewer
    if viewer is None:
        raise Refusal("UNAUTHENTICATED", "You need an API key, or to sign in, to use this page.")
    return viewer


def _check_token(request: Request, fields: Fields) -> None:
    """Refuse a form that another page made, or this one for an earlier session."""
    if "authorization" in request.headers:
        return  # No browser sends a key by itself.
    expected, found = form_token(request.session), fields.get("token")
    if expected is None or not isinstance(found, str) or not secrets.compare_digest(expected.encode(), found.encode()):
        raise Refusal("FORBIDDEN", "This form is of an earlier session. Open the page again and send it from there.")
