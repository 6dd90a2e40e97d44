"""A Word document of a paper is uploaded, looked through, and its narratives are taken.

Nothing is kept between the steps: the page that shows what is in a document carries it to the next step.
"""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from schema.periods import quarter_named
from service.pages.acting import Fault, NotTaken, Sent
from service.pages.carried import carried, file_in
from service.pages.papers.kept import KeptPaper, slug
from service.pages.papers.marks import Marks
from service.pages.papers.returned import Returned, returned
from service.pages.papers.review import Change, Left, Review, review
from service.pages.papers.word import word
from service.pages.papers.writing import carry_out, open_paper
from service.pages.showing import View, response, view

MOST_BODY_BYTES = 15_000_000
# Of long lists so many are shown, and the rest is counted.
_MOST_SHOWN = 100


async def show_upload(request: Request, _: Sent) -> View:
    """The form that takes an edited document, and what became of the last one."""
    paper = await open_paper(request)
    taken = request.query_params.get("taken", "")
    return view("paper-upload.html", "Upload a Word document", paper=paper, taken=taken if taken.isdecimal() else "")


async def upload(request: Request, sent: Sent) -> str | View | Response:
    """What a document would change; once somebody has looked at that, the address that comes after taking it."""
    paper = await open_paper(request)
    content = file_in(sent, MOST_BODY_BYTES)
    found, marks = await _document(paper, content)
    looked_at, made = sent.text("review"), await _review(request, paper, found, marks)
    if not looked_at:
        return _page(paper, content, made)
    try:
        if looked_at != made.version:
            raise NotTaken
        for each in made.changes:
            await _save(request, paper, each)
    except NotTaken:
        paper = await open_paper(request)
        made = await _review(request, paper, found, marks)
        changed = Fault("main", "Somebody changed the paper meanwhile. Look at what would change now.")
        return response(request, _page(paper, content, made, [changed]), 422)
    return f"{paper.address}/word?taken={len(made.changes)}"


async def _document(paper: KeptPaper, content: bytes) -> tuple[Returned, Marks]:
    """The document, if it is one of this paper, and its marks. What is wrong with it is said at its field."""
    try:
        found = await asyncio.to_thread(returned, content)
    except Refusal as reason:
        raise NotTaken(Fault("file", reason.message)) from reason
    if not found.said.narratives:
        raise NotTaken(Fault("file", "The selected file must be the Word document of a paper, with its boxes."))
    quarter = None if found.marks is None else quarter_named(found.marks.quarter)
    if found.marks is None or quarter is None:
        lost = "The document does not say when it was downloaded. Download the paper again, and copy your text into it."
        raise NotTaken(Fault("file", lost))
    if found.marks.board != paper.board["code"]:
        raise NotTaken(Fault("file", f"This is the paper of another ICB, {found.marks.board}."))
    if quarter != paper.quarter:
        raise NotTaken(Fault("file", f"This is the paper of {quarter.label}. Upload it there."))
    return found, found.marks


async def _review(request: Request, paper: KeptPaper, found: Returned, marks: Marks) -> Review:
    """What would be taken, and what not: also where the service would refuse it."""
    now = await asyncio.to_thread(returned, await asyncio.to_thread(word, paper))
    made = review(found.said, marks, now.said, paper.headings)
    refused = []
    for each in made.changes:
        try:
            await _save(request, paper, each, validateOnly=True)
        except NotTaken as wrong:
            refused.append(Left(each.heading, " ".join(fault.message for fault in wrong.faults), each.will_be))
    return made.without(refused)


async def _save(request: Request, paper: KeptPaper, change: Change, **more: bool) -> None:
    version = paper.own_version(change.heading)
    given = {"section": change.heading, "words": change.will_be, "expectedVersion": version}
    await carry_out(request, paper, "saveNarrative", **given, **more)


def _page(paper: KeptPaper, content: bytes, made: Review, faults: Sequence[Fault] = ()) -> View:
    return view(
        "paper-upload-review.html",
        "What is in your document",
        paper=paper,
        review=made,
        slug=slug,
        content=carried(content),
        most=_MOST_SHOWN,
        faults=faults,
    )
