"""A paper as a file to take away: a Word document or a PDF."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.pages.briefing import MEDIA_TYPES, Form
from service.pages.papers.kept import KeptPaper, kept_paper
from service.pages.papers.pdf import pdf
from service.pages.papers.word import word
from service.pages.showing import problem
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


def _attached(paper: KeptPaper, ending: str, content: bytes) -> Response:
    name = ascii_name(f"paper-{paper.quarter.code}.{ending}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    kind = MEDIA_TYPES[Form.DOCX] if ending == "docx" else "application/pdf"
    return Response(content, headers=headers, media_type=kind)
