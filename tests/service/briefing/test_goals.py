"""What the paper says about targets, and what it does not calculate between approximate numbers."""

from typing import Any

import pytest

from service.briefing.facts import facts_of
from service.briefing.wording import sentence
from tests.service.briefing.given import READ, data, facts, figure


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
    return {"metric": "a_percent", "organisation": "QKS", "progress": {"judged": judged, "as_of": "2025-06-30"}}


def goal(value: str, *targets: Any, ends: str = "2025-03-31") -> str | None:
    """What the paper says about a figure of the ICB and its targets."""
    json = {**data(figure("a_percent", value, ends)), "targets": list(targets)}
    wording = sentence("{a_percent}, {a_percent:goal}.", facts_of(READ(json)))
    return None if wording is None else wording.text


@pytest.mark.parametrize(
    ("comparator", "value", "words"),
    [
        ("AT_LEAST", "95", "95%, against a target of at least 90%, which is exceeded."),
        ("AT_LEAST", "90", "90%, against a target of at least 90%, which is met."),
        ("AT_LEAST", "89.9", "89.9%, against a target of at least 90%, which is not met."),
        ("AT_MOST", "85", "85%, against a target of at most 90%, which is met."),
        ("AT_MOST", "90", "90%, against a target of at most 90%, which is met."),
        ("AT_MOST", "91", "91%, against a target of at most 90%, which is not met."),
        ("LESS_THAN", "90", "90%, against a target of less than 90%, which is not met."),
        ("MORE_THAN", "90", "90%, against a target of more than 90%, which is not met."),
    ],
)
def test_a_figure_is_compared_with_its_target(comparator, value, words):
    assert goal(value, target(comparator, "90")) == words


def test_of_several_targets_the_one_due_next_counts():
    near, far = target("AT_LEAST", "50", "2025-03-31"), target("AT_LEAST", "99", "2026-03-31", key=2)
    assert goal("60", near, far) == goal("60", far, near)
    assert "50%" in str(goal("60", near, far))
    assert "99%" in str(goal("60", near, far, ends="2025-04-30"))


def test_a_figure_after_the_due_date_says_so():
    assert str(goal("95", target("AT_LEAST", "90", "2025-01-31"))).endswith("which is now exceeded.")


@pytest.mark.parametrize("qualifier", ["APPROXIMATELY", "MORE_THAN", "LESS_THAN"])
@pytest.mark.parametrize("place", ["before", "now"])
def test_there_is_no_difference_between_approximate_numbers(qualifier, place):
    before = figure("gp_fte", "939", "2024-03-31", **({"qualifier": qualifier} if place == "before" else {}))
    now = figure("gp_fte", "946", **({"qualifier": qualifier} if place == "now" else {}))
    assert sentence("{gp_fte}[, {gp_fte:change}].", facts(before, now)).text.endswith("946 FTE.")  # type: ignore[union-attr]
    assert ", after " in sentence("{gp_fte}{gp_fte:history}.", facts(before, now)).text  # type: ignore[union-attr]
