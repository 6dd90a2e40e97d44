"""What the paper says about targets, and what it does not calculate between approximate numbers."""

from typing import Any

import pytest

from service.briefing.facts import facts_of
from service.briefing.wording import sentence
from tests.service.briefing.given import READ, data, facts, figure, paper


def target(comparator: str, value: str, due: str | None = None, *, key: int = 1) -> Any:
    """A target of the ICB as the statement brings it."""
    revision = {
        "revision": 1,
        "counts_from": "2024-01-01",
        "comparator": comparator,
        "value": value,
        "upper_value": None,
        "baseline": None,
        "baseline_on": None,
        "start": None,
        "due": due,
        "kind": "HOLD",
    }
    judged = {
        "id": key,
        "unit": "PERCENT",
        "counts": "AT_DATE",
        "is_sample": False,
        "closed_on": None,
        "history": {"revisions": [revision], "milestones": [], "due_before": None},
        "figures": [],
    }
    progress = {"judged": judged, "as_of": "2025-06-30"}
    return {"metric": "a_percent", "organisation": "QKS", "progress": progress, "changes": []}


def goal(value: str, *targets: Any, ends: str = "2025-03-31") -> str | None:
    """What the paper says about a figure of the ICB and its targets."""
    json = {**data(figure("a_percent", value, ends)), "targets": list(targets)}
    wording = sentence("{a_percent}. {a_percent:goal}.", facts_of(READ(json)))
    return None if wording is None else wording.text


@pytest.mark.parametrize(
    ("comparator", "value", "words"),
    [
        ("AT_LEAST", "95", "95%. The target of at least 90% is met."),
        ("AT_LEAST", "90", "90%. The target of at least 90% is met."),
        ("AT_LEAST", "89.9", "89.9%. The target of at least 90% is not met yet."),
        ("AT_MOST", "85", "85%. The target of at most 90% is met."),
        ("AT_MOST", "90", "90%. The target of at most 90% is met."),
        ("AT_MOST", "91", "91%. The target of at most 90% is not met yet."),
        ("LESS_THAN", "90", "90%. The target of less than 90% is not met yet."),
        ("MORE_THAN", "90", "90%. The target of more than 90% is not met yet."),
    ],
)
def test_a_figure_is_compared_with_its_target(comparator, value, words):
    assert goal(value, target(comparator, "90")) == words


def test_of_several_targets_the_one_due_next_counts():
    near, far = target("AT_LEAST", "50", "2025-03-31"), target("AT_LEAST", "99", "2026-03-31", key=2)
    assert goal("60", near, far) == goal("60", far, near)
    assert "50%" in str(goal("60", near, far))
    assert "99%" in str(goal("60", near, far, ends="2025-04-30"))


def test_after_the_due_date_a_target_is_met_or_was_missed():
    passed = target("AT_LEAST", "90", "2025-01-31")
    assert goal("95", passed) == "95%. The target of at least 90% by 31 January 2025 is met."
    assert goal("85", passed) == "85%. The target of at least 90% by 31 January 2025 was missed."


def test_on_the_due_date_itself_a_target_is_not_met_yet():
    # The paper of these tests is of 30 June 2025.
    assert "is not met yet" in str(goal("85", target("AT_LEAST", "90", "2025-06-30")))
    assert "was missed" in str(goal("85", target("AT_LEAST", "90", "2025-06-29")))


@pytest.mark.parametrize("qualifier", ["APPROXIMATELY", "MORE_THAN", "LESS_THAN"])
@pytest.mark.parametrize("place", ["before", "now"])
def test_there_is_no_difference_between_approximate_numbers(qualifier, place):
    before = figure("gp_fte", "939", "2024-03-31", **({"qualifier": qualifier} if place == "before" else {}))
    now = figure("gp_fte", "946", **({"qualifier": qualifier} if place == "now" else {}))
    assert sentence("{gp_fte}[, {gp_fte:change}].", facts(before, now)).text.endswith("946 FTE.")  # type: ignore[union-attr]
    assert ", after " in sentence("{gp_fte}{gp_fte:history}.", facts(before, now)).text  # type: ignore[union-attr]


MILESTONES = [{"revision": 1, "due": "2025-03-31", "value": 94}, {"revision": 1, "due": "2025-09-30", "value": 96}]


def with_milestones(value: str) -> Any:
    """The paper about a figure of 31 March 2025 and a target of 100% with two milestones."""
    aimed = target("AT_LEAST", "100", "2026-03-31")
    judged = aimed["progress"]["judged"]
    judged["history"]["milestones"] = MILESTONES
    numbers = dict.fromkeys(("numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit"))
    period = {"period_id": 1, "period_starts": "2025-03-31", "period_ends": "2025-03-31"}
    judged["figures"] = [{"id": 1, "value": float(value), **numbers, **period}]
    lines = [
        {
            "section": "T",
            "kind": "SENTENCE",
            "words": "{a_percent}. {a_percent:goal}.",
            "heading": None,
            "metric": None,
        },
        {"section": "T", "kind": "TARGETS", "words": "Targets", "heading": None, "metric": None},
    ]
    known = data(figure("a_percent", value, "2025-03-31"))
    return paper({**known, "outline": lines, "targets": [aimed]}).sections[0]


def test_the_table_of_targets_has_their_milestones():
    (table,) = with_milestones("91.95").tables
    assert table.columns[4] == "Milestones"
    assert table.rows[0][4] == "94% by 31 March 2025 (missed); 96% by 30 September 2025"
    assert with_milestones("94").tables[0].rows[0][4] == "94% by 31 March 2025 (met); 96% by 30 September 2025"


def test_a_sentence_names_a_missed_milestone():
    assert with_milestones("91.95").sentences[-1] == (
        "91.95%. The target of 100% by 31 March 2026 is not met yet. The milestone of 94% by 31 March 2025 was missed."
    )
    assert "milestone" not in with_milestones("94").sentences[-1]


def test_without_milestones_the_table_of_targets_has_no_column_for_them():
    lines = [{"section": "T", "kind": "TARGETS", "words": "Targets", "heading": None, "metric": None}]
    made = paper({**data(figure("a_percent", "95")), "outline": lines, "targets": [target("AT_LEAST", "90")]})
    assert "Milestones" not in made.sections[0].tables[0].columns


def test_a_status_says_from_how_few_members_figures_it_is():
    aimed = target("AT_LEAST", "90")
    numbers = dict.fromkeys(("numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit"))
    period = {"period_id": 1, "period_starts": "2025-03-31", "period_ends": "2025-03-31"}
    aimed["progress"]["judged"]["figures"] = [{"id": 1, "value": 95.0, **numbers, **period}]
    lines = [{"section": "T", "kind": "TARGETS", "words": "Targets", "heading": None, "metric": None}]
    known = data({**figure("a_percent", "95"), "rests_on": 2, "of": 43})
    made = paper({**known, "outline": lines, "targets": [aimed]})
    [table] = made.sections[0].tables
    assert table.rows[0][table.columns.index("Status")] == "Met (from 2 of 43 members)"
    assert [(each.rests_on, each.of) for each in made.targets] == [(2, 43)]
