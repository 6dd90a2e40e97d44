"""The worked queries: what a dashboard asks for, each in one request, with variables that answer in the sandbox.

A recipe is a file of this folder. Its first line is its title, the next lines say what it is for, and the last line
before the query has the variables. The explorer offers them, and /docs/recipes shows them with their answers.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

_RECIPE = re.compile(
    r"# (?P<title>[^\n]+)\n(?P<words>(?:# [^\n]+\n)+)# Variables: (?P<variables>[^\n]+)\n(?P<query>(?s:.+))"
)


@dataclass(frozen=True)
class Recipe:
    """A worked query. `name` is what addresses call it."""

    name: str
    title: str
    description: str
    variables: dict[str, Any]
    query: str


@cache
def recipes() -> tuple[Recipe, ...]:
    """All of them, in their order. Refusals: ValueError, for a file that is no recipe."""
    folder = files(__name__)
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".graphql"))
    return tuple(_recipe(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _recipe(file: str, text: str) -> Recipe:
    found = _RECIPE.fullmatch(text)
    if found is None:
        raise ValueError(f"{file} does not start with a title, a description and variables")
    name = file.removesuffix(".graphql").partition("-")[2]
    words = found["words"].replace("# ", "").replace("\n", " ").strip()
    return Recipe(name, found["title"], words, orjson.loads(found["variables"]), found["query"])


def answer_of(recipe: Recipe) -> Any:
    """What the seeds and the sandbox answered. The tests ask again, and `make answers` writes it."""
    return orjson.loads((files(__name__) / f"{recipe.name}.json").read_bytes())
