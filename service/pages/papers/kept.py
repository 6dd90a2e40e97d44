"""The paper of a quarter as its pages show it: what the service writes, what people wrote, and what changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import orjson
from starlette.requests import Request

from schema.enumerations import Role, TargetStatus
from schema.errors import Refusal
from schema.periods import Period, long_date, parsed, quarter_named
from service.answers.answers import Answers
from service.answers.request import GraphQLRequest
from service.briefing.changes import Change, Correction, Moved, changed_figures, moved_targets
from service.briefing.checklist import SUMMARY, Check, checks, needs_action
from service.briefing.outline import DEFINITIONS
from service.briefing.reasons import WHY
from service.pages.frame import day_of_moment, standing
from service.pages.paper import SHOWN, Paper, Part, paper_of
from service.pages.papers.since import Ask, Later, corrections_since, later
from service.pages.showing import board_of, read
from service.reads.reader import today
from service.viewer import Viewer

_FIGURE = "figure{0} {{ value qualifier metric {{ unit }} period {{ label }} }}"
_PAPER = f"""
query Paper($quarter: String!, $board: OdsCode!) {{
  paper(quarter: $quarter, board: $board) {{
    quarter addressedTo sentFrom datedOn recommendation version frozenAt frozenBy content isSuperseded
    narratives {{ section words owner quarter version writtenAt writtenBy }}
    actions {{
      number quarter what owner due outcome closedIn version
      metric {{ code name unit }} {_FIGURE.format("")} {_FIGURE.format("Now")}
    }}
  }}
  papers(board: $board) {{ quarter frozenAt }}
}}
"""
_CONTENT = f"""
query Content($quarter: String!, $board: OdsCode!) {{
  briefing(quarter: $quarter, board: $board) {{ ...Shown }}
}}
{SHOWN}
"""
_OTHER = """
query Other($quarter: String!, $board: OdsCode!) { paper(quarter: $quarter, board: $board) { content } }
"""
_START = "mutation Start($input: SavePaperInput!) { savePaper(input: $input) { problems { code } } }"
# Where the paper says how things are in short: what has changed for the worse comes first.
_ORDER = [
    TargetStatus.MISSED,
    TargetStatus.LOST,
    TargetStatus.DETERIORATING,
    TargetStatus.LIMITED,
    TargetStatus.ACCELERATE,
    TargetStatus.ON_TRACK,
    TargetStatus.MET_AT_RISK,
    TargetStatus.MET,
    TargetStatus.NOT_ASSESSABLE,
    TargetStatus.NO_DATA,
]


@dataclass(frozen=True)
class KeptPaper:
    """A paper: `written` is what GraphQL answers of it, `last` the content of the frozen paper before it.

    Of a frozen paper there are the `corrections` of its figures since, and what the frozen paper after it changes.
    """

    quarter: Period
    board: Mapping[str, Any]
    content: Mapping[str, Any]
    written: Mapping[str, Any]
    last: Mapping[str, Any] | None
    can_write: bool
    can_freeze: bool
    corrections: Sequence[Correction] = ()
    later: Later | None = None

    @cached_property
    def paper(self) -> Paper:
        """What the service writes, in runs of text."""
        return paper_of(self.content)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"/papers/{self.quarter.code}"

    @property
    def is_started(self) -> bool:
        """Whether somebody has written in it."""
        return bool(self.written["version"])

    @property
    def is_frozen(self) -> bool:
        """Whether it never changes any more."""
        return bool(self.written.get("frozenAt"))

    @property
    def state(self) -> str:
        """How far it is, as its files say it: "Draft of 27 November 2026"."""
        if self.is_frozen:
            return f"Frozen on {day_of_moment(self.written['frozenAt'])} by {self.written['frozenBy']}"
        return f"Draft of {long_date(today())}"

    @property
    def actions(self) -> Sequence[Mapping[str, Any]]:
        """The actions that it asks for or follows up."""
        actions: Sequence[Mapping[str, Any]] = self.written["actions"]
        return actions

    @property
    def checks(self) -> list[Check]:
        """The checklist before it is frozen."""
        return checks(self.content, self.written, self.written["narratives"], self.actions)

    @property
    def targets(self) -> list[Mapping[str, Any]]:
        """Its targets, what needs attention first; what cannot be judged comes last."""
        return sorted(self.content["targets"], key=lambda each: _ORDER.index(TargetStatus(each["status"])))

    def named(self, measure: str, organisation: str, code: str) -> str:
        """A measure, and whose it is unless it is the ICB's own: "Electronic fit notes, Medway NHS Trust"."""
        return measure if code == self.board["code"] else f"{measure}, {organisation}"

    def target_name(self, target: Mapping[str, Any]) -> str:
        """The measure of a target of the paper, and whose it is."""
        return self.named(target["metricName"], target["organisationName"], target["organisationCode"])

    @property
    def superseded(self) -> str:
        """What has become of the figures of a frozen paper, in a sentence; empty where nothing has."""
        if not self.written["isSuperseded"]:
            return ""
        frozen = day_of_moment(self.written["frozenAt"])
        return f"Figures in it were corrected or withdrawn after it was frozen on {frozen}."

    def correction_words(self, found: Correction) -> str:
        """What became of a figure: "GPs, 31 March 2025: was 946 FTE, is now 950 FTE"."""
        name = self.named(found.name, found.organisation, found.organisation_code)
        return f"{name}, {found.period}: was {found.before}, is now {found.after}"

    def moved_words(self, found: Moved) -> str:
        """What became of the status of a target: "Practices with call back: was “Missed”, is now “Met”"."""
        was, now = standing(found.before), standing(found.after)
        return f"{self.target_name(found.after)}: was “{was}”, is now “{now}”"

    @property
    def without_action(self) -> list[Mapping[str, Any]]:
        """The targets that need an action and have none."""
        asked = {each["metric"]["code"] for each in self.actions if each["metric"]}
        return [each for each in needs_action(self.content["targets"]) if each["metricCode"] not in asked]

    @property
    def has_same_recommendation(self) -> bool:
        """Whether the last paper recommends the same."""
        said = self.written["recommendation"]
        return bool(said) and self.last is not None and self.last["paper"]["recommendation"] == said

    @cached_property
    def moved(self) -> list[Moved]:
        """The targets whose status has changed since the last paper."""
        return [] if self.last is None else moved_targets(self.last, self.content)

    @cached_property
    def changed(self) -> list[Change]:
        """The figures that have changed since the last paper."""
        return [] if self.last is None else changed_figures(self.last, self.content)

    @property
    def headings(self) -> list[str]:
        """What a narrative can be about: the whole paper, and each section but for the definitions."""
        return [SUMMARY, *(part.heading for part in self.body)]

    @property
    def why(self) -> list[Part]:
        """What is on record of why figures changed, for the summary; empty where nothing is."""
        return [part for part in self.paper.parts if part.heading == WHY]

    @property
    def body(self) -> list[Part]:
        """The sections that are read; the definitions of measures are in the annex."""
        return [part for part in self.paper.parts if part.heading not in {DEFINITIONS, WHY}]

    @property
    def annex(self) -> list[Part]:
        """The definitions."""
        return [part for part in self.paper.parts if part.heading == DEFINITIONS]

    def narrative(self, heading: str) -> Mapping[str, Any] | None:
        """What somebody wrote about a section, in this paper or in one before it; None for nothing."""
        found = (each for each in self.written["narratives"] if each["section"] == heading)
        return next(found, None)

    def own_version(self, heading: str) -> int:
        """The version of this paper's own narrative of a section; 0 where it has none."""
        found = self.narrative(heading)
        return found["version"] if found is not None and found["quarter"] == self.quarter.code else 0


