"""The lists of a narrative in the Word document of its paper, and how they come back from it."""

import io
import re

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from service.pages.papers.boxes import EMPTY, NARRATIVE
from service.pages.papers.numbering import lists_of
from service.pages.papers.returned import returned
from tests.service.pages.papers.documents import PAPER, word_of
from tests.service.pages.papers.test_upload import box_of, edited, look, take, write, zipped

NUMBERING = "word/numbering.xml"
# As Word writes the lists of its own buttons: bullets of its font of symbols, letters with brackets, and no marks.
OF_WORD = "".join(
    f'<w:abstractNum w:abstractNumId="{at}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="{printed}"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="o"/></w:lvl></w:abstractNum>'
    for at, kind, printed in ((901, "bullet", "\uf0b7"), (902, "lowerLetter", "%1)"), (903, "none", ""))
)
NUMBERS = (
    "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/>{more}</w:num>'
        for at, more in (
            (901, ""),
            (902, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>'),
            (903, ""),
        )
    )
    + '<w:num w:numId="904"><w:abstractNumId w:val="902"/></w:num>'
)


def paragraph(text: str, number: int | None = None, level: int = 0, style: str = "ListParagraph") -> str:
    """A paragraph as Word writes it, in a list of its own if it has one."""
    within = "" if number is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{within}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def with_lists(content: bytes, *paragraphs: str) -> bytes:
    """The document with these paragraphs in the box of the summary, and the lists of Word."""
    box = box_of(content, "summary")
    within = f"<w:sdtContent>{''.join(paragraphs)}</w:sdtContent>"
    changed = re.sub(r"<w:sdtContent>.*</w:sdtContent>", lambda _: within, box, flags=re.DOTALL)
    content = edited(content, ("<w:abstractNum ", f"{OF_WORD}<w:abstractNum "), name=NUMBERING)
    return edited(edited(content, ("</w:numbering>", f"{NUMBERS}</w:numbering>"), name=NUMBERING), (box, changed))


@pytest.mark.parametrize(
    "text",
    [
        "Hubs gave more:\n- in Ashford\n- in Deal\n\nThey close in June,\nor later.",
        "Hubs:\n\n* in Ashford\n\n* in Deal\nThey close.\n\n• One\n• Two\n- Three",
        "1. Ashford\n2. Deal\n5. Swale\n\n1. Thanet\n1. Dover\n\nEnd.",
        "– Ashford\n· Deal\n- Swale\n\n0. Thanet\n1. Dover\n\n100. End.",
        # As many lists as a narrative can have.
        "\n".join(["1. a"] * 4_000),
    ],
)
async def test_a_text_with_lists_comes_back_as_somebody_typed_it(writer, text):
    await write(writer, "summary", text)
    assert returned(await word_of(writer)).said.narratives["summary"] == text


async def test_a_list_is_one_in_word(writer):
    await write(writer, "summary", "Hubs:\n- in Ashford\n\n7. They close.")
    content = await word_of(writer)
    box = box_of(content, "summary")
    assert "- in Ashford" not in box
    numbers = re.findall(r'<w:numId w:val="(\d+)"/>', box)
    numbering = Document(io.BytesIO(content)).part.numbering_part.element
    lists = [numbering.xpath(f"w:num[@w:numId={each}]")[0] for each in numbers]
    levels = [numbering.xpath(f"w:abstractNum[@w:abstractNumId={each.abstractNumId.val}]/w:lvl")[0] for each in lists]
    printed = [[level.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("numFmt", "lvlText")] for level in levels]
    assert printed == [["bullet", "-"], ["decimal", "%1."]]
    assert [each.lvlOverride_lst[0].startOverride.val for each in lists] == [1, 7]


async def test_a_list_that_somebody_made_in_word_is_taken_as_lines(writer):
    made = with_lists(
        await word_of(writer),
        paragraph("Hubs:", style="Normal"),
        paragraph("in Ashford", 901),
        paragraph("on Saturdays", 901, level=1),
        paragraph("in Deal", 901),
        paragraph("They close.", 902),
        paragraph("They open.", 902),
        paragraph("No mark.", 903),
        paragraph("No list.", 0, style="ListBullet"),
        paragraph("By its style.", style="ListBullet"),
        paragraph("- typed", style="Normal"),
        paragraph("- as well", style="Normal"),
    )
    assert returned(made).said.narratives["summary"] == (
        "Hubs:\n\n• in Ashford\n• on Saturdays\n• in Deal\n\n4. They close.\n5. They open.\n\nNo mark.\n\nNo list.\n\n"
        "• By its style.\n\n- typed\n- as well"
    )
    await take(writer, await look(writer, made))
    page = (await writer.get(PAPER)).text
    assert "<li>in Ashford</li><li>on Saturdays</li><li>in Deal</li></ul>" in page
    assert '<ol class="nhsuk-list nhsuk-list--number" start="4"><li>They close.</li>' in page


