"""The Word document of a paper, edited and uploaded: what it would change is shown, and then taken."""

import io
import re
import zipfile

import httpx
import pytest

from service.pages.papers.boxes import EMPTY, NARRATIVE
from service.pages.papers.returned import returned
from tests.service.pages.papers.documents import PAPER, part, word_of
from tests.service.pages.papers.test_pages import send
from tests.service.pages.returns.filling import Form, words

DOCUMENT, MARKS = "word/document.xml", "docProps/custom.xml"
CHANGED = "Somebody changed this since the document was downloaded."
WHY = ("We know why.", "We know why, and what to do.")


def edited(content: bytes, *changes: tuple[str, str], name: str = DOCUMENT) -> bytes:
    """The document with some words of one of its parts changed, as Word would save it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(held, "w") as made:
        for each in archive.namelist():
            text = archive.read(each)
            if each == name:
                for before, after in changes:
                    assert before.encode() in text
                    text = text.replace(before.encode(), after.encode(), 1)
            made.writestr(each, text)
    return held.getvalue()


def box_of(content: bytes, section: str) -> str:
    """The box of a section, as XML."""
    boxes = re.findall(r"<w:sdt>.*?</w:sdt>", part(content, DOCUMENT), re.DOTALL)
    [found] = [str(box) for box in boxes if f'"{NARRATIVE}{section}"' in box]
    return found


def with_text(content: bytes, section: str, text: str) -> bytes:
    """The document with another text in the box of a section."""
    box = box_of(content, section)
    within = f"<w:sdtContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent>"
    return edited(content, (box, re.sub(r"<w:sdtContent>.*</w:sdtContent>", within, box, flags=re.DOTALL)))


async def look(client: httpx.AsyncClient, content: bytes, paper: str = PAPER) -> httpx.Response:
    """The page that says what a document would change."""
    form = Form((await client.get(f"{paper}/word")).text)
    return await client.post(form.action, data=form.fields, files={"file": ("paper.docx", content)})


async def take(client: httpx.AsyncClient, review: httpx.Response) -> httpx.Response:
    """The answer to the button of that page."""
    form = Form(review.text)
    return await client.post(form.action, data=form.fields)


async def text_of(client: httpx.AsyncClient, section: str) -> str:
    """The narrative of a section, as its form has it."""
    page = (await client.get(f"{PAPER}/narratives/{section}")).text
    [found] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    return words(found)


async def write(client: httpx.AsyncClient, section: str, text: str) -> None:
    answer = await send(client, f"{PAPER}/narratives/{section}", words=text, owner="Ann")
    assert answer.status_code == 303


async def test_what_a_document_would_change_is_shown_before_it_is_taken(writer):
    original = await word_of(writer)
    review = await look(writer, edited(original, WHY, ("GP practices", "marvellous practices")))
    said = words(review.text)
    assert "Nothing is saved yet." in said
    assert (
        "Summary Fewer practices ring back. We know why. Fewer practices ring back. We know why, and what to do."
        in said
    )
    assert "What is not taken Somebody changed the document outside of the boxes." in said
    assert re.search("“[^”]*marvellous practices[^“]*”", said)
    assert await text_of(writer, "summary") == "Fewer practices ring back. We know why."
    taken = await take(writer, review)
    assert taken.headers["location"] == f"{PAPER}/word?taken=1"
    assert "1 narrative taken from the document." in words((await writer.get(taken.headers["location"])).text)
    page = words((await writer.get(PAPER)).text)
    assert "We know why, and what to do." in page
    assert "marvellous" not in page


async def test_a_document_that_nobody_edited_changes_nothing(writer):
    review = await look(writer, await word_of(writer))
    said = words(review.text)
    assert "No narrative would change." in said
    assert "What is not taken" not in said
    assert "Take the narratives" not in said


async def test_an_older_document_does_not_write_over_what_somebody_wrote_since(writer):
    await write(writer, "workforce", "There are nurses.")
    older = await word_of(writer)
    await write(writer, "summary", "They wrote this since.")
    await write(writer, "workforce", "There are more nurses.")
    review = await look(writer, edited(older, WHY))
    said = words(review.text)
    conflict = f"Summary: {CHANGED} The document says: Fewer practices ring back. We know why, and what to do."
    assert conflict in said
    assert f"Workforce: {CHANGED} The document has the older text, so the paper stays as it is." in said
    assert "No narrative would change." in said
    assert await text_of(writer, "summary") == "They wrote this since."


async def test_other_sections_of_an_older_document_are_taken(writer):
    older = await word_of(writer)
    await write(writer, "summary", "They wrote this since.")
    answer = await take(writer, await look(writer, with_text(edited(older, WHY), "workforce", "More nurses.")))
    assert answer.headers["location"].endswith("taken=1")
    assert [await text_of(writer, each) for each in ("summary", "workforce")] == [
        "They wrote this since.",
        "More nurses.",
    ]


async def test_what_changes_between_the_steps_is_looked_at_again(writer):
    review = await look(writer, edited(await word_of(writer), WHY))
    await write(writer, "summary", "They wrote this meanwhile.")
    answer = await take(writer, review)
    assert answer.status_code == 422
    said = words(answer.text)
    assert "Somebody changed the paper meanwhile. Look at what would change now." in said
    assert f"Summary: {CHANGED}" in said
    assert await text_of(writer, "summary") == "They wrote this meanwhile."


async def test_an_untouched_placeholder_deletes_nothing(writer):
    await write(writer, "workforce", "")
    older = await word_of(writer)
    assert EMPTY in box_of(older, "workforce")
    await write(writer, "workforce", "There are nurses.")
    assert "Workforce" not in words((await look(writer, older)).text).partition("What is in your document")[2]


@pytest.mark.parametrize("cleared", ["", "words of Word"])
async def test_a_box_that_somebody_cleared_would_delete_its_text(writer, cleared):
    await write(writer, "workforce", "There are nurses.")
    content = with_text(await word_of(writer), "workforce", cleared)
    if cleared:
        # Word writes words of its own into an empty box, and says so.
        box = box_of(content, "workforce")
        content = edited(content, (box, box.replace("</w:sdtPr>", "<w:showingPlcHdr/></w:sdtPr>")))
    review = await look(writer, content)
    assert "Workforce There are nurses. This text would be deleted." in words(review.text)
    assert (await take(writer, review)).status_code == 303
    assert await text_of(writer, "workforce") == ""


async def test_a_box_that_is_missing_leaves_its_text(writer):
    await write(writer, "workforce", "There are nurses.")
    content = await word_of(writer)
    said = words((await look(writer, edited(content, (box_of(content, "workforce"), "")))).text)
    assert "Workforce: its box is missing, so its text stays." in said


async def test_a_box_that_somebody_copied_keeps_both_texts(writer):
    content = await word_of(writer)
    box = box_of(content, "summary")
    twice = returned(edited(content, (box, box + box.replace("We know why.", "And more.")))).said.narratives["summary"]
    assert twice == "Fewer practices ring back.\n\nWe know why.\n\nFewer practices ring back.\n\nAnd more."


async def test_the_contents_that_word_writes_again_are_no_change(writer):
    content = edited(await word_of(writer), ("<w:t>Actions</w:t>", "<w:t>Actions</w:t><w:tab/><w:t>7</w:t>"))
    assert "outside of the boxes" not in words((await look(writer, content)).text)


async def test_a_text_that_the_service_refuses_is_said_at_its_section(writer):
    said = words((await look(writer, with_text(await word_of(writer), "workforce", "long " * 5_000))).text)
    assert "No narrative would change." in said
    assert re.search(r"Workforce: [^.]*20,000", said)


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (">2025-26-Q2<", ">2024-25-Q4<", "This is the paper of Q4 2024/25. Upload it there."),
        (">QKS<", ">QNX<", "This is the paper of another ICB, QNX."),
        (">2025-26-Q2<", ">some day<", "The document does not say when it was downloaded."),
        ("paper.quarter", "paper.other", "The document does not say when it was downloaded."),
    ],
)
async def test_a_document_of_another_paper_is_refused(writer, before, after, refused):
    content = edited(edited(await word_of(writer), WHY), (before, after), name=MARKS)
    answer = await look(writer, content)
    assert (answer.status_code, refused in words(answer.text)) == (422, True)


async def test_a_document_from_before_it_had_marks_is_refused_with_what_to_do(writer):
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(await word_of(writer))) as archive, zipfile.ZipFile(held, "w") as made:
        for each in archive.namelist():
            if each != MARKS:
                made.writestr(each, archive.read(each))
    answer = await look(writer, held.getvalue())
    assert answer.status_code == 422
    assert "Download the paper again, and copy your text into it." in words(answer.text)


async def test_nothing_is_taken_without_a_file(writer):
    form = Form((await writer.get(f"{PAPER}/word")).text)
    answer = await writer.post(form.action, data=form.fields | {"review": "x"})
    assert (answer.status_code, "Select a file." in words(answer.text)) == (422, True)


async def test_paragraphs_that_are_added_to_a_box_come_back_with_it(writer):
    more = edited(
        await word_of(writer),
        ("<w:t>We know why.</w:t></w:r></w:p>", "<w:t>Why?</w:t></w:r></w:p><w:p><w:r><w:t>Ask.</w:t></w:r></w:p>"),
    )
    assert returned(more).said.narratives["summary"] == "Fewer practices ring back.\n\nWhy?\n\nAsk."


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
        ("spaces", "The document does not say when it was downloaded."),
    ],
)
async def test_a_file_that_is_no_paper_is_refused_in_a_sentence(writer, content, said):
    answer = await look(writer, content if isinstance(content, bytes) else hostile(content))
    assert answer.status_code == 422
    assert said in words(answer.text)


def test_what_boxes_within_boxes_say_is_read_once():
    """Boxes that are in each other, forty deep, took time with the square of what they hold."""
    box = f"<w:sdt><w:sdtPr><w:tag w:val='{NARRATIVE}summary'/></w:sdtPr><w:sdtContent>"
    within = "<w:p><w:r><w:t>One.</w:t></w:r></w:p>"
    body = f"{box * 40}{within}{'</w:sdtContent></w:sdt>' * 40}"
    document = f"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>{body}"
    assert returned(zipped(f"{document}</w:body></w:document>")).said.narratives == {"summary": "One."}


def zipped(text: str, numbering: str | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text)
        if numbering is not None:
            archive.writestr("word/numbering.xml", numbering)
    return held.getvalue()


def hostile(kind: str) -> bytes:
    held = io.BytesIO()
    body = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>"
    # Two lines that are nearly items: to look for their words took time with the square of the spaces.
    line = f"<w:p><w:r><w:t>-{' ' * 1_000_000}</w:t><w:br/><w:t>x</w:t></w:r></w:p>"
    box = (
        f"<w:sdt><w:sdtPr><w:tag w:val='{NARRATIVE}summary'/></w:sdtPr><w:sdtContent>{line * 2}</w:sdtContent></w:sdt>"
    )
    texts: dict[str, str | bytes] = {
        "entity": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{body}",
        "wide": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{body}".encode("utf-16"),
        "broken": body[:-5],
        "huge": body + " " * 8_000_001,
        "plain": body,
        "spaces": body.replace("<w:body/>", f"<w:body>{box}</w:body>"),
    }
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml" if kind == "sheet" else "word/document.xml", texts.get(kind, body))
    return held.getvalue()
