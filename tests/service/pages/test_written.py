"""The paragraphs and lists of what somebody wrote."""

import pytest

from service.pages.written import Block, blocks


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("One line\nand the next.\n\nMore.", [Block(("One line", "and the next.")), Block(("More.",))]),
        ("- a\n- b\n\n\n* c", [Block(("a", "b"), "-"), Block(("c",), "*")]),
        ("So:\n• a\nThen.", [Block(("So:",)), Block(("a",), "•", is_below=True), Block(("Then.",), is_below=True)]),
        ("9. a\n10. b\n1. c", [Block(("a", "b"), "1.", 9), Block(("c",), "1.", is_below=True)]),
        ("- a\n* b", [Block(("a",), "-"), Block(("b",), "*", is_below=True)]),
        ("-5 degrees\n- \n2024. A year", [Block(("-5 degrees", "- ", "2024. A year"))]),
        ("", []),
    ],
)
def test_lines_with_the_same_mark_are_a_list(words, found):
    assert blocks(words) == found