async def test_an_item_that_is_added_between_two_takes_the_number_after_the_first(writer):
    await write(writer, "summary", "1. Ashford\n2. Deal")
    content = await word_of(writer)
    [first, _] = re.findall(r"<w:p>.*?</w:p>", box_of(content, "summary"), re.DOTALL)
    changed = edited(content, (first, first + first.replace("Ashford", "Swale")))
    assert returned(changed).said.narratives["summary"] == "1. Ashford\n2. Swale\n3. Deal"


@pytest.mark.parametrize(("lists", "numbers"), [((902, 904, 902), "456"), ((904, 904, 902), "124"), ((904,), "1")])
async def test_lists_that_share_their_levels_go_on_from_one_another(writer, lists, numbers):
    """Word counts so, but where a list has a number of its own to begin with, as the first of these has."""
    made = with_lists(await word_of(writer), *(paragraph("Hub.", each) for each in lists))
    said = returned(made).said.narratives["summary"] or ""
    assert re.findall(r"(\d)\. Hub\.", said) == list(numbers)


async def test_a_list_is_found_by_the_style_that_its_own_is_based_on_and_by_a_style_for_lists(writer):
    made = with_lists(
        await word_of(writer),
        paragraph("By its style.", style="Third"),
        paragraph("In none.", style="Round"),
        paragraph("By a style for lists.", 905),
        paragraph("In none either.", 906),
    )
    of_lists = (
        '<w:abstractNum w:abstractNumId="905"><w:numStyleLink w:val="Third"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="906"><w:numStyleLink w:val="Round"/></w:abstractNum><w:abstractNum '
    )
    made = edited(made, ("<w:abstractNum ", of_lists), name=NUMBERING)
    numbers = "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (905, 906))
    made = edited(made, ("</w:numbering>", f"{numbers}</w:numbering>"), name=NUMBERING)
    based = {"Third": "Second", "Second": "First", "Round": "About", "About": "Round"}
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:basedOn w:val="{on}"/></w:style>'
        for name, on in based.items()
    )
    first = '<w:pPr><w:numPr><w:numId w:val="902"/></w:numPr></w:pPr>'
    styles += f'<w:style w:type="paragraph" w:styleId="First">{first}</w:style></w:styles>'
    made = edited(made, ("</w:styles>", styles), name="word/styles.xml")
    assert returned(made).said.narratives["summary"] == (
        "4. By its style.\n\nIn none.\n\n1. By a style for lists.\n\nIn none either."
    )


@pytest.mark.parametrize("within", [901, 902])
async def test_the_words_of_the_service_are_nobodys_item(writer, within):
    content = await word_of(writer)
    untouched, written = paragraph(EMPTY, within), paragraph("More nurses.", within)
    assert returned(with_lists(content, untouched)).said.narratives["summary"] is None
    said = returned(with_lists(content, untouched, written)).said.narratives["summary"]
    assert said == ("• More nurses." if within == 901 else "4. More nurses.")


def test_styles_that_are_based_on_one_another_are_followed_once():
    of_word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    styles = "".join(f'<w:style w:styleId="{at}"><w:basedOn w:val="{at + 1}"/></w:style>' for at in range(20_000))
    last = '<w:style w:styleId="20000"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
    of_styles = lists_of(None, parse_xml(f'<w:styles xmlns:w="{of_word}">{styles}{last}</w:styles>')).of_styles
    assert set(of_styles.values()) == {"7"}


def test_lists_that_share_levels_do_not_copy_them():
    """With a copy for each list, four hundred million levels would fill the memory."""
    of_word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    levels = "".join(f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="bullet"/></w:lvl>' for at in range(20_000))
    lists = "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="1"/></w:num>' for at in range(20_000))
    numbering = f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>{lists}'
    items = paragraph("One.", 7) + paragraph("Two.", 7, level=8) + paragraph("Three.", 7, level=9)
    box = f'<w:sdt><w:sdtPr><w:tag w:val="{NARRATIVE}summary"/></w:sdtPr><w:sdtContent>{items}</w:sdtContent></w:sdt>'
    content = zipped(
        f'<w:document xmlns:w="{of_word}"><w:body>{box}</w:body></w:document>',
        f'<w:numbering xmlns:w="{of_word}">{numbering}</w:numbering>',
    )
    assert returned(content).said.narratives["summary"] == "• One.\n• Two.\n\nThree."
