"""A board's committee paper at /briefing and /briefing/QKS, and for the command `tracker briefing`.

    .html   to read and print      .docx   to edit in Word      .json   as GraphQL answers it

Without an ending the client's `Accept` decides. `asOf` is the date, today by default, and `quarter` the code of the
last quarter whose figures it has. All forms are one document, answered like every other.
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
from service.pages.frame import rendered
from service.pages.paper import DOCUMENT, LISTED, Grid, Paper, Text, paper_of
from service.pages.showing import View, refused, response
from service.pages.word import word


class Form(StrEnum):
    """A form of the paper."""

    HTML = "html"
    DOCX = "docx"
    JSON = "json"


MEDIA_TYPES = {
    Form.HTML: "text/html",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.JSON: "application/json",
}


def document_of(as_of: str | None, board: str | None, quarter: str | None = None) -> GraphQLRequest:
    """The request for a board's paper of a day: of today and of the first board with an outline by default.

    With the code of a quarter, it has the figures of periods that end by the quarter's last day.
    """
    variables = {"asOf": as_of, "board": board, "quarter": quarter}
    return GraphQLRequest(DOCUMENT, {name: value for name, value in variables.items() if value is not None})


def printed(answer: Mapping[str, Any], form: Form) -> bytes:
    """The paper in a form."""
    match form:
        case Form.JSON:
            return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        case Form.DOCX:
            return word(paper_of(answer))
        case Form.HTML:
            made = _page(paper_of(answer))
            return rendered(made.template, made.title, **made.values).encode()


async def briefing(request: Request) -> Response:
    """The paper in the form of the address, or of the `Accept` header. A refusal is a sentence and its remedy."""
    try:
        board, of_address = _board_and_form(request)
        form, asked = of_address or _accepted(request), request.query_params
        document = document_of(asked.get("asOf"), board, asked.get("quarter"))
        answer = orjson.loads(await Answers.of(request).read(request, document))["briefing"]
        headers = {} if of_address else {"vary": "Accept"}
        if form is Form.HTML:
            page = response(request, await asyncio.to_thread(_page, paper_of(answer)))
            page.headers.update(headers)
            return page
        # A Word document takes half a second, in which other requests are answered.
        body = await asyncio.to_thread(printed, answer, form)
    except Exception as reason:
        return await refused(request, reason)
    if form is Form.DOCX:
        headers["content-disposition"] = f'attachment; filename="briefing-{answer["asOf"]}.docx"'
    return Response(body, headers=headers, media_type=MEDIA_TYPES[form])


def _board_and_form(request: Request) -> tuple[str | None, Form | None]:
    """The ICB's code and the form of the address, where it has them. Refusals: `page/unknown`."""
    ending, board = request.path_params.get("ending"), request.path_params.get("board")
    if ending is None and board is not None:
        code, dot, last = board.rpartition(".")
        board, ending = (code, last) if dot else (board, None)
    if ending is not None and ending not in set(Form):
        raise Refusal("page/unknown", "The paper comes as .html, .docx and .json.")
    return board, None if ending is None else Form(ending)


def _accepted(request: Request) -> Form:
    """The first form that the client takes; a page when it takes anything."""
    accept = request.headers.get("accept", "*/*")
    return next((form for form, kind in MEDIA_TYPES.items() if kind in accept), Form.HTML)


def _page(paper: Paper) -> View:
    body = [_part(part.heading, part.sentences, part.tables) for part in paper.parts]
    if paper.doubts:
        listed = "".join(f"<li>{html.text(doubt)}</li>" for doubt in paper.doubts)
        body.append(f"<h2>Published numbers that do not add up</h2><ul>{listed}</ul>")
    if paper.figures:
        rows = []
        for place, figure in enumerate(paper.figures, start=1):
            cells = [html.text(cell) for cell in figure.cells]
            cells[1] = html.link(f"{figure.address}.html", figure.cells[1])
            rows.append(f'<tr id="figure-{place}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        caption = "The figures, with their sources and notes"
        body.append("<h2>Figures in this paper</h2>" + html.table(caption, LISTED, rows))
    return html.page(paper.title, "".join(body))


def _part(heading: str, sentences: Iterable[Text], tables: Iterable[Grid]) -> str:
    paragraphs = "".join(f"<p>{_text(sentence)}</p>" for sentence in sentences)
    return f"<h2>{html.text(heading)}</h2>{paragraphs}" + "".join(_grid(grid) for grid in tables)


def _grid(grid: Grid) -> str:
    rows = ("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows)
    return html.table(grid.caption, grid.columns, rows)


def _text(text: Text) -> str:
    """Runs as HTML: a number is a link to its figure in the list."""
    return "".join(
        html.text(run.text) if run.figure is None else html.link(f"#figure-{run.figure}", run.text) for run in text
    )
