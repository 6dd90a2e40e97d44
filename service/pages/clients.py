"""What libraries of clients need to know of the schema: a page at /docs/clients, and each file below it."""

from functools import cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from schema.errors import Refusal
from schema.graph import graph
from service.clients import client_files
from service.pages import html
from service.pages.showing import View, page_for_everybody, refused

_ABOUT = (
    "Copy these files into a project that uses GraphQL Code Generator, Apollo Client, urql or Relay. "
    "They are made from the schema of this release."
)


def routes() -> list[BaseRoute]:
    """The routes of the page and its files."""
    return [Route("/docs/clients", page_for_everybody(clients)), Route("/docs/clients/{name}", client_file)]


async def clients(_: Request) -> View:
    """The page: what it says is the same for everybody."""
    return _page()


async def client_file(request: Request) -> Response:
    """One file as text. Refusals: `page/unknown`."""
    name = request.path_params["name"]
    if name not in _files():
        return await refused(request, Refusal("page/unknown", "There is no such file. /docs/clients lists them."))
    return PlainTextResponse(_files()[name])


@cache
def _files() -> dict[str, str]:
    return client_files(graph._schema)


@cache
def _page() -> View:
    shown = "".join(
        f"<section><h2>{html.link(f'/docs/clients/{name}', name)}</h2>{html.block(words)}</section>"
        for name, words in _files().items()
    )
    return html.page("Settings for clients", f"<p>{html.text(_ABOUT)}</p>{shown}")
