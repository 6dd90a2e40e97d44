"""What changed from one paper to the next."""

from typing import Any

from service.briefing.changes import Change, changed_figures
from service.briefing.checklist import checks


def content(*figures: tuple[str, float]) -> dict[str, Any]:
    """A paper with figures of measures at one day."""
    made = [
        {
            "value": value,
            "qualifier": "EXACT",
            "metric": {"code": name, "name": name, "unit": "COUNT"},
            "organisation": {"code": "QKS", "name": "Kent"},
            "period": {"label": "31 March 2025", "end": "2025-03-31"},
        }
        for name, value in figures
    ]
    return {"sections": [{"figures": made}], "targets": [], "doubts": []}


def test_figures_that_are_new_changed_and_gone_are_each_said():
    before, after = content(("same", 1), ("other", 2), ("gone", 3)), content(("same", 1), ("other", 4), ("new", 5))
    assert changed_figures(before, after) == [
        Change("other", "other", "QKS", "Kent", "2 (31 March 2025)", "4 (31 March 2025)"),
        Change("new", "new", "QKS", "Kent", "", "5 (31 March 2025)"),
        Change("gone", "gone", "QKS", "Kent", "3 (31 March 2025)", "No figure now"),
    ]


def test_targets_that_cannot_be_judged_are_named_once_in_the_checklist():
    def target(name: str, status: str) -> dict[str, str]:
        return {"metricName": name, "status": status}

    paper = dict.fromkeys(("addressedTo", "sentFrom", "datedOn", "recommendation"), "x") | {"quarter": "2024-25-Q4"}
    narrative = {"section": "Summary", "words": "Much.", "quarter": "2024-25-Q3"}
    targets = [target("A", "NO_DATA"), target("A", "NO_DATA"), target("B", "NOT_ASSESSABLE"), target("C", "MET")]
    found = checks({**content(), "targets": targets}, paper, [narrative], [])
    assert [(each.code, each.message, each.blocks) for each in found] == [
        ("paper/unchanged", "The narrative of “Summary” is unchanged since the paper for Q3 2024/25.", False),
        ("paper/not-judged", "Targets of 2 measures cannot be judged yet: A, B.", False),
    ]
