"""Why figures changed: what somebody wrote, and what the register says."""

from typing import Any

from service.briefing.reasons import WHY
from tests.service.briefing.given import data, figure, paper
from tests.service.briefing.test_goals import target

CORRECTION = {
    "key": 1,
    "on": "2025-04-02",
    "before": "69.57",
    "qualifier_before": "EXACT",
    "reason": "123 of  177.",
    "source": "Quarterly return",
    "reference": "Q4 2024/25",
}


def why(*figures: dict[str, Any], **more: Any) -> list[str]:
    """What the paper says about it."""
    made = paper({**data(*figures, figure("b_count", "5")), **more})
    return [sentence for section in made.sections if section.heading == WHY for sentence in section.sentences]


def test_a_correction_is_given_with_what_it_was_and_what_was_said_of_it():
    made = paper({**data(figure("a_percent", "69.49", "2025-01-31")), "corrections": [CORRECTION]})
    (section,) = (each for each in made.sections if each.heading == WHY)
    assert section.sentences == [
        "a percent, at 31 January 2025: corrected on 2 April 2025 from 69.57% to 69.49%. The reason given: “123 of "
        "177” (source: Quarterly return, Q4 2024/25)."
    ]
    # The later value leads to its figure.
    assert [(number.text, number.figure) for number in section.numbers] == [("69.49%", 1)]


def test_a_correction_of_a_figure_that_is_not_in_the_paper_is_not_given():
    assert why(figure("a_percent", "69.49"), corrections=[CORRECTION | {"key": 99}]) == []


def test_practices_that_became_part_of_another_are_named_together():
    closed = {"closed_on": "2025-03-31", "successors": ["New Surgery"]}
    closures = [{"name": "Old Surgery", **closed}, {"name": "Other Surgery", **closed}]
    alone = {"name": "Last Surgery", "closed_on": "2025-03-31", "successors": []}
    assert why(closures=[*closures, alone]) == [
        "Old Surgery and Other Surgery closed on 31 March 2025 and became part of New Surgery (source: the register of "
        "organisations).",
        "Last Surgery closed on 31 March 2025 (source: the register of organisations).",
    ]


def revised(value: str, due: str | None = "2025-03-31") -> list[str]:
    """What the paper says about a target of more than 90% that was set to another value."""
    aimed = target("MORE_THAN", "90", "2025-03-31")
    revisions = aimed["progress"]["judged"]["history"]["revisions"]
    revisions.append({**revisions[0], "revision": 2, "value": value, "due": due})
    change = {"revision": 2, "on": "2025-03-03", "reason": "Suppliers are late."}
    return why(figure("a_percent", "80"), targets=[aimed | {"changes": [change]}])


def test_a_target_that_was_lowered_says_so():
    assert revised("85") == [
        "The target for a percent was lowered on 3 March 2025, from more than 90% by 31 March 2025 to more than 85% by "
        "31 March 2025. The reason given: “Suppliers are late” (source: the record of targets)."
    ]
    assert "was raised on" in revised("95")[0]
    assert "was changed on" in revised("90", "2025-09-30")[0]


def test_a_revision_that_asks_for_the_same_is_not_given():
    assert revised("90") == []


def test_where_nothing_is_on_record_nothing_is_said():
    assert why(figure("a_percent", "80")) == []
