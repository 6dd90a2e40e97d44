"""The addresses of papers."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.periods import Period, quarter_named
from service.pages.acting import Act, Show, acting
from service.pages.paper import LISTED
from service.pages.papers import writing
from service.pages.papers.files import paper_file
from service.pages.papers.kept import KeptPaper, kept_paper, slug
from service.pages.papers.upload import MOST_BODY_BYTES, show_upload, upload
from service.pages.quarters import QUARTERS_LISTED, last_quarters, latest, quarter_after
from service.pages.scope import own_organisation, writer
from service.pages.showing import View, board_of, page, read, view

_PAPERS = "query Papers($board: OdsCode!) { papers(board: $board) { quarter datedOn frozenAt frozenBy isSuperseded } }"


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/papers", page(_papers)),
        Route("/papers/{quarter}.{ending}", paper_file),
        Route("/papers/{quarter}", page(_paper)),
        _form("/papers/{quarter}/word", show_upload, upload, most_bytes=MOST_BODY_BYTES),
        _form("/papers/{quarter}/title", writing.show_title, writing.save_title),
        _form("/papers/{quarter}/narratives/{section}", writing.show_narrative, writing.save_narrative),
        _form("/papers/{quarter}/actions/{number}", writing.show_action, writing.save_action),
        _form("/papers/{quarter}/freeze", writing.show_freeze, writing.freeze),
    ]


def _form(address: str, show: Show, act: Act, most_bytes: int = 1_000_000) -> BaseRoute:
    return Route(address, acting(show, act, most_bytes), methods=["GET", "POST"])


async def _papers(request: Request) -> View:
    """The papers that the reader may see; who writes papers can start that of each quarter that has figures."""
    board = await board_of(request)
    found = {_quarter(each["quarter"]): each for each in (await read(request, _PAPERS, board=board["code"]))["papers"]}
    may_write = await _may_write(request, board["code"])
    more = [each for each in await _with_figures(request) if each not in found] if may_write else []
    papers = sorted([*found, *more], key=lambda each: each.starts, reverse=True)
    return view(
        "papers.html",
        "Committee papers",
        papers=[(each, found.get(each)) for each in papers],
        board=board,
        here="/papers",
    )


async def _may_write(request: Request, board: str) -> bool:
    """Whether the reader acts for the ICB, or for every organisation."""
    by = await writer(request)
    return by is not None and await own_organisation(request, by) in (None, board)


async def _with_figures(request: Request) -> list[Period]:
    """The last quarter, and those before it that have figures."""
    quarters = last_quarters(QUARTERS_LISTED)
    asked = " ".join(
        f'q{at}: figures(first: 1, filter: {{period: {{quarter: {{eq: "{each.code}"}}}}}}) {{ nodes {{ revision }} }}'
        for at, each in enumerate(quarters)
    )
    found = await read(request, f"{{ {asked} }}")
    return [each for at, each in enumerate(quarters) if at == 0 or found[f"q{at}"]["nodes"]]


async def _paper(request: Request) -> View:
    paper = await kept_paper(request)
    next_one = await _next(request, paper) if paper.is_frozen else None
    return view(
        "paper.html", paper.paper.title, paper=paper, slug=slug, listed=LISTED, next_one=next_one, here="/papers"
    )


async def _next(request: Request, paper: KeptPaper) -> Period | None:
    """The quarter after a paper's, when it has ended, has no paper yet, and the reader can start it."""
    after, board = quarter_after(paper.quarter), paper.board["code"]
    if after.ends > latest().ends or not await _may_write(request, board):
        return None
    papers = (await read(request, _PAPERS, board=board))["papers"]
    return after if after.code not in {each["quarter"] for each in papers} else None


def _quarter(code: str) -> Period:
    found = quarter_named(code)
    if found is None:
        raise ValueError(f"{code} is not a quarter, and has a paper")
    return found
