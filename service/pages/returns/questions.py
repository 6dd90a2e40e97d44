"""What a quarter asks of one organisation becomes questions, each with its last answer and what is in the draft."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from schema.enumerations import FigureOrigin, Qualifier, RequestState, SubmissionStatus, Unit
from schema.errors import Refusal
from schema.lifecycle import OPEN
from schema.periods import Period, quarter_named
from schema.types.scalars import OdsCode
from schema.units import unit_rules
from service.briefing.wording import qualified
from service.pages.frame import value_words
from service.pages.scope import check_writer
from service.pages.showing import read
from service.sheets.written import plain
from service.viewer import Viewer
from service.writes.naming import organisation_named

_ROW = (
    "row metricCode organisationCode periodCode value numerator denominator lowerConfidenceLimit upperConfidenceLimit "
    "qualifier isProvisional sourceTitle sourceReference isNilReturn note reason"
)
_FINDING = "code severity message remedy row path acceptedReason"
_RETURN = f"""
query Return($quarter: String!, $organisation: OdsCode!, $to: Date!) {{
  organisation(code: $organisation) {{ code name kind }}
  completeness(quarter: $quarter, organisation: $organisation) {{
    softDeadline hardDeadline
    requests(filter: {{organisation: {{code: {{eq: $organisation}}}}}}, first: 200) {{
      nodes {{
        state isLate dueOn
        metric {{
          code name description unit numeratorLabel denominatorLabel theme {{ name }}
          derivedFrom {{ rolledUp(organisation: $organisation, period: $quarter) {{ value restsOn of }} }}
          figures(organisations: [$organisation], to: $to, latestOnly: true, first: 1) {{
            nodes {{ value qualifier origin restsOn of period {{ label }} }}
          }}
        }}
      }}
    }}
  }}
  submissions(
    filter: {{quarter: {{eq: $quarter}}, organisation: {{code: {{eq: $organisation}}}},
      status: {{in: [{" ".join(OPEN)}]}}}}
    first: 20
  ) {{
    nodes {{
      id version status checkedAt submittedAt decisionReason decidedAt amends {{ id }}
      submittedBy {{ name }} decidedBy {{ name }}
      sent {{ {_ROW} }}
      findings {{ {_FINDING} }}
      answeredFindings {{ {_FINDING} }}
      comments {{
        metric {{ code name }} organisation {{ code name }} theme {{ name }}
        words writtenBy {{ name }} writtenAt answeredAt
      }}
      availableActions {{ action enabled reason }}
    }}
  }}
}}
"""
_EDITABLE = (SubmissionStatus.DRAFT, SubmissionStatus.RETURNED)
_ANSWERED = (RequestState.PUBLISHED, RequestState.NIL)


@dataclass(frozen=True)
class Question:
    """One figure that is asked for. `row` is its answer in the draft as it was sent, with its findings."""

    code: str
    name: str
    description: str
    unit: Unit
    theme: str
    # What its two numbers count, where a value can be made of them.
    labels: tuple[str, str] | None
    state: RequestState
    # The latest published answer until the quarter's end: as people type it, in words, and for which period.
    last: tuple[str, str, str] | None
    # From which returns it is worked out, where it is.
    derived: str | None
    row: Mapping[str, Any] | None
    findings: Sequence[Mapping[str, Any]] = ()

    @property
    def is_asked(self) -> bool:
        """Whether the form has a field for it: neither published nor worked out, or in the draft already."""
        return self.row is not None or (self.derived is None and self.state not in _ANSWERED)


@dataclass(frozen=True)
class Return:
    """An organisation's questions of a quarter, and the submission that is under way, as GraphQL gives it."""

    quarter: Period
    organisation: Mapping[str, Any]
    due_on: str | None
    questions: Sequence[Question]
    draft: Mapping[str, Any] | None

    @property
    def is_open(self) -> bool:
        """Whether its answers can be changed: it has not been sent, or has come back."""
        return self.draft is None or self.draft["status"] in _EDITABLE

    @property
    def comments(self) -> Sequence[Mapping[str, Any]]:
        """What was said about single answers and sections: whatever is open, and all of the last time it came back."""
        draft = self.draft or {"comments": (), "decidedAt": None}
        return [each for each in draft["comments"] if not each["answeredAt"] or each["writtenAt"] == draft["decidedAt"]]

    def comments_on(self, theme: str) -> Sequence[Mapping[str, Any]]:
        """What was said about a section as a whole."""
        return [each for each in self.comments if each["theme"] and each["theme"]["name"] == theme]

    @property
    def comments_elsewhere(self) -> Sequence[Mapping[str, Any]]:
        """What was said about answers that the form has no question for."""
        asked = {each.code for each in self.questions if each.is_asked}
        themes = {each.theme for each in self.questions if each.is_asked}
        return [
            each
            for each in self.comments
            if (each["theme"]["name"] not in themes if each["theme"] else not self._is_at(each, asked))
        ]

    def comments_at(self, code: str) -> Sequence[Mapping[str, Any]]:
        """What was said about the answer to a question."""
        return [each for each in self.comments if self._is_at(each, {code})]

    def _is_at(self, comment: Mapping[str, Any], codes: Collection[str]) -> bool:
        is_own = comment["metric"] and comment["organisation"]["code"] == self.organisation["code"]
        return bool(is_own and comment["metric"]["code"] in codes)

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"/quarters/{self.quarter.code}/{self.organisation['code']}"


