"""Every code that a client can meet is asserted by some test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODES = sorted(
    set(
        re.findall(r"^\| `([a-zA-Z/_-]+)` \|", (ROOT / "schema" / "CODES.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
)
TESTS = "".join(
    path.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.md")
    for path in (ROOT / "tests").rglob(pattern)
    if path != Path(__file__)
)


def test_the_page_has_codes():
    assert len(CODES) > 60


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_asserted_by_some_test(code):
    # Tests of one stage leave the stage's name out.
    assert code in TESTS or f'"{code.partition("/")[2]}"' in TESTS
