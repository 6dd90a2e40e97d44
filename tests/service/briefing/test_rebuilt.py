"""The paper rebuilt from the seeds, compared number by number with the source document."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.seeds.briefing import GOALS, LIMITS, NUMBERS, lines

SOURCE = Path(__file__).parents[4] / "shared" / "briefing.txt"
DAY = "2025-01-31"
DOCUMENT = """query($day: Date) { briefing(asOf: $day) { title
    sections { heading sentences tables { caption columns rows }
        numbers { text sentence table row column start end
            figure { metric { code } organisation { code } period { code } value } } }
    doubts { code message figure { metric { code } organisation { code } } } } }"""
QUALIFIERS = {">": "over ", "~": "about "}

MONTH = "(?:January|February|March|April|May|June|July|August|Sept|September|October|November|December)"
# What is no number of anything: days, years, and the numbers of sections, lists and their points.
NO_NUMBERS = (
    rf"[0-9]{{1,2}}(?:st|nd|rd|th)? {MONTH}(?: [0-9]{{4}})?",
    rf"{MONTH} [0-9]{{2,4}}",
    r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
    r"20[0-9]{2}(?:[-/][0-9]{1,4})?",
    r"\b2[0-9]/2[0-9]\b",
    r"(?m)^(?:- )?[0-9](?:\.[0-9])?\.? (?=\S*[A-Z<*])",
)
# Numbers of the source that are no figures of ours, each with what it is; everything else has to be there.
NOT_OURS = {
    "2-year": "how long a programme lasts",
    "Year 1": "of a plan",
    "to 111": "a telephone number",
    "UTC or 111": "a telephone number",
    "by 50% to 6,000 by": "England's training places",
    "by 500 places": "England's training places",
    "32 out of the 76": "indicators that England suspended",
    "Tier 2": "the name of a service",
    "the 7 conditions": "the definition of a consultation, which says seven",
    "over 40 or": "the age from which blood pressure is checked",
    "1,2 or 3 focussed": "areas of a declaration",
    "at least 1 GP": "the definition of a network with a training practice",
    "level 0 to level 2": "the levels of a trust",
    "are 5 areas the maximum score is 10": "what the levels of a trust add up to",
}


@pytest.fixture(scope="module")
async def briefing(client) -> Any:
    answer = (await client.post("/graphql", json={"query": DOCUMENT, "variables": {"day": DAY}})).json()
    assert "errors" not in answer
    return answer["data"]["briefing"]


def given(briefing: Any) -> list[tuple[str, str, str, str]]:
    """Every number of the paper that is a figure: metric, organisation, period, and the words that give it."""
    found = []
    for section in briefing["sections"]:
        for number in section["numbers"]:
            figure = number["figure"]
            codes = [figure[name]["code"] for name in ("metric", "organisation", "period")]
            found.append((*codes, number["text"]))
    return found


def bare(text: str) -> str:
    """The digits of a number, without its unit. A paper writes a minus sign, and the list of numbers a hyphen."""
    found = re.search(r"−?[\d,]+(?:\.\d+)?", text)
    assert found is not None
    return found[0].replace("−", "-")


@pytest.mark.parametrize(("printed", "metric", "organisation", "period"), lines(NUMBERS))
async def test_every_number_of_the_source_is_there_with_its_figure(briefing, printed, metric, organisation, period):
    said = [text for *cell, text in given(briefing) if cell == [metric, organisation, period]]
    qualifier, digits = QUALIFIERS.get(printed[0], ""), printed.lstrip(">~")
    assert digits in {bare(text) for text in said}
    assert any(text.lower().startswith(qualifier) and bare(text) == digits for text in said)


async def test_no_figure_is_given_by_another_number_than_its_own(briefing):
    printed: dict[tuple[str, ...], set[str]] = {}
    for number, *cell in lines(NUMBERS):
        printed[tuple(cell)] = {number.lstrip(">~").lstrip("-")}
    for board, *limits in lines(LIMITS):
        printed["self_referral_rate", board, "2024-07"] |= set(limits)
    differing = [(cell, text) for *cell, text in given(briefing) if bare(text).lstrip("-") not in printed[tuple(cell)]]
    assert differing == []


async def test_every_number_is_at_its_position(briefing):
    wrong = []
    for section in briefing["sections"]:
        for number in section["numbers"]:
            if number["sentence"] is not None:
                text = section["sentences"][number["sentence"]]
            else:
                text = section["tables"][number["table"]]["rows"][number["row"]][number["column"]]
            if text[number["start"] : number["end"]] != number["text"]:
                wrong.append(number)
    assert wrong == []


@pytest.mark.parametrize(("board", "lower", "upper"), lines(LIMITS))
async def test_every_limit_of_the_source_is_in_the_table_of_boards(briefing, board, lower, upper):
    said = {text for metric, of, _, text in given(briefing) if (metric, of) == ("self_referral_rate", board)}
    assert {lower, upper} <= said


async def test_every_goal_of_the_source_is_in_the_table_of_targets(briefing):
    table = next(table for table in tables(briefing) if table["caption"] == "Targets and their status")
    assert len(table["rows"]) == len(lines(GOALS))
    asked = Counter(row[2] for row in table["rows"])
    assert asked == {"100%": 5, ">90%": 2, "≥8,450": 1, "yes": 4}


async def test_the_table_of_telephones_is_that_of_the_source(briefing):
    table = next(table for table in tables(briefing) if table["caption"].startswith("Telephones"))
    assert [row[:3] for row in table["rows"]] == [
        ["Cloud-based telephony", "100%", "100%"],
        ["Call queuing", ">90%", "100%"],
        ["Call back", ">90%", "69.57%"],
    ]


def tables(briefing: Any) -> list[Any]:
    return [table for section in briefing["sections"] for table in section["tables"]]


def everything(briefing: Any) -> str:
    """All text of the paper."""
    texts = []
    for section in briefing["sections"]:
        texts += [section["heading"], *section["sentences"]]
        for table in section["tables"]:
            texts += [table["caption"], *table["columns"], *(cell for row in table["rows"] for cell in row)]
    return "\n".join(texts)


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not there")
async def test_every_name_of_the_source_table_of_partnerships_is_there(briefing):
    text = SOURCE.read_text()
    start = text.index("Dartford Gravesham & Swanley Health & Care Partnership\t")
    source = text[start : text.index("GP appointments", start)].strip().splitlines()
    names = {cell.strip() for line in source for cell in line.split("\t") if cell.strip()}
    table = next(
        table
        for table in tables(briefing)
        if table["caption"].startswith("PCNs and orphan practices in each partnership")
    )
    found = {cell for cell in (*table["columns"], *(cell for row in table["rows"] for cell in row)) if cell}
    orphans = {name for name in names if name.lower().endswith("orphan")}
    assert found == (names - orphans) | {re.sub(r"\s*[–-]\s*orphan$", " (orphan)", name) for name in orphans}


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not there")
async def test_no_number_of_the_source_document_is_missing(briefing):
    source = SOURCE.read_text().replace("11million", "11,000,000").replace("1563", "1,563").replace("8450", "8,450")
    for words in NOT_OURS:
        assert words in source, "a number is left out that the source does not have"
        source = source.replace(words, "")
    wanted, there = numbers_of(source), numbers_of(everything(briefing))
    assert len(wanted) > 80
    assert wanted - there == set()


def numbers_of(text: str) -> set[str]:
    """The numbers of a text without its days, years and numbering."""
    for pattern in NO_NUMBERS:
        text = re.sub(pattern, " ", text)
    return set(re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?(?<!,)", text))


async def test_four_things_and_more_do_not_add_up_in_the_source(briefing):
    found = [(doubt["code"], doubt["figure"]["metric"]["code"]) for doubt in briefing["doubts"]]
    assert found == [
        ("doubt/unattainable-percentage", "call_back_percent"),
        ("doubt/record-differs", "practices"),
        ("doubt/unattainable-percentage", "register_with_gp_percent"),
        ("doubt/incoherent-interval", "self_referral_rate"),
        ("doubt/different-periods", "self_referrals"),
    ]
    assert "123 of 177 is 69.49% and 124 of 177 is 70.06%" in briefing["doubts"][0]["message"]
