"""The addresses of papers."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Role
from schema.periods import Period, parsed, quarter_named, quarter_of
from service.answers.answers import Answers
from service.pages.acting import Act, Show, acting
from service.pages.paper import LISTED
from service.pages.papers import writing
from service.pages.papers.files import paper_file, show_upload, upload
from service.pages.papers.kept import kept_paper, slug
from service.pages.quarters import quarter_before
from service.pages.showing import View, board_of, page, read, view
from service.reads.reader import today

_PAPERS = "query Papers($board: OdsCode!) { papers(board: $board) { quarter datedOn frozenAt frozenBy isSuperseded } }"


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/papers", page(_papers)),
        Route("/papers/{quarter}.{ending}", paper_file),
        Route("/papers/{quarter}", page(_paper)),
        _form("/papers/{quarter}/word", show_upload, upload, most_bytes=10_000_000),
        _form("/papers/{quarter}/title", writing.show_title, writing.save_title),
        _form("/papers/{quarter}/narratives/{section}", writing.show_narrative, writing.save_narrative),
        _form("/papers/{quarter}/actions/{number}", writing.show_action, writing.save_action),
        _form("/papers/{quarter}/freeze", writing.show_freeze, writing.freeze),
    ]


def _form(address: str, show: Show, act: Act, most_bytes: int = 1_000_000) -> BaseRoute:
    return Route(address, acting(show, act, most_bytes), methods=["GET", "POST"])


async def _papers(request: Request) -> View:
    """The papers that the reader may see; who writes papers can start that of the quarter that ended last."""
    board = await board_of(request)
    found = (await read(request, _PAPERS, board=board["code"]))["papers"]
    papers = [(_quarter(each["quarter"]), each) for each in found]
    viewer = (await Answers.of(request).caller(request)).viewer
    may_write = viewer is not None and viewer.role is not Role.READER
    last = quarter_before(parsed(quarter_of(today())))
    start = last if may_write and last.code not in {each["quarter"] for each in found} else None
    return view("papers.html", "Committee papers", papers=papers, start=start, board=board, here="/papers")


async def _paper(request: Request) -> View:
    paper = await kept_paper(request)
    return view("paper.html", paper.paper.title, paper=paper, slug=slug, listed=LISTED, here="/papers")


def _quarter(code: str) -> Period:
    found = quarter_named(code)
    if found is None:
        raise ValueError(f"{code} is not a quarter, and has a paper")
    return found
