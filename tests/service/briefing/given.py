"""What a paper is made from, in a few words: figures of a board, a region, another board and two partnerships."""

from functools import cache
from importlib.resources import files
from typing import Any

from schema.computed_inputs.briefing import BriefingInputs
from schema.computed_inputs.record import reader
from schema.enumerations import Unit
from service import briefing
from service.briefing.facts import Facts, facts_of
from service.importers.rows import Row
from service.importers.seed_files import seeds_in

ORGANISATIONS = {
    "QKS": ("NHS Kent and Medway Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "QNX": ("NHS Sussex Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "QU9": ("NHS Thames Integrated Care Board", "INTEGRATED_CARE_BOARD"),
    "Y59": ("South East", "REGION"),
    "HCP-EAST": ("East", "HEALTH_AND_CARE_PARTNERSHIP"),
    "HCP-WEST": ("West", "HEALTH_AND_CARE_PARTNERSHIP"),
}


READ = reader(BriefingInputs)
FACTS = ("change_of", "change_since", "difference_of", "counted_by", "parts_are_whole")
PLAIN = dict.fromkeys(FACTS) | {"parts_are_whole": False}


@cache
def seeded_metrics() -> dict[str, Row]:
    """The metrics of the seeds, by their codes."""
    return {row["code"]: row for row in seeds_in(files("seeds")).metrics}


@cache
def outline() -> list[dict[str, Any]]:
    """The outline of the seeds, as the statement brings it."""
    return [row.without("board", "position") for row in seeds_in(files("seeds")).paper]


def _compared(code: str) -> dict[str, Any]:
    """What the figures of a metric are compared with, as the seeds declare it."""
    row = seeded_metrics().get(code)
    return PLAIN if row is None else {name: row[name] for name in FACTS}


def figure(metric: str, value: str, ends: str = "2025-03-31", of: str = "QKS", **more: Any) -> dict[str, Any]:
    """A figure as the statement brings it; its period is the day on which it ends, unless a label is given."""
    unit = Unit.PERCENT if metric.endswith("_percent") else Unit.FTE if "_fte" in metric else Unit.COUNT
    empty = dict.fromkeys(("numerator", "denominator", "lower", "upper", "recorded", "made"))
    nothing = empty | {"has_nil_return": False, "rests_on": None, "of": None}
    period = {"kind": "SNAPSHOT", "starts": ends, "ends": ends, "label": ends}
    said = {"metric": metric, "organisation": of, "unit": unit, "value": value, "qualifier": "EXACT", "key": 0}
    return {**nothing, **period, **said, **more}


def data(*figures: dict[str, Any], **metrics: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a paper with these figures, each under a key of its own; `metrics` say more of a metric."""
    ordered = sorted(figures, key=lambda each: (each["metric"], each["organisation"], each["ends"]))
    rules = {"part_of": None, "denominator_metric": None, "roll_up": "SUM", "source": "A source"}
    codes = sorted({each["metric"] for each in figures} | set(metrics))
    return {
        "as_of": "2025-06-30",
        "at": "2025-06-30",
        "members_on": "2025-06-30",
        "board": "QKS",
        "region": "Y59",
        "outline": outline(),
        "figures": [{**each, "key": at} for at, each in enumerate(ordered, start=1)],
        "metrics": [
            {
                **rules,
                "code": code,
                "name": code.replace("_", " "),
                "description": "What it is",
                "counts": seeded_metrics()[code]["counts"] if code in seeded_metrics() else "AT_DATE",
                **_compared(code),
                **metrics.get(code, {}),
            }
            for code in codes
        ],
        "organisations": [
            {"code": code, "name": name, "kind": kind, "has_another_paper": False}
            for code, (name, kind) in ORGANISATIONS.items()
        ],
        "partnerships": [{"code": code, "networks": [], "orphans": []} for code in ("HCP-EAST", "HCP-WEST")],
        "targets": [],
        "corrections": [],
        "closures": [],
    }


def facts(*figures: dict[str, Any], **metrics: dict[str, Any]) -> Facts:
    """The facts of these figures."""
    return facts_of(READ(data(*figures, **metrics)))


def paper(json: Any) -> briefing.Briefing:
    """The paper of such JSON."""
    return briefing.built(READ(json))
