"""With how many decimals the paper prints a percentage."""

import pytest

from service.briefing.wording import sentence
from tests.service.briefing.given import data, facts, figure
from tests.service.briefing.given import paper as written
from tests.service.briefing.test_goals import target


def counted(numerator: int, denominator: int, ends: str = "2025-03-31") -> dict[str, object]:
    """A share that was calculated from its counts."""
    share = f"{100 * numerator / denominator:.2f}"
    return figure("a_percent", share, ends, numerator=str(numerator), denominator=str(denominator))


def said(*figures: dict[str, object]) -> str:
    found = sentence("{a_percent}{a_percent:history}.", facts(*figures))
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (counted(165, 176), "94% at 31 March 2025."),
        # Half a per cent is rounded up.
        (counted(145, 200), "73% at 31 March 2025."),
        # Not all practices, and not none.
        (counted(999, 1000), "99.9% at 31 March 2025."),
        (counted(1, 1000), "0.1% at 31 March 2025."),
        (counted(177, 177), "100% at 31 March 2025."),
        # What somebody published has the digits of the source.
        (figure("a_percent", "69.57"), "69.57% at 31 March 2025."),
    ],
)
def test_a_calculated_share_is_a_whole_number_where_that_is_true(share, words):
    assert said(share) == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ((120, 176), (165, 176), "94% at 31 March 2025, up 26 points from 68% at 31 December 2024."),
        # 93.75% and 94.32% are 94% both: one practice more is said with a decimal.
        ((165, 176), (166, 176), "94.3% at 31 March 2025, up 0.5 points from 93.8% at 31 December 2024."),
        ((165, 176), (165, 176), "94% at 31 March 2025, unchanged from 94% at 31 December 2024."),
    ],
)
def test_an_earlier_share_has_the_decimals_of_the_later_one(before, now, words):
    assert said(counted(before[0], before[1], "2024-12-31"), counted(*now)) == words


def test_an_earlier_share_that_was_published_with_decimals_has_none_next_to_a_whole_number():
    before = figure("a_percent", "69.57", "2024-12-31")
    assert said(before, counted(165, 176)) == "94% at 31 March 2025, up 24 points from 70% at 31 December 2024."
    assert (
        said(before, figure("a_percent", "70"))
        == "70% at 31 March 2025, up 0.43 points from 69.57% at 31 December 2024."
    )


def test_a_share_that_is_the_same_as_a_published_one_keeps_its_digits():
    before = figure("a_percent", "12.5", "2024-12-31")
    assert said(before, counted(1, 8)) == "12.5% at 31 March 2025, unchanged from 12.5% at 31 December 2024."


def test_a_target_that_is_missed_by_a_little_is_not_printed_as_met():
    lines = [{"section": "T", "kind": "SENTENCE", "words": "{a_percent}.", "heading": None, "metric": None}]
    for asked, words in (("90", "89.7%."), ("95", "90%.")):
        known = data(counted(157, 175))
        made = written({**known, "outline": lines, "targets": [target("AT_LEAST", asked)]})
        assert made.sections[0].sentences[-1] == words
