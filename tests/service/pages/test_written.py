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
        ("- a \n-\tb\n-  c", [Block(("a", "b", "c"), "-")]),
        ("•\ta", [Block(("a",), "•")]),
        ("– a\n– b", [Block(("a", "b"), "–")]),
        ("· a\n· b", [Block(("a", "b"), "·")]),
        ("0. a\n1. b", [Block(("a", "b"), "1.", 0)]),
        ("99. a\n100. b", [Block(("a", "b"), "1.", 99)]),
        ("-5 degrees\n- \n2024. A year", [Block(("-5 degrees", "- ", "2024. A year"))]),
        (f"-{' ' * 1_000_000}\nx", [Block((f"-{' ' * 1_000_000}", "x"))]),
        ("", []),
    ],
)
def test_lines_with_the_same_mark_are_a_list(words, found):
    assert blocks(words) == found
