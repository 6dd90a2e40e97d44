"""Two contents of a paper become what changed from one to the other: its measures, and the status of its targets.

And a frozen one becomes which of its figures were corrected since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schema.enumerations import FigureStatus, Qualifier, Unit
from service.briefing.wording import amount, qualified

Content = Mapping[str, Any]
_NOTHING_NOW = "No figure now"


@dataclass(frozen=True)
class Change:
    """A measure of an organisation as the earlier paper gave it, and as the later one does. Empty: it had none."""

    code: str
    name: str
    organisation_code: str
    organisation: str
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """A target whose status has changed, as the earlier paper lists it, and as the later one does."""

    before: Content
    after: Content


@dataclass(frozen=True)
class Correction:
    """A figure that was corrected or withdrawn: as a paper gives it, and as it is now."""

    code: str
    name: str
    organisation_code: str
    organisation: str
    period: str
    before: str
    after: str


def value_of(figure: Mapping[str, Any]) -> str:
    """A figure as a paper writes it, with the digits that GraphQL gives."""
    value, unit = Decimal(repr(figure["value"])).normalize(), Unit(figure["metric"]["unit"])
    return qualified(Qualifier(figure["qualifier"]), amount(value, unit))


def changed_figures(before: Content, after: Content) -> list[Change]:
    """The latest figures that differ, in the order of the later paper; then those that it no longer has."""
    earlier, later = _latest(before), _latest(after)
    found = []
    for series, figure in later.items():
        old = earlier.get(series)
        if old is None or _dated(old) != _dated(figure):
            found.append(Change(*_names(figure), "" if old is None else _dated(old), _dated(figure)))
    gone = [figure for series, figure in earlier.items() if series not in later]
    return found + [Change(*_names(each), _dated(each), _NOTHING_NOW) for each in gone]


def _names(figure: Mapping[str, Any]) -> tuple[str, str, str, str]:
    metric, organisation = figure["metric"], figure["organisation"]
    return metric["code"], metric["name"], organisation["code"], organisation["name"]


def corrections(given: Iterable[Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> list[Correction]:
    """Of the figures that a paper gives, those that have another revision now; `now` has them by their ids."""
    found = {}
    for figure in given:
        current = now.get(figure["id"])
        if current is not None and current["revision"] != figure["revision"]:
            was = value_of(figure)
            found[figure["id"]] = Correction(*_names(figure), figure["period"]["label"], was, _current(current, was))
    return list(found.values())


def _current(figure: Mapping[str, Any], was: str) -> str:
    if figure["status"] == FigureStatus.WITHDRAWN:
        return "withdrawn"
    value = value_of(figure)
    return f"{value}, published again with the same value" if value == was else value


def moved_targets(before: Content, after: Content) -> list[Moved]:
    """The targets whose status differs."""
    earlier = {(each["metricCode"], each["organisationCode"]): each for each in before["targets"]}
    pairs = ((earlier.get((each["metricCode"], each["organisationCode"])), each) for each in after["targets"])
    return [Moved(old, each) for old, each in pairs if old is not None and old["status"] != each["status"]]


def _latest(content: Content) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Of each measure and organisation the figure of the latest period."""
    latest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for figure in (each for section in content["sections"] for each in section["figures"]):
        series = (figure["metric"]["code"], figure["organisation"]["code"])
        if series not in latest or latest[series]["period"]["end"] <= figure["period"]["end"]:
            latest[series] = figure
    return latest


def _dated(figure: Mapping[str, Any]) -> str:
    return f"{value_of(figure)} ({figure['period']['label']})"
