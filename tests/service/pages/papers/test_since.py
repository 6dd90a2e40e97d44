"""What a paper says about those before and after it, and about figures that were corrected since it was frozen."""

import io
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from docx import Document

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.pages.frame import rendered
from service.pages.paper import LISTED
from service.pages.papers.kept import KeptPaper, paper_for, slug
from service.pages.papers.word import word
from tests.service.pages.returns.filling import words
from tests.service.writes.submitting import ADA, BOB, figure, give, update
from tests.service.writes.test_papers import NEXT, PAPER, command, complete

SAME = "Recommendation The committee is asked to note the report. Unchanged since the last paper."


async def ask(database: Database, text: str, **variables: Any) -> Any:
    request = GraphQLRequest(text, variables)
    return orjson.loads(await Executor(graph._schema, database).data(request, Caller(BOB), may_write=False))


async def paper(database: Database, quarter: str) -> KeptPaper:
    board = {"code": "QKS", "name": "NHS Kent and Medway Integrated Care Board"}
    return await paper_for(BOB, partial(ask, database), quarter, board)


def printed(kept: KeptPaper) -> str:
    """What the PDF of a paper says."""
    values = {"paper": kept, "slug": slug, "listed": LISTED, "base": "paper-print.html"}
    return words(rendered("paper.html", kept.paper.title, **values))


def said_in_word(kept: KeptPaper) -> str:
    """What its Word document says, table by table after the paragraphs."""
    document = Document(io.BytesIO(word(kept)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(each.text for each in document.paragraphs), *cells])


async def test_a_frozen_paper_says_which_of_its_figures_were_corrected_or_withdrawn(writable):
    await complete(writable)
    await command(writable, "freezePaper", by=ADA)
    await update(writable, figure(70.62, period="2025-01-31", reason="Counted again."))
    text = '{ figures(filter: {metric: {code: {eq: "cloud_telephony_percent"}}}) { nodes { id } } }'
    [telephony] = (await ask(writable, text))["figures"]["nodes"]
    withdrawal = {"figure": telephony["id"], "revision": 0, "expectedRevision": 1, "reason": "Not ours."}
    await give(writable, "restoreFigure", withdrawal, by=ADA)
    kept = await paper(writable, PAPER["quarter"])
    for text in (printed(kept), said_in_word(kept)):
        assert "Figures in it were corrected or withdrawn after it was frozen on" in text
        assert "Practices with call back, 31 January 2025: was 69.57%, is now 70.62%" in text
        assert "Practices with cloud telephony, 31 January 2025: was 100%, is now withdrawn" in text
    assert len(kept.corrections) == 2


async def test_a_frozen_paper_leads_to_the_next_one_and_says_what_that_changes(writable):
    await complete(writable)
    await command(writable, "freezePaper", by=ADA)
    await update(writable, figure(75, reason="As counted."), quarter=NEXT["quarter"])
    await complete(writable, NEXT["quarter"])
    await command(writable, "freezePaper", by=ADA, **NEXT)
    kept = await paper(writable, PAPER["quarter"])
    assert kept.corrections == ()
    for text in (printed(kept), said_in_word(kept)):
        assert (
            "There is a later paper, for Q1 2025/26. "
            "Since this paper, 1 target has changed status and 1 figure is different." in text
        )
        assert "Practices with call back: was “Cannot be assessed”, is now “Missed”" in text
    assert (await paper(writable, NEXT["quarter"])).later is None


async def test_a_recommendation_that_the_last_paper_had_says_so(writable):
    await complete(writable)
    assert "Unchanged" not in printed(await paper(writable, NEXT["quarter"])), "of a draft nobody has read anything"
    await command(writable, "freezePaper", by=ADA)
    before = await paper(writable, PAPER["quarter"])
    carried = await paper(writable, NEXT["quarter"])
    assert [SAME in printed(each) for each in (before, carried)] == [False, True], "before anybody has started it"
    await command(writable, "savePaper", **NEXT)
    carried = await paper(writable, NEXT["quarter"])
    assert SAME in printed(carried)
    assert SAME.replace("Recommendation", "Recommendation:") in said_in_word(carried)
    await command(writable, "savePaper", **NEXT, recommendation="Approve the plan.")
    assert "Unchanged" not in printed(await paper(writable, NEXT["quarter"]))


async def test_every_target_is_in_the_summary_and_what_cannot_be_judged_comes_last(writable):
    kept = await paper(writable, PAPER["quarter"])
    statuses = [each["status"] for each in kept.targets]
    assert len(statuses) == len(kept.content["targets"])
    assert set(statuses[-6:]) == {"NO_DATA"}
    summary = printed(kept).partition("Targets in this paper")[2].partition("General practice services")[0]
    row = "Networks approved as learning environments No figure yet No figure is published against a target of 100%."
    assert row in summary
    assert "Electronic fit notes, Medway NHS Foundation Trust No figure yet" in said_in_word(kept)


async def test_a_status_says_from_how_few_members_it_is(writable):
    kept = await paper(writable, PAPER["quarter"])
    few = [{**each, "restsOn": 2, "of": 43} for each in kept.content["targets"]]
    was = [{**each, "status": "MISSED"} for each in few]
    kept = replace(kept, content={**kept.content, "targets": few}, last={**kept.content, "targets": was})
    for text in (printed(kept), said_in_word(kept)):
        assert "Practices with call queuing Met (from 2 of 43 members) 100% against" in text
        assert (
            "Practices with call queuing: was “Missed (from 2 of 43 members)”, is now “Met (from 2 of 43 members)”."
            in text
        )


async def test_a_table_with_many_columns_is_on_a_page_that_lies_on_its_side(writable):
    kept = await paper(writable, PAPER["quarter"])
    wide = [part.heading for part in kept.body if part.is_wide]
    assert "Progress against targets" in wide
    page = rendered("paper.html", "", paper=kept, slug=slug, listed=LISTED, base="paper-print.html")
    assert '<section class="sideways">\n<h2 id="progress-against-targets">' in page
    assert page.count('<section class="sideways">') == len(wide)
    assert "@page wide{size:A4 landscape}" in page
    assert ".sideways{page:wide}" in page