def slug(heading: str) -> str:
    """A heading as a part of an address: general-practice-services."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


async def kept_paper(request: Request) -> KeptPaper:
    """The paper that an address names. Refusals: `page/no-paper`, for a reader also before it is frozen."""
    viewer = (await Answers.of(request).caller(request)).viewer
    board = await board_of(request)
    found = await paper_for(viewer, partial(read, request), request.path_params["quarter"], board)
    of = {"quarter": found.quarter.code, "board": board["code"]}
    if not found.is_started and not (found.can_write and await _may_start(request, of)):
        raise no_paper()
    return found


async def paper_for(viewer: Viewer | None, ask: Ask, code: str, board: Mapping[str, Any]) -> KeptPaper:
    """The paper of a quarter as a viewer may see it; `ask` answers documents. Refusals: `page/no-paper`."""
    quarter = quarter_named(code)
    if quarter is None:
        raise no_paper()
    of = {"quarter": quarter.code, "board": board["code"]}
    found = await ask(_PAPER, **of)
    may_write = viewer is not None and viewer.role is not Role.READER
    written = found["paper"]
    is_frozen = written is not None and written["frozenAt"] is not None
    content = orjson.loads(written["content"]) if is_frozen else (await ask(_CONTENT, **of))["briefing"]
    if written is None:
        written = _new(quarter, await _before(ask, found["papers"], quarter, board["code"]))
    if is_frozen:
        # What people wrote is kept with it: an action may have been changed since.
        written = {**written, **content["paper"]}
    return KeptPaper(
        quarter=quarter,
        board=board,
        content=content,
        written=written,
        last=await _last(ask, found["papers"], quarter, board["code"]),
        can_write=may_write and not is_frozen,
        can_freeze=viewer is not None and viewer.role in {Role.APPROVER, Role.ADMINISTRATOR} and not is_frozen,
        corrections=await corrections_since(ask, content) if written["isSuperseded"] else (),
        later=await _later(ask, found["papers"], quarter, board["code"], content) if is_frozen else None,
    )


async def _before(ask: Ask, papers: Sequence[Mapping[str, Any]], quarter: Period, board: str) -> Mapping[str, Any]:
    """What people wrote in the last paper before a quarter's; nothing where there is none."""
    before = [each["quarter"] for each in papers if each["quarter"] < quarter.code]
    return (await ask(_PAPER, quarter=max(before), board=board))["paper"] or {} if before else {}


