"""A paper becomes a PDF: its own page, set for A4, tagged so that it can be read aloud."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib import import_module
from typing import Any, NoReturn

from schema.errors import Refusal
from service.at_once import AtOnce
from service.pages.frame import rendered
from service.pages.paper import LISTED
from service.pages.papers.kept import KeptPaper, slug

# Setting a paper takes seconds of one processor: one after the other, next to the threads that answer everything else.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="pdf")
_MOST_KEPT = 8
# The last of them waits for half a minute.
MOST_WAITING = 8
_WAITING = AtOnce(MOST_WAITING, "Too many people are waiting for a PDF file.")


async def pdf(paper: KeptPaper) -> bytes:
    """The document, as PDF/UA.

    Refusals: `page/no-pdf`, where the machine lacks the library that sets it, and `page/busy`.
    """
    page = rendered("paper.html", paper.paper.title, paper=paper, slug=slug, listed=LISTED, base="paper-print.html")
    with _WAITING:
        return await asyncio.get_running_loop().run_in_executor(_THREAD, _set, page)


@lru_cache(_MOST_KEPT)
def _set(page: str) -> bytes:
    """The PDF of a page. The same page is set once."""
    try:
        # Only here: where its libraries are not installed, everything else works.
        setting = import_module("weasyprint")
    except OSError as reason:
        raise Refusal("page/no-pdf", "This service cannot make PDF files.") from reason
    made: bytes = setting.HTML(string=page, url_fetcher=_fetches_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _fetches_nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    """A paper names nothing that has to be fetched, and what people write in it cannot either."""
    raise ValueError(f"a paper does not load {url[:80]}")
