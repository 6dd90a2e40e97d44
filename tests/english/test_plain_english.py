"""Everything that a person reads is in plain British English."""

from pathlib import Path

import pytest

from tests.english.__main__ import ROOT, files, findings
from tests.english.checker import Passage, long_sentences, undefined_abbreviations, words_to_avoid
from tests.english.passages import everything, prose

LONG = " ".join(["Word", *["word"] * 25]) + "."


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_nothing_to_say_more_plainly(path):
    assert [f"{each.line}: {each.problem}" for each in findings(path)] == []


@pytest.mark.parametrize(
    "text", ["Limits are reckoned anew.", "What is beside it.", "It is told at once.", "Whom it is about."]
)
def test_a_word_to_avoid_is_found(text):
    assert list(words_to_avoid(Passage(1, text)))


def test_a_sentence_of_26_words_is_found_and_one_of_25_is_not():
    assert [each.line for each in long_sentences(Passage(3, f"Short.\n{LONG}"))] == [4]
    assert list(long_sentences(Passage(1, LONG.removeprefix("Word ")))) == []


@pytest.mark.parametrize(("text", "count"), [("The XYZ is late.", 1), ("The Xylophone (XYZ) and the XYZ.", 0)])
def test_an_abbreviation_is_defined_somewhere(text, count):
    assert len(list(undefined_abbreviations(Passage(1, text)))) == count


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "It is told."),
        ("a.graphql", '"""It is told."""\ntype A { b: Int }'),
        ("a.py", "# It is told.\n"),
        ("b.py", '"""It is told."""\n'),
        ("c.py", "def what_is_told() -> None: ...\n"),
        ("d.py", 'raise ValueError(f"It is told {1}.")\n'),
    ],
)
def test_every_kind_of_text_is_looked_at(tmp_path: Path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert [each for passage in everything(path) for each in words_to_avoid(passage)]


def test_a_message_is_prose_and_a_statement_is_not(tmp_path: Path):
    path = tmp_path / "a.py"
    path.write_text('raise ValueError(f"The value of {1} is too large.")\nquery("SELECT one thing from the table")\n')
    assert [passage.text for passage in prose(path)] == ["The value of {} is too large."]