def _new(quarter: Period, last: Mapping[str, Any]) -> dict[str, Any]:
    """A paper that nobody has started, with what the first thing that is saved in it carries on from the last one."""
    return {
        **{name: last.get(name) for name in ("addressedTo", "sentFrom", "recommendation")},
        **dict.fromkeys(("datedOn", "frozenAt", "frozenBy")),
        "quarter": quarter.code,
        "version": 0,
        "isSuperseded": False,
        "narratives": last.get("narratives", []),
        "actions": [each for each in last.get("actions", ()) if each["closedIn"] is None],
    }


async def _may_start(request: Request, of: Mapping[str, str]) -> bool:
    """Whether whoever asks acts for the ICB: a dry run of the first command would not be refused."""
    answer = await Answers.of(request).write(request, GraphQLRequest(_START, {"input": {**of, "validateOnly": True}}))
    return not orjson.loads(answer)["savePaper"]["problems"]


def no_paper() -> Refusal:
    """That there is no paper to read."""
    return Refusal("page/no-paper", "There is no final paper for this quarter yet.")


async def _last(ask: Ask, papers: Sequence[Mapping[str, Any]], quarter: Period, board: str) -> Mapping[str, Any] | None:
    """The content of the last paper before a quarter's that was frozen."""
    frozen = [each["quarter"] for each in papers if each["frozenAt"] and each["quarter"] < quarter.code]
    if not frozen:
        return None
    return await _content_of(ask, max(frozen), board)


async def _later(
    ask: Ask, papers: Sequence[Mapping[str, Any]], quarter: Period, board: str, content: Mapping[str, Any]
) -> Later | None:
    """What the first frozen paper after a quarter's changes."""
    after = [each["quarter"] for each in papers if each["frozenAt"] and each["quarter"] > quarter.code]
    if not after:
        return None
    return later(parsed(min(after)), content, await _content_of(ask, min(after), board))


async def _content_of(ask: Ask, quarter: str, board: str) -> Mapping[str, Any]:
    found = (await ask(_OTHER, quarter=quarter, board=board))["paper"]
    content: Mapping[str, Any] = orjson.loads(found["content"])
    return content
