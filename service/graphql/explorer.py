"""The explorer's page: GraphiQL and the worked queries, from our own address. Nothing comes from another host.

The policy lets one script run, by its nonce, with what that loads. GraphiQL's editor writes styles into the page, which
no nonce can allow.
"""

import secrets
from dataclasses import asdict
from html import escape

import orjson
from starlette.responses import HTMLResponse, Response

from service.assets import ADDRESS, BUILT, HOW_TO_FETCH, files_in
from service.recipes import recipes

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_TITLE = "GraphiQL: the primary care tracker"
_STYLE = (
    "body{margin:0}#explorer{height:100dvh}.graphiql-recipes{padding:0;list-style:none}"
    ".graphiql-recipes button{width:100%;text-align:left;margin:2px 0}"
)
_MISSING = f"What the explorer needs is not here. {HOW_TO_FETCH}"
_SCRIPTLESS = "The explorer needs JavaScript."


def explorer(*, is_built: bool | None = None) -> Response:
    """The page; without the files that it loads, a sentence that says how to fetch them."""
    there = "explorer.js" in files_in(BUILT) if is_built is None else is_built
    nonce = secrets.token_urlsafe(16)
    body = _body(nonce) if there else f"<main><h1>{_TITLE}</h1><p>{escape(_MISSING)}</p></main>"
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{_TITLE}</title>'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style>'
    )
    page = f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'
    policy = _POLICY.format(nonce=nonce)
    return HTMLResponse(page, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def _body(nonce: str) -> str:
    # Within a script, `<` could end it.
    worked = orjson.dumps([asdict(recipe) for recipe in recipes()]).decode().replace("<", "\\u003c")
    return (
        f'<link rel="stylesheet" href="{ADDRESS[1:]}/explorer.css">'
        f'<div id="explorer"><noscript>{_SCRIPTLESS}</noscript></div>'
        f'<script type="application/json" id="recipes">{worked}</script>'
        f'<script type="module" nonce="{nonce}" src="{ADDRESS[1:]}/explorer.js"></script>'
    )
