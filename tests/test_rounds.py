"""The short round runs some cases of each long test, and all tests of other files."""

from pathlib import Path

import pytest

from tests.rounds import ONE_OF, left_out

LONG = "tests/service/reads/test_gaps.py"


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([f"{LONG}::test_one[{at}]" for at in range(7)], [1, 2, 4, 5]),
        ([f"{LONG}::test_one[0]", f"{LONG}::test_two[0]", f"{LONG}::test_three"], []),
        ([f"{LONG}::test_{test}[{at}]" for test in ("one", "two") for at in range(4)], [1, 2, 4, 6, 7]),
        ([f"tests/test_rounds.py::test_one[{at}]" for at in range(7)], []),
    ],
)
def test_every_test_keeps_one_case_of_three_and_each_begins_with_another(nodes: list[str], expected: list[int]):
    assert left_out(nodes) == {nodes[at] for at in expected}


@pytest.mark.parametrize("file", ONE_OF)
def test_the_long_files_are_there(file: str):
    assert (Path(__file__).parent.parent / file).exists()
