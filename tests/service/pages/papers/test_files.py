"""A paper as a Word document and as a PDF; and the Word document, edited and uploaded."""

import asyncio
import io
import re
import threading
import zipfile
import zlib
from contextlib import suppress

import httpx
import pytest
from docx import Document

from schema.enumerations import Role
from schema.errors import Refusal
from service.pages.papers import pdf
from service.pages.papers.returned import returned
from service.pages.papers.word import TAG
from tests.service.pages.papers.test_pages import TITLE, send
from tests.service.pages.returns.filling import Form, words

PAPER = "/papers/2025-26-Q2"
WORDS = "Fewer practices ring back.\n\nWe know why."
UPDATE = """mutation { updateQuarterlyFigures(input: {quarter: "%s", organisation: "QKS", figures: [
    {metric: "call_back_percent", organisation: "QKS", value: %s, reason: "As counted."}]}) { problems { code } } }"""


async def word_of(client: httpx.AsyncClient) -> bytes:
    answer = await client.get(f"{PAPER}.docx")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="paper-2025-26-Q2.docx"'
    return answer.content


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def edited(content: bytes, *changes: tuple[str, str]) -> bytes:
    """The document with some of its words changed, as Word would save it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(held, "w") as made:
        for name in archive.namelist():
            text = archive.read(name)
            if name == "word/document.xml":
                for before, after in changes:
                    assert before.encode() in text
                    text = text.replace(before.encode(), after.encode(), 1)
            made.writestr(name, text)
    return held.getvalue()


async def take(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    form = Form((await client.get(f"{PAPER}/word")).text)
    return await client.post(form.action, data=form.fields, files={"file": ("paper.docx", content)})


@pytest.fixture
async def writer(person, key_of) -> httpx.AsyncClient:
    """Somebody who writes a paper that has a title block, a narrative and a chart."""
    client: httpx.AsyncClient = await person("Ann Board", "Submit", "QKS")
    key = await key_of("Sends", Role.APPROVER)
    for quarter, value in (("2024-25-Q4", 75), ("2025-26-Q1", 78), ("2025-26-Q2", 82)):
        await client.post("/graphql", json={"query": UPDATE % (quarter, value)}, headers=key)
    await send(client, f"{PAPER}/title", **TITLE)
    await send(client, f"{PAPER}/narratives/summary", words=WORDS, owner="Ann")
    return client


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
    assert " PAGE " in part(content, "word/footer1.xml")
    assert "Q2 2025/26" in part(content, "word/header1.xml")
    assert "SEQ Figure" in text
    assert len(document.inline_shapes) == 1
    assert re.search(r'<wp:docPr[^>]* descr="[^"]*3 figures, from 75%', text)
    # A column of figures is set to the right, and one of words is not.
    (ratings,) = (each for each in document.tables if each.cell(0, 0).text == "CQC rating")
    assert [ratings.cell(1, at).paragraphs[0].alignment for at in range(3)] == [None, 2, None]


async def test_an_edited_narrative_is_uploaded_and_nothing_else(writer):
    original = await word_of(writer)
    changed = edited(
        original, ("We know why.", "We know why, and what to do."), ("GP practices", "marvellous practices")
    )
    answer = await take(writer, changed)
    assert answer.headers["location"] == f"{PAPER}/word?taken=1&left=1"
    said = words((await writer.get(answer.headers["location"])).text)
    assert "1 narrative taken from the document." in said
    assert "1 paragraph that somebody changed outside of the boxes was not taken." in said
    page = words((await writer.get(PAPER)).text)
    assert "We know why, and what to do." in page
    assert "marvellous" not in page
    again = await take(writer, await word_of(writer))
    assert again.headers["location"] == f"{PAPER}/word?taken=0&left=0"


async def test_paragraphs_that_are_added_to_a_box_come_back_with_it(writer):
    content = await word_of(writer)
    before = returned(content).narratives["summary"]
    more = edited(
        content,
        ("<w:t>We know why.</w:t></w:r></w:p>", "<w:t>Why?</w:t></w:r></w:p><w:p><w:r><w:t>Ask.</w:t></w:r></w:p>"),
    )
    assert before == WORDS
    assert returned(more).narratives["summary"] == "Fewer practices ring back.\n\nWhy?\n\nAsk."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The selected file must be a DOCX."),
        (b"no zip at all", "The selected file must be a DOCX."),
        ("sheet", "The selected file must be a DOCX."),
        ("entity", "The selected file must not declare its own entities."),
        ("wide", "The selected file must not declare its own entities."),
        ("broken", "The selected file cannot be read as a Word document."),
        ("huge", "The selected file is too large when it is unpacked."),
        ("plain", "The selected file must be the Word document of a paper, with its boxes."),
    ],
)
async def test_a_file_that_is_no_paper_is_refused_in_a_sentence(writer, content, said):
    answer = await take(writer, content if isinstance(content, bytes) else hostile(content))
    assert answer.status_code == 422
    assert said in words(answer.text)


def test_what_boxes_within_boxes_say_is_read_once():
    """Boxes that are in each other, forty deep, took time with the square of what they hold."""
    box = f"<w:sdt><w:sdtPr><w:tag w:val='{TAG}summary'/></w:sdtPr><w:sdtContent>"
    within = "<w:p><w:r><w:t>One.</w:t></w:r></w:p>"
    body = f"{box * 40}{within}{'</w:sdtContent></w:sdt>' * 40}"
    document = f"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>{body}"
    assert returned(zipped(f"{document}</w:body></w:document>")).narratives == {"summary": "One."}


def zipped(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text)
    return held.getvalue()


def hostile(kind: str) -> bytes:
    held = io.BytesIO()
    body = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>"
    texts: dict[str, str | bytes] = {
        "entity": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{body}",
        "wide": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{body}".encode("utf-16"),
        "broken": body[:-5],
        "huge": body + " " * 8_000_001,
        "plain": body,
    }
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml" if kind == "sheet" else "word/document.xml", texts.get(kind, body))
    return held.getvalue()


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
