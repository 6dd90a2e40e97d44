"""The worked queries become a page at /docs/recipes: what each is for, its text, its answer and its picture."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from starlette.requests import Request

from service.pages import html
from service.pages.showing import View
from service.recipes import Recipe, answer_of, recipes

_ABOUT = (
    "Each is one request, with its variables and what it answered over the figures of the paper and a sandbox. "
    "What is made up for the sandbox is called that. Leave out a date to get today."
)
# The name of the field that is a picture.
_PICTURE = "svg"


async def recipes_page(_: Request) -> View:
    """The page: what it says is the same for everybody."""
    return _page()


@cache
def _page() -> View:
    listed = "".join(f"<li>{html.link(f'#{recipe.name}', recipe.title)}</li>" for recipe in recipes())
    shown = "".join(_section(recipe) for recipe in recipes())
    about = f"{html.text(_ABOUT)} {html.link('/docs/clients', 'Settings for libraries of clients')}"
    return html.page("Worked queries", f"<p>{about}</p><ol>{listed}</ol>{shown}")


def _section(recipe: Recipe) -> str:
    answer = answer_of(recipe)
    pictures = "".join(_pictures(answer))
    variables = f"<p>Variables</p>{html.block(_printed(recipe.variables))}" if recipe.variables else ""
    return (
        f'<section aria-labelledby="{recipe.name}"><h2 id="{recipe.name}">{html.text(recipe.title)}</h2>'
        f"<p>{html.text(recipe.description)} {html.link(f'/graphql#{recipe.name}', 'Open it in the explorer')}</p>"
        f"{html.block(recipe.query.strip())}{variables}"
        f"<details><summary>The answer</summary>{html.block(_printed(_without_pictures(answer)))}</details>"
        f"{pictures}</section>"
    )


def _printed(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _pictures(value: Any) -> Iterator[str]:
    """The pictures in an answer, which are SVG of our own."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == _PICTURE:
                yield inner
            else:
                yield from _pictures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pictures(inner)


def _without_pictures(value: Any) -> Any:
    """The answer with a word in the place of each picture."""
    if isinstance(value, dict):
        return {key: "…" if key == _PICTURE else _without_pictures(inner) for key, inner in value.items()}
    return [_without_pictures(inner) for inner in value] if isinstance(value, list) else value
