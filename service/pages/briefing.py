"""The committee paper of a day at one address, /briefing, and for the command `tracker briefing`.

    .html   to read and print      .docx   to edit in Word      .json   as GraphQL answers it

Without an ending the client's `Accept` decides. `asOf` is the day; today if left out. All are one document, answered
like every other.
"""

import asyncio
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.request import GraphQLRequest
from service.pages import html
from service.pages.paper import DOCUMENT, LISTED, Grid, Paper, Text, paper
from service.pages.refusals import refused
from service.pages.word import word


class Form(StrEnum):
    """A form that a paper is given in."""

    HTML = "html"
    DOCX = "docx"
    JSON = "json"


MEDIA_TYPES = {
    Form.HTML: "text/html",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.JSON: "application/json",
}


def document_of(as_of: str | None) -> GraphQLRequest:
    """The request for the paper of a day; of today when no day is given."""
    return GraphQLRequest(DOCUMENT, {} if as_of is None else {"asOf": as_of})


def printed(answer: Mapping[str, Any], form: Form) -> bytes:
    """The paper in a form."""
    match form:
        case Form.JSON:
            return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        case Form.DOCX:
            return word(paper(answer))
        case Form.HTML:
            return _html(paper(answer)).encode()


async def briefing(request: Request) -> Response:
    """The paper in the form that was asked for. A refusal is its sentence and its remedy, as plain text."""
    try:
        form, document = _form(request), document_of(request.query_params.get("asOf"))
        answer = orjson.loads(await Answers.of(request).read(request, document))["briefing"]
        # A Word document takes half a second, in which other requests are answered.
        body = await asyncio.to_thread(printed, answer, form)
    except Exception as reason:
        return refused(reason)
    headers = {} if "ending" in request.path_params else {"vary": "Accept"}
    if form is Form.DOCX:
        headers["content-disposition"] = f'attachment; filename="briefing-{answer["asOf"]}.docx"'
    return Response(body, headers=headers, media_type=MEDIA_TYPES[form])


def _form(request: Request) -> Form:
    """By the ending, or else by what the client takes; a page where it takes anything. Refusals: `page/unknown`."""
    ending = request.path_params.get("ending")
    if ending is not None:
        if ending not in set(Form):
            raise Refusal("page/unknown", "The paper is given as .html, .docx and .json.")
        return Form(ending)
    accept = request.headers.get("accept", "*/*")
    return next((form for form, kind in MEDIA_TYPES.items() if kind in accept), Form.HTML)


def _html(made: Paper) -> str:
    body = [_part(part.heading, part.sentences, part.tables) for part in made.parts]
    if made.doubts:
        listed = "".join(f"<li>{html.text(doubt)}</li>" for doubt in made.doubts)
        body.append(f"<h2>What does not add up</h2><ul>{listed}</ul>")
    if made.figures:
        rows = []
        for at, figure in enumerate(made.figures, start=1):
            cells = [html.text(cell) for cell in figure.cells]
            cells[1] = html.link(f"{figure.address}.html", figure.cells[1])
            rows.append(f'<tr id="figure-{at}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        caption = "The figures, where they were published, and what to know of them"
        body.append("<h2>Figures of this paper</h2>" + html.table(caption, LISTED, rows))
    return html.page(made.title, "".join(body))


def _part(heading: str, sentences: Iterable[Text], tables: Iterable[Grid]) -> str:
    said = "".join(f"<p>{_text(sentence)}</p>" for sentence in sentences)
    return f"<h2>{html.text(heading)}</h2>{said}" + "".join(_grid(grid) for grid in tables)


def _grid(grid: Grid) -> str:
    rows = ("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows)
    return html.table(grid.caption, grid.columns, rows)


def _text(text: Text) -> str:
    """Runs as HTML: a number is a link to its figure in the list."""
    return "".join(
        html.text(run.text) if run.figure is None else html.link(f"#figure-{run.figure}", run.text) for run in text
    )
