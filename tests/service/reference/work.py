"""A year's work on a seeded database, command by command, so that every field has something to show.

Each is the name of a mutation and its input, by Ada, an administrator, unless it says that Bob sends it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

QUARTER = {"quarter": "2024-25-Q4", "organisation": "QKS"}
PAPER = {"quarter": "2024-25-Q4", "board": "QKS"}
DAY, LATER = "2025-06-30", "2025-07-31"
# What has been answered so far, by the name of the mutation.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Work:
    """A mutation, its input by what has been answered before, and whose key carries it out."""

    name: str
    given: Callable[[Answers], dict[str, Any]]
    by: str = "Ada"
    # Whether it is meant to be refused, to show a problem.
    is_refused: bool = False


def always(**given: Any) -> Callable[[Answers], dict[str, Any]]:
    """An input that does not depend on answers."""
    return lambda _: given


def step(**more: Any) -> Callable[[Answers], dict[str, Any]]:
    """The latest submission at the version that it has now."""
    return lambda answers: {
        "id": answers["submission"]["id"],
        "expectedVersion": answers["submission"]["version"],
        **more,
    }


def figure(value: float | None, metric: str = "call_back_percent", **more: Any) -> dict[str, Any]:
    """One figure of the ICB."""
    return {"metric": metric, "organisation": "QKS", "value": value, **more}


def share(practices: int, **more: Any) -> dict[str, Any]:
    """Of 115 practices that were asked, so many call back."""
    return {"metric": "call_back_percent", "organisation": "QKS", "numerator": practices, "denominator": 115, **more}


_SOURCE = {"source": {"title": "Survey of practices", "reference": "Table 2"}}
_LIMITS = {"lowerConfidenceLimit": 55.9, "upperConfidenceLimit": 58.3}
_FIGURES = [
    share(102, note="As counted by the team.", reason="Counted by telephone.", **_SOURCE),
    figure(57.1, "nhs_app_registered_percent", reason="From the survey.", **_LIMITS),
    figure(None, "cloud_telephony_percent", isNilReturn=True),
]


def _register() -> Iterator[Work]:
    yield Work("saveTheme", always(code="estates", name="Estates", reason="A new section."))
    yield Work(
        "saveMetric",
        always(
            code="weekly_appointments",
            name="Appointments in a week",
            description="Appointments in the last full week of the quarter.",
            theme="estates",
            unit="COUNT",
            direction="HIGHER_IS_BETTER",
            decimals=0,
            collectedFrom=["PRACTICE", "INTEGRATED_CARE_BOARD"],
            rollUp="SUM",
        ),
    )
    yield Work(
        "saveCollection",
        always(
            metric="weekly_appointments",
            kind="PRACTICE",
            within="QKS",
            firstQuarter="2024-25-Q4",
            quarters=[1, 2, 3, 4],
            dueDays=30,
            reason="Asked for from now on.",
        ),
    )
    yield Work("rateOrganisation", always(organisation="G82002", ratedOn=DAY, rating="GOOD", reason="Inspected."))
    yield Work(
        "saveOrganisation",
        always(code="U34235", name="Dover Town and Harbour", on=DAY, reason="A new name."),
    )
    yield Work(
        "saveOrganisation", always(code="HCP-EAST-KENT", name="East Kent and Coast", on=DAY, reason="A new name.")
    )


def _targets() -> Iterator[Work]:
    yield Work(
        "setTarget",
        always(
            metric="nhs_app_registered_percent",
            organisation="QKS",
            appliesTo="PRACTICE",
            membersNeededPercent=80,
            comparator="AT_LEAST",
            value=60,
            start="2025-01-01",
            due="2030-03-31",
            milestones=[{"due": "2027-03-31", "value": 55}],
            reason="Agreed by the committee.",
        ),
    )
    yield Work(
        "recalculateLimits",
        always(
            metric="sandbox_sparse_percent", organisation="U34235", starts=DAY, fixAfter=12, reason="New telephones."
        ),
    )


def _quarter() -> Iterator[Work]:
    dates = {"opensOn": "2025-04-01", "softDeadline": "2025-04-30", "hardDeadline": "2030-05-31"}
    yield Work("setQuarter", always(quarter="2024-25-Q4", reason="As agreed.", **dates))
    yield Work("grantException", always(**QUARTER, metric="gp_fte", until="2025-06-15", reason="Counted in June."))
    yield Work("updateQuarterlyFigures", always(**QUARTER, figures=[figure(101)]), is_refused=True)
    yield Work("updateQuarterlyFigures", always(**QUARTER, figures=[share(101)]))
    yield Work("saveSubmission", always(**QUARTER, title="Figures of the ICB", figures=_FIGURES), by="Bob")
    yield Work("validateSubmission", lambda answers: step()(answers), by="Bob")
    yield Work("submitSubmission", step(), by="Bob")
    yield Work("recallSubmission", step(reason="One more figure."), by="Bob")
    yield Work("submitSubmission", step(), by="Bob")
    comment = {"metric": "call_back_percent", "organisation": "QKS", "words": "Is Dover in it?"}
    yield Work("returnSubmission", step(reason="One question is open.", comments=[comment]))
    yield Work("submitSubmission", step(reason="Dover is in it."), by="Bob")
    yield Work("approveSubmission", step())
    yield Work("publishSubmission", step())
    amended = {"reason": "Counted again.", "publicNote": "One practice was missed."}
    yield Work(
        "amendFigures", always(**QUARTER, figures=[share(103, reason="One practice more.")], **amended), by="Bob"
    )
    yield Work("submitSubmission", step(), by="Bob")
    yield Work(
        "publishSubmissions",
        lambda answers: {"submissions": [step()(answers)], "reason": "Seen."},
    )
    yield Work(
        "restoreFigure",
        lambda answers: {
            "figure": answers["updateQuarterlyFigures"]["figures"][0]["id"],
            "revision": 1,
            "expectedRevision": 3,
            "reason": "The first count was right.",
            "publicNote": "Back to the first count.",
        },
    )
    yield Work("saveSubmission", always(**QUARTER, figures=[figure(12.5, "gp_fte")]), by="Bob")
    yield Work("discardSubmission", step(reason="Sent by mistake."), by="Bob")
    yield Work("saveSubmission", always(**QUARTER, figures=[share(104, reason="A later count.")]), by="Bob")
    yield Work("submitSubmission", step(), by="Bob")
    yield Work("publishSubmission", step())
    yield Work("withdrawSubmission", step(reason="Not the right quarter.", publicNote="Withdrawn."))
    # And a draft that stays.
    yield Work("saveSubmission", always(**QUARTER, figures=_FIGURES), by="Bob")


def _papers() -> Iterator[Work]:
    yield Work(
        "savePaper",
        always(
            **PAPER,
            sentFrom="Primary care team",
            addressedTo="Primary Care Commissioning Committee",
            datedOn=DAY,
            recommendation="Note the figures.",
        ),
    )
    yield Work("saveNarrative", always(**PAPER, section="Summary", words="More practices call back."))
    visit = {"what": "Visit the practices without call back.", "owner": "Primary care team", "due": DAY}
    yield Work("savePaperAction", always(**PAPER, metric="call_back_percent", **visit))
    yield Work(
        "savePaperAction", always(**PAPER, number=1, outcome="All were visited.", isClosed=True, expectedVersion=1)
    )
    yield Work("freezePaper", always(**PAPER), is_refused=True)


def _quality() -> Iterator[Work]:
    yield Work(
        "saveDataQualityOutcome",
        lambda answers: {
            "code": answers["issue"]["code"],
            "metric": answers["issue"]["metric"]["code"],
            "organisation": answers["issue"]["organisation"]["code"],
            "state": "EXPLAINED",
            "comment": "The record is right: two practices merged.",
        },
    )


def _changes() -> Iterator[Work]:
    """After the figures: practices that move, merge, split and close."""
    yield Work("moveMember", always(member="G82006", to="U34235", on=LATER, reason="It joins another network."))
    yield Work(
        "mergeOrganisations",
        always(organisations=["G82007"], into="G82015", on=LATER, reason="One practice from now on."),
    )
    yield Work("closeOrganisation", always(organisation="G82023", closedOn=LATER, reason="The partners retire."))
    yield Work(
        "saveOrganisation",
        always(
            code="U99998",
            name="Dover Harbour",
            kind="PRIMARY_CARE_NETWORK",
            group="HCP-EAST-KENT",
            on=LATER,
            reason="A new network.",
        ),
    )
    yield Work(
        "splitOrganisation",
        always(
            organisation="U34235",
            into=[{"organisation": "U99998", "members": ["G82002"]}],
            on=LATER,
            closes=False,
            reason="Two networks from now on.",
        ),
    )
    yield Work(
        "correctRegister",
        always(organisation="G82002", name="St James’ Surgery", reason="As the practice writes it."),
    )


def work() -> Iterator[Work]:
    """The whole year, in order."""
    for part in (_register, _targets, _quarter, _papers, _quality, _changes):
        yield from part()
