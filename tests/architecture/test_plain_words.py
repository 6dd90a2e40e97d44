"""People on pages, in messages and in workbooks meet no words of GraphQL, whatever goes wrong."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.errors import FINDINGS, PROBLEMS, REMEDIES, Refusal
from schema.graph import graph
from schema.remedies import for_people
from service.config import settings
from service.identity import Identities
from service.pages.frame import rendered
from service.pages.showing import problem, refused

ROOT = Path(__file__).parents[2]
# What people in the NHS say in capitals.
ABBREVIATIONS = {"NHS", "ICB", "CSV", "XLSX", "QKS", "PDF", "ODS", "CQC", "PCN"}


def _words_of_the_schema() -> set[str]:
    """Each name of the schema that nobody would say aloud: with capitals inside, or all in capitals."""
    names = set()
    for name, kind in graph._schema.type_map.items():
        if isinstance(kind, GraphQLEnumType):
            names |= {value for value in kind.values if len(value) > 2}
        elif isinstance(kind, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType):
            names |= {name, *kind.fields}
    return {each for each in names if re.search("[a-z][A-Z]|_", each) or each.isupper()} - ABBREVIATIONS


WORDS = _words_of_the_schema()
CODES = [*REMEDIES, *PROBLEMS, *FINDINGS]


def technical(text: str) -> list[str]:
    """What a text says that only somebody who writes programs would."""
    found = [each for each in re.findall(r"[A-Za-z_]+", text) if each in WORDS]
    return found + re.findall(r"`|TRACKER_\w+|GraphQL|JSON|Bearer|API key|[a-z]+[A-Z]\w*", text)


@pytest.fixture(scope="module")
def pages() -> Starlette:
    """Pages that are refused with the code of their address: with the frame, and as plain text."""

    async def page(request: Request) -> Response:
        return problem(request, Refusal(request.path_params["code"], "It cannot be done."))

    async def file(request: Request) -> Response:
        return await refused(request, Refusal(request.path_params["code"], "It cannot be done."))

    application = Starlette(routes=[Route("/page/{code:path}", page), Route("/file/{code:path}", file)])
    application.state.identities = Identities(None, settings({}))  # type: ignore[arg-type]
    return application


def said(text: str) -> str:
    """What the page says below its title."""
    main = text.partition("<main")[2].partition("</main>")[0] or text
    return unescape(re.sub("<[^>]+>", " ", main))


@pytest.mark.parametrize("code", REMEDIES)
async def test_a_page_that_is_refused_speaks_plainly(pages, code):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://test") as browser:
        for kind in ("page", "file"):
            text = said((await browser.get(f"/{kind}/{code}")).text)
            assert for_people(code) in text
            assert technical(text) == []


@pytest.mark.parametrize("code", [*PROBLEMS, *FINDINGS])
def test_what_is_wrong_with_a_form_is_said_plainly(code):
    made = rendered("problem.html", "It cannot be done", message="It cannot.", hint=for_people(code), account={})
    assert technical(said(made)) == []


def test_the_words_are_looked_for():
    assert technical("Send its `version` as expectedVersion.") == ["expectedVersion", "`", "`", "expectedVersion"]
    assert technical("The submission is SUBMITTED, and saveMetric adds a metric.") == [
        "SUBMITTED",
        "saveMetric",
        "saveMetric",
    ]
    assert technical("Ask the NHS for a PDF.") == []


# Where messages are made that only programs get: from their documents, and by their doors.
OF_PROGRAMS = (
    "service/answers/",
    "service/reads/",
    "service/graphql/",
    "service/gate/",
    "service/pages/uploads.py",
    "service/writes/command.py",
)
MADE_BY = {"Refusal", "problem", "notice", "of_row", "_of", "Wrong", "Finding", "Fault"}
# What stands in capitals where it is put into a text as it is.
IN_CAPITALS = {"role", "status", "unit", "kind", "counts", "comparator", "roll_up", "direction", "action"}


def _messages() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted([*ROOT.glob("service/**/*.py"), *ROOT.glob("schema/*.py")]):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(OF_PROGRAMS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MADE_BY:
                yield from ((f"{where}:{node.lineno}", each) for each in node.args[1:2])
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message":
                yield f"{where}:{node.lineno}", node.value


def test_the_messages_of_refusals_and_problems_speak_plainly():
    found = []
    for where, message in _messages():
        for part in ast.walk(message):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value.strip():
                # Who opens a page by a program has a key.
                found += [f"{where} {word}" for word in technical(part.value) if word != "API key"]
            if (
                isinstance(part, ast.FormattedValue)
                and isinstance(part.value, ast.Attribute)
                and part.value.attr in IN_CAPITALS
            ):
                found.append(f"{where} {ast.unparse(part.value)}")
    assert found == []
