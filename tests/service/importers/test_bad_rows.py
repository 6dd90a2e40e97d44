import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from service.importers.rows import BadRow, number
from service.importers.seeds import SEEDS, load
from tests.service.importers.tables import one

CALL_BACK = "call_back_percent,QKS,2025-01-31,69.57,,,,,EXACT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may spoil."""
    with as_file(SEEDS) as seeds:
        for file in seeds.glob("*.csv"):
            shutil.copy(file, tmp_path)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text that is in a file once; the line that it is on."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("new", "column", "why"),
    [
        (CALL_BACK.replace("69.57", "nearly 70"), "value", "'nearly 70' is not a number"),
        (CALL_BACK.replace("69.57", "NaN"), "value", "'NaN' is not a number"),
        (CALL_BACK.replace("69.57", "169.57"), "value", "169.57 is above the metric's maximum, 100"),
        (CALL_BACK.replace("69.57", "-1"), "value", "-1 is below the metric's minimum, 0"),
        (CALL_BACK.replace("69.57,,", "69.57,123,177"), "value", "123 of 177 is 69.49%, not 69.57%"),
        (CALL_BACK.replace("69.57,,", "69.57,178,177"), "numerator", "it is not a part of the denominator"),
        (CALL_BACK.replace("call_back", "callback"), "metric", "'callback_percent' is not known"),
        (CALL_BACK.replace("QKS", "QKT"), "organisation", "'QKT' is not known"),
        (CALL_BACK.replace("2025-01-31", "2025-02-30"), "period", "'2025-02-30' is not a period"),
        (CALL_BACK.replace("EXACT", "ROUGHLY"), "qualifier", "'ROUGHLY' is none of EXACT, MORE_THAN"),
    ],
)
async def test_a_bad_figure_is_refused_with_its_file_line_and_column(database, folder, new, column, why):
    line = spoil(folder, "figures.csv", CALL_BACK, new)
    async with database.rehearsal() as session:
        with pytest.raises(BadRow) as refusal:
            await load(session, folder=folder)
        assert str(refusal.value).startswith(f"figures.csv, line {line}, column {column}: {why}")
        assert await one(session, "SELECT count(*) FROM source") == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("themes.csv", "code,name,position", "code,name", "themes.csv, line 1, column heading: it must be code,name"),
        ("themes.csv", "Workforce,4", "Workforce,4,5", "themes.csv, line 5, column all: 4 cells where 3 are expected."),
        ("themes.csv", "Workforce,4", "Workforce,last", "themes.csv, line 5, column position: 'last' is not a whole"),
        (
            "sources.csv",
            "briefing_app,",
            "briefing_apps,",
            "figures.csv, line 53, column source: 'briefing_app' is not",
        ),
        ("sources.csv", "2026-04-30", "", "practice_figures.csv, line 2, column source: its source has no day"),
        (
            "metrics.csv",
            "Care Quality Commission,practices,,,,,no,,\ncqc_unrated",
            "Care Quality Commission,gp_fte,,,,,no,,\ncqc_unrated",
            "metrics.csv, line 6, column part_of: 'gp_fte' is not a metric of an earlier line.",
        ),
        ("organisations.csv", "TRUST,RWF", "TRUST,RVV", "organisations.csv, line 239, column code: line 238 of"),
    ],
)
async def test_files_that_gainsay_each_other_are_refused(database, folder, file, old, new, sentence):
    spoil(folder, file, old, new)
    async with database.rehearsal() as session:
        with pytest.raises(BadRow) as refusal:
            await load(session, folder=folder)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{practices} GP", "{practises} GP", "paper.csv, line 3, column words: practises is not known."),
        ("{practices:history}", "{practices:hist}", "paper.csv, line 3, column words: hist is not a style of a place."),
        ("SENTENCE,{practices}", "ROW,{practices}", "paper.csv, line 3, column metric: a ROW needs a metric, and no"),
        ("1,,TITLE", "1,Title,TITLE", "paper.csv, line 2, column section: every line but the TITLE needs a section."),
        (",,cqc_good_practices", ",,cqc_god_practices", "paper.csv, line 7, column words: cqc_god_practices is not"),
        ("QKS,2,", "QKS,1,", "paper.csv, line 3, column board: line 2 of paper.csv has the same board, position."),
        ("QKS,2,", "QXS,2,", "paper.csv, line 3, column board: 'QXS' is not known."),
    ],
)
async def test_an_outline_that_no_paper_can_be_written_from_is_refused(database, folder, old, new, sentence):
    spoil(folder, "paper.csv", old, new)
    async with database.rehearsal() as session:
        with pytest.raises(BadRow) as refusal:
            await load(session, folder=folder)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize("written", ["1e9", "1E9", "1_000", "+1", ".5", "5.", " 5", "٣", "0x1F", "-", "inf", ""])
def test_a_number_is_written_with_digits_and_one_point(written):
    with pytest.raises(ValueError, match="is not a number"):
        number(written)


@pytest.mark.parametrize("written", ["0", "-0.5", "73.80", "1000000000"])
def test_a_number_keeps_the_digits_that_were_printed(written):
    assert str(number(written)) == written


async def test_the_columns_of_a_file_can_have_any_order_and_empty_ones_can_be_left_out(database, folder):
    themes = (folder / "themes.csv").read_text(encoding="utf-8").splitlines()
    reordered = [",".join([line.rsplit(",", 1)[1], line.rsplit(",", 1)[0]]) for line in themes]
    (folder / "themes.csv").write_text("\n".join(reordered) + "\n", encoding="utf-8")
    async with database.rehearsal() as session:
        assert (await load(session, folder=folder)).themes == len(themes) - 1


@pytest.mark.parametrize("heading", ["code,name,position,colour", "code,name,name", "code,name,place", ""])
async def test_a_heading_with_other_columns_is_refused(database, folder, heading):
    spoil(folder, "themes.csv", "code,name,position", heading)
    async with database.rehearsal() as session:
        with pytest.raises(BadRow, match=r"themes\.csv, line 1, column heading: it must be code,name,position"):
            await load(session, folder=folder)
