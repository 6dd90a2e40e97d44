"""A paper as a file to take away: a Word document or a PDF; and the Word document that comes back, edited."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.pages.acting import Fault, NotTaken, Sent
from service.pages.briefing import MEDIA_TYPES, Form
from service.pages.papers.kept import KeptPaper, kept_paper, slug
from service.pages.papers.pdf import pdf
from service.pages.papers.returned import returned
from service.pages.papers.word import word
from service.pages.papers.writing import carry_out, open_paper
from service.pages.showing import View, problem, view
from service.sheets.files import ascii_name

_ENDINGS = ("docx", "pdf")


async def paper_file(request: Request) -> Response:
    """The paper of a quarter as a file. A refusal is a page."""
    try:
        paper, ending = await kept_paper(request), request.path_params["ending"]
        if ending not in _ENDINGS:
            raise Refusal("page/unknown", "The paper of a quarter comes as a page, .docx and .pdf.")
        return _attached(paper, ending, await made(paper, ending))
    except Exception as reason:
        return problem(request, reason)


async def made(paper: KeptPaper, ending: str) -> bytes:
    """The paper as the bytes of a file with an ending."""
    return await (pdf(paper) if ending == "pdf" else asyncio.to_thread(word, paper))


async def show_upload(request: Request, _: Sent) -> View:
    """The form that takes an edited document, and what became of the last one."""
    paper = await open_paper(request)
    said = {name: text for name in ("taken", "left") if (text := request.query_params.get(name, "")).isdecimal()}
    return view("paper-upload.html", "Upload a Word document", paper=paper, **said)


async def upload(request: Request, sent: Sent) -> str:
    """Save the narratives that were changed in a document. What was changed elsewhere is counted, and not taken."""
    paper = await open_paper(request)
    content = sent.fields.get("file")
    if not isinstance(content, bytes):
        raise NotTaken(Fault("file", "Select a file."))
    try:
        found = await asyncio.to_thread(returned, content)
    except Refusal as reason:
        raise NotTaken(Fault("file", reason.message)) from reason
    if not found.narratives:
        raise NotTaken(Fault("file", "The selected file must be the Word document of a paper, with its boxes."))
    original = await asyncio.to_thread(returned, await asyncio.to_thread(word, paper))
    headings = {slug(heading): heading for heading in paper.headings}
    taken = 0
    for name, words in found.narratives.items():
        if name in headings and words != original.narratives.get(name):
            await carry_out(request, paper, "saveNarrative", section=headings[name], words=words)
            taken += 1
    return f"{paper.address}/word?taken={taken}&left={len(found.changed(original))}"


def _attached(paper: KeptPaper, ending: str, content: bytes) -> Response:
    name = ascii_name(f"paper-{paper.quarter.code}.{ending}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    kind = MEDIA_TYPES[Form.DOCX] if ending == "docx" else "application/pdf"
    return Response(content, headers=headers, media_type=kind)
