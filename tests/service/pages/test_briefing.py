"""The committee paper as a page, as a Word document and as JSON, at one address."""

import asyncio
import datetime as dt
import io
import re
import shutil
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.shared import Pt

from service.config import settings
from service.pages.paper import Grid, Listed, Paper, Part, Run
from service.pages.word import word
from tests.serving import serving

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DAY = "asOf=2025-01-31"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize(
    ("address", "accept", "kind"),
    [
        ("/briefing.html", "*/*", "text/html; charset=utf-8"),
        ("/briefing.docx", "*/*", WORD),
        ("/briefing.json", "*/*", "application/json"),
        ("/briefing", "text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/briefing", "application/json", "application/json"),
        ("/briefing", WORD, WORD),
        ("/briefing", "*/*", "text/html; charset=utf-8"),
    ],
)
async def test_the_ending_or_what_the_client_takes_says_in_which_form(client, address, accept, kind):
    response = await client.get(f"{address}?{DAY}", headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, kind)


async def test_the_paper_of_a_quarter_is_that_of_its_last_day(client):
    paper = (await client.get("/briefing.json?quarter=2025-26-Q1")).json()
    assert paper["asOf"] == "2025-06-30"


async def test_every_number_of_the_page_leads_to_its_figure_and_that_to_its_history(client):
    page = (await client.get(f"/briefing.html?{DAY}")).text
    leads = re.findall(r'<a href="#(figure-[0-9]+)">', page)
    rows = re.findall(r'<tr id="(figure-[0-9]+)">', page)
    assert len(leads) > 100
    assert set(leads) == set(rows)
    assert rows == [f"figure-{at}" for at in range(1, len(rows) + 1)]
    for address in sorted(set(re.findall(r'href="(/charts/[^"]+)"', page))):
        assert (await client.get(address)).status_code == 200
    assert "<h2>Published numbers that do not add up</h2>" in page
    ElementTree.fromstring(
        page.removeprefix("<!doctype html>")
        .replace('<meta charset="utf-8">', "")
        .replace('<meta name="viewport" content="width=device-width">', "")
    )


async def test_the_word_document_has_headings_captions_tables_and_links(client):
    response = await client.get(f"/briefing.docx?{DAY}")
    assert response.headers["content-disposition"] == 'attachment; filename="briefing-2025-01-31.docx"'
    document = Document(io.BytesIO(response.content))
    styles = [_style(paragraph) for paragraph in document.paragraphs]
    paper = (await client.get(f"/briefing.json?{DAY}")).json()
    headings = [paragraph.text for paragraph in document.paragraphs if _style(paragraph) == "Heading 1"]
    assert document.core_properties.created is not None
    assert (dt.datetime.now(dt.UTC) - document.core_properties.created).days == 0
    assert styles[0] == "Title"
    assert headings == [each["heading"] for each in paper["sections"]] + [
        "Published numbers that do not add up",
        "Figures in this paper",
    ]
    assert styles.count("Caption") == len(document.tables)
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(response.content)).read("word/document.xml"))
    assert len([*root.iter(f"{W}tblHeader")]) == len(document.tables)
    links = [link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")]
    bookmarks = [mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")]
    assert len(links) == sum(len(section["numbers"]) for section in paper["sections"])
    assert set(links) <= set(bookmarks)
    assert len(set(bookmarks)) == len(bookmarks)
    sentences = [sentence for section in paper["sections"] for sentence in section["sentences"]]
    assert set(sentences) <= {"".join(run.itertext()) for run in root.iter(f"{W}p")}


async def test_a_day_on_which_nothing_was_known_has_a_paper_without_figures(client):
    paper = (await client.get("/briefing.json?asOf=2020-01-01")).json()
    assert paper["sections"] == []
    assert (await client.get("/briefing.html?asOf=2020-01-01")).status_code == 200
    assert (await client.get("/briefing.docx?asOf=2020-01-01")).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/briefing.pdf", 404),
        ("/briefing?quarter=bogus", 400),
        ("/briefing?asOf=yesterday", 400),
        ("/briefing.docx?asOf=2025-02-30", 400),
    ],
)
async def test_what_cannot_be_given_is_said_in_a_sentence(client, address, status):
    response = await client.get(address)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert response.text.strip().endswith(".")


async def test_where_reading_needs_a_key_the_paper_does_too(server, seeded):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, host="0.0.0.0")) as client:
        assert (await client.get("/briefing")).status_code == 401


def _style(paragraph: Any) -> str:
    return str(paragraph.style.name)


def test_a_word_document_holds_whatever_a_text_may_hold():
    strange = "a\x00b\x1f<&>\ud83d\ude00 \u202e\ud800\ufffe end"
    text = (Run(strange), Run("7%", 1))
    figures = [Listed([strange] * 8, "/charts/a/QKS")]
    paper = Paper(strange, [Part(strange, [text], [Grid(strange, ["a", ""], [[text, ()]])])], [strange], figures)
    document = Document(io.BytesIO(word(paper)))
    assert "<&>" in document.paragraphs[0].text
    assert len(document.tables) == 2


def test_a_long_address_pushes_no_column_off_the_page():
    address = "https://digital.nhs.uk/" + "a" * 200
    cells = ["1", "Practices", "Board", "2025", "7", "1", "A source", f"See {address}."]
    paper = Paper("Title", [], [], [Listed(cells, "/charts/a/QKS")])
    document = Document(io.BytesIO(word(paper)))
    section, table = document.sections[-1], document.tables[0]
    assert section.page_width is not None
    room = section.page_width - (section.left_margin or 0) - (section.right_margin or 0)
    widths = [cell.width or 0 for cell in table.rows[1].cells]
    # Word keeps widths in twentieths of a point.
    assert sum(widths) <= room + len(widths) * Pt(1) / 20
    assert min(widths) > 0.02 * room


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
async def test_the_word_document_opens_in_libreoffice(client, tmp_path):
    (tmp_path / "briefing.docx").write_bytes((await client.get(f"/briefing.docx?{DAY}")).content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    process = await asyncio.create_subprocess_exec(*command, "--outdir", tmp_path, tmp_path / "briefing.docx")
    assert await asyncio.wait_for(process.wait(), 120) == 0
    assert (tmp_path / "briefing.pdf").read_bytes().startswith(b"%PDF")