async def return_of(request: Request, *, by: Viewer) -> Return:
    """The return that an address names, for somebody who may send it.

    Refusals: `FORBIDDEN` for a role that sends nothing; `page/unknown` for all that the viewer does not act for.
    """
    quarter = quarter_named(request.path_params["quarter"])
    code = request.path_params["organisation"]
    check_writer(by)
    if quarter is None or not await _acts_for(request, code, quarter, by=by):
        raise Refusal("page/unknown", "There is no such return among those that you can send.")
    found = await read(request, _RETURN, quarter=quarter.code, organisation=code, to=quarter.ends.isoformat())
    nodes = [each for each in found["completeness"]["requests"]["nodes"] if each["state"] != RequestState.EXEMPT]
    draft = _under_way(found["submissions"]["nodes"])
    if not nodes and draft is None:
        raise Refusal("page/unknown", f"Nothing is asked of {found['organisation']['name']} in {quarter.label}.")
    due_on = max((each["dueOn"] for each in nodes if each["dueOn"]), default=None)
    return Return(quarter, found["organisation"], due_on, [_question(each, code, draft) for each in nodes], draft)


async def _acts_for(request: Request, code: str, quarter: Period, *, by: Viewer) -> bool:
    async with request.app.state.database.rehearsal(scope=by.scope) as session:
        named = OdsCode(code) if code.isascii() and code.isalnum() else None
        return named is not None and await organisation_named(session, named, quarter.ends, by=by) is not None


def _under_way(submissions: Sequence[Any]) -> Mapping[str, Any] | None:
    """The submission to go on with: best one that can be edited, and the newest of these. They come newest first."""
    own = [each for each in submissions if each["amends"] is None]
    return next((each for each in own if each["status"] in _EDITABLE), own[0] if own else None)


def _question(node: Any, organisation: str, draft: Mapping[str, Any] | None) -> Question:
    metric, state = node["metric"], RequestState(node["state"])
    unit = Unit(metric["unit"])
    figure = next(iter(metric["figures"]["nodes"]), None)
    rows = [
        each
        for each in (draft["sent"] if draft else ())
        if (each["metricCode"], each["organisationCode"]) == (metric["code"], organisation)
    ]
    found = [*draft["findings"], *draft["answeredFindings"]] if draft else []
    return Question(
        metric["code"],
        metric["name"],
        metric["description"],
        unit,
        metric["theme"]["name"],
        _labels(metric, unit),
        state,
        figure and (typed(figure, unit), value_words(figure, unit), figure["period"]["label"]),
        _worked_out(metric, figure, state, unit),
        rows[0] if rows else None,
        [each for each in found if rows and each["row"] == rows[0]["row"]],
    )


def typed(figure: Mapping[str, Any], unit: Unit, part: str = "value") -> str:
    """A part of a figure as people type it; empty where it has none. Its value may be about, over or under a number."""
    number = figure[part]
    if number is None:
        return ""
    if unit is Unit.YES_NO and number in (0, 1):
        return "Yes" if number else "No"
    return qualified(Qualifier(figure["qualifier"]), plain(float(number))) if part == "value" else plain(float(number))


def _labels(metric: Any, unit: Unit) -> tuple[str, str] | None:
    if not unit_rules(unit).is_ratio:
        return None
    return metric["numeratorLabel"] or "Numerator", metric["denominatorLabel"] or "Denominator"


def _worked_out(metric: Any, figure: Any, state: RequestState, unit: Unit) -> str | None:
    """From how many returns a value is worked out, in words; None where nobody has returned anything to do so."""
    made = metric["derivedFrom"] and metric["derivedFrom"]["rolledUp"]
    if figure and state in _ANSWERED and figure["origin"] == FigureOrigin.DERIVED:
        made = figure
    if not made or made["value"] is None:
        return None
    value = value_words({"qualifier": "EXACT", **made}, unit)
    if made["restsOn"] is None:
        return f"{value}, worked out from other figures"
    return f"{value}, worked out from {made['restsOn']:,} of {made['of']:,} returns"
