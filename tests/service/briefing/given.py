"""What a paper is made from, in a few words: figures of a board, a region, another board and two partnerships."""

from typing import Any

from schema.enumerations import Unit
from service.briefing.facts import Facts, read

ORGANISATIONS = {
    "QKS": ("NHS Kent and Medway Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "QNX": ("NHS Sussex Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "QU9": ("NHS Thames Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "Y59": ("South East", "REGION"),
    "HCP-EAST": ("East", "HEALTH_AND_CARE_PARTNERSHIP"),
    "HCP-WEST": ("West", "HEALTH_AND_CARE_PARTNERSHIP"),
}


def figure(metric: str, value: str, ends: str = "2025-03-31", of: str = "QKS", **more: Any) -> dict[str, Any]:
    """A figure as the statement brings it; its period is the day on which it ends, unless a label is given."""
    unit = Unit.PERCENT if metric.endswith("_percent") else Unit.FTE if "_fte" in metric else Unit.COUNT
    nothing = dict.fromkeys(("numerator", "denominator", "lower", "upper", "recorded"))
    period = {"kind": "SNAPSHOT", "starts": ends, "ends": ends, "label": ends}
    said = {"metric": metric, "organisation": of, "unit": unit, "value": value, "qualifier": "EXACT", "key": 0}
    return {**nothing, **period, **said, **more}


def data(*figures: dict[str, Any], **metrics: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a paper with these figures, each under a key of its own; `metrics` say more of a metric."""
    ordered = sorted(figures, key=lambda each: (each["metric"], each["organisation"], each["ends"]))
    rules = {"part_of": None, "denominator_metric": None, "roll_up": "SUM", "source": "A source"}
    codes = sorted({each["metric"] for each in figures} | set(metrics))
    return {
        "asOf": "2025-06-30",
        "board": "QKS",
        "region": "Y59",
        "figures": [{**each, "key": at} for at, each in enumerate(ordered, start=1)],
        "metrics": [
            {
                **rules,
                "code": code,
                "name": code.replace("_", " "),
                "description": "What it is",
                **metrics.get(code, {}),
            }
            for code in codes
        ],
        "organisations": [{"code": code, "name": name, "kind": kind} for code, (name, kind) in ORGANISATIONS.items()],
        "partnerships": [{"code": code, "networks": [], "orphans": []} for code in ("HCP-EAST", "HCP-WEST")],
        "targets": [],
    }


def facts(*figures: dict[str, Any], **metrics: dict[str, Any]) -> Facts:
    """The facts of these figures."""
    return read(data(*figures, **metrics))
