"""A paper as a Word document and as a PDF."""

import asyncio
import io
import re
import threading
import zlib
from contextlib import suppress

import pytest
from docx import Document

from schema.errors import Refusal
from schema.periods import long_date
from service.pages.papers import pdf
from service.pages.papers.boxes import EMPTY
from service.reads.reader import today
from tests.service.pages.papers.documents import PAPER, part, word_of
from tests.service.pages.papers.test_pages import PAPER as FROZEN
from tests.service.pages.papers.test_pages import TITLE, complete, send
from tests.service.pages.returns.filling import words


async def test_a_chart_stands_in_its_section_with_words_for_those_who_cannot_see_it(writer):
    page = await writer.get(PAPER)
    assert "<svg" in page.text
    said = words(page.text)
    assert "3 figures, from 75% (Q4 2024/25) to 82% (Q2 2025/26)." in said
    assert "It is judged against a target of more than 90% by 31 March 2025." in said


async def test_the_word_document_has_what_a_committee_paper_has(writer):
    content = await word_of(writer)
    document = Document(io.BytesIO(content))
    text = part(content, "word/document.xml")
    headings = [each.text for each in document.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings[:2] == ["Contents", "Summary"]
    assert "Actions" in headings
    assert TITLE["recommendation"] in text
    assert 'TOC \\o "1-1"' in text
    footer = part(content, "word/footer1.xml")
    assert " PAGE " in footer
    state = f"Draft of {long_date(today())}"
    assert [state in each for each in (text, footer)] == [True, True]
    assert "Q2 2025/26" in part(content, "word/header1.xml")
    assert "SEQ Figure" in text
    assert len(document.inline_shapes) == 1
    assert re.search(r'<wp:docPr[^>]* descr="[^"]*3 figures, from 75%', text)
    # A column of figures is set to the right, and one of words is not.
    (ratings,) = (each for each in document.tables if each.cell(0, 0).text == "CQC rating")
    assert [ratings.cell(1, at).paragraphs[0].alignment for at in range(3)] == [None, 2, None]


async def test_a_frozen_document_says_so_and_has_no_box_to_write_in(person):
    client = await person("Ada Board", "Approve", "QKS")
    # Where nobody has frozen it yet.
    if "Frozen on" not in (await client.get(FROZEN)).text:
        await complete(client)
        assert (await send(client, f"{FROZEN}/freeze")).status_code == 303
    content = (await client.get(f"{FROZEN}.docx")).content
    state = f"Frozen on {long_date(today())} by Ada Board"
    assert [state in part(content, f"word/{name}.xml") for name in ("document", "footer1")] == [True, True]
    assert EMPTY not in part(content, "word/document.xml")


async def test_the_pdf_says_how_far_the_paper_is(writer, monkeypatch):
    pages: list[str] = []

    def keep(page: str) -> bytes:
        pages.append(page)
        return b""

    monkeypatch.setattr(pdf, "_set", keep)
    await writer.get(f"{PAPER}.pdf")
    assert f'<p class="state">Draft of {long_date(today())}</p>' in pages[0]
    # The same stands at the foot of each page.
    assert "content:string(state)" in pages[0]


async def test_the_pdf_is_tagged_and_has_what_the_page_says(writer):
    answer = await writer.get(f"{PAPER}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    parts = [answer.content]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", answer.content, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    whole = b"".join(parts)
    for said in (b"/StructTreeRoot", b"/Figure", b"pdfuaid", b"/Lang"):
        assert said in whole


def test_a_machine_without_pango_refuses_the_pdf_in_a_sentence(monkeypatch):
    def missing(_: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf, "import_module", missing)
    with pytest.raises(Refusal) as refused:
        pdf._set.__wrapped__("<p>A page</p>")
    assert refused.value.code == "page/no-pdf"


async def test_so_many_wait_for_a_pdf_and_the_next_is_asked_to_come_back(writer):
    go_on = threading.Event()
    busy = pdf._THREAD.submit(go_on.wait)
    try:
        waiting = [asyncio.create_task(writer.get(f"{PAPER}.pdf")) for _ in range(pdf.MOST_WAITING + 1)]
        done, waiting_still = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        [late] = [each.result() for each in done]
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        assert "Too many people are waiting for a PDF file." in words(late.text)
    finally:
        go_on.set()
        busy.result()
    assert {(await each).status_code for each in waiting_still} == {200}


async def test_a_form_of_the_paper_that_does_not_exist_is_not_there(writer):
    assert (await writer.get(f"{PAPER}.odt")).status_code == 404
    writer.cookies.clear()
    for ending in ("docx", "pdf"):
        assert (await writer.get(f"{PAPER}.{ending}")).status_code == 404
