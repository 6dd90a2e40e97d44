"""No list without pages: each list of objects is short by its nature, or another field has it in pages."""

from typing import Any

from graphql import GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from schema.graph import graph

SCHEMA = graph._schema

# Where the same rows, or those that a list may grow to, are in pages.
IN_PAGES = {
    "Completeness.byMetric": "Completeness.requests",
    "Completeness.byOrganisation": "Completeness.requests",
    "Completeness.missing": "Completeness.requests",
    "Figure.targets": "Query.targets",
    "HealthAndCarePartnership.orphanPractices": "HealthAndCarePartnership.practices",
    "Metric.targets": "Metric.targetPage",
    "Organisation.targets": "Query.targets",
    "Query.periods": "Query.periodPage",
    "Submission.history": "Query.auditEvents",
    "Target.inheriting": "Target.inheritingPage",
    "TargetSummary.targets": "TargetSummary.targetPage",
    "Theme.metrics": "Query.metrics",
}
_ENUMERATED = "One for each value of an enumeration, or of an argument."
_NHS = "As many as the NHS has: 7 regions, some 40 ICBs, and a few partnerships in each."
_COMMAND = "As many as one command can have: 10,000 figures at most, and findings about them."
_CHART = "A chart is whole: `from`, `to` or the period choose which."
_PAPER = "The outline of a paper, and what people wrote for one quarter."
_REASONS = "One at most for each field of the object that can be null."
_LIFE = "What has happened to one thing, such as a new name or a revision."
# Why a list is short.
SHORT = {
    **dict.fromkeys(
        ("Query.practicesBy", "Query.practicesByValue", "Query.targetMoveCounts", "Query.targetSummary"), _ENUMERATED
    ),
    **dict.fromkeys(("MatrixRow.cells", "Organisation.seriesOf", "Query.nodes", "SimilarPractice.traits"), _ENUMERATED),
    "Submission.availableActions": _ENUMERATED,
    **dict.fromkeys(("Submission.answeredFindings", "Submission.changes"), _COMMAND),
    **dict.fromkeys(("Submission.comments", "Submission.findings", "Submission.sent"), _COMMAND),
    **dict.fromkeys(("Query.integratedCareBoards", "Query.healthAndCarePartnerships"), _NHS),
    **dict.fromkeys(("IntegratedCareBoard.healthAndCarePartnerships", "Region.integratedCareBoards"), _NHS),
    **dict.fromkeys(("PublishSubmissionsPayload.submissions", "RegisterPayload.recalculated"), _COMMAND),
    **dict.fromkeys(("RowResult.problems", "SubmissionResult.problems", "SubmissionResult.rows"), _COMMAND),
    **dict.fromkeys(("Figure.notCalculated", "Funnel.notCalculated", "MatrixCell.notCalculated"), _REASONS),
    **dict.fromkeys(("Metric.notCalculated", "Series.notCalculated", "SeriesPoint.notCalculated"), _REASONS),
    "TargetProgress.notCalculated": _REASONS,
    "OrganisationScore.parts": _ENUMERATED,
    "FiguresOfNote.notes": _COMMAND,
    **dict.fromkeys(("CountChart.points", "Funnel.outliers", "Funnel.points", "Organisation.rolledUp"), _CHART),
    **dict.fromkeys(("Series.forecast", "Series.missingPeriods", "Series.points", "Series.processLimits"), _CHART),
    **dict.fromkeys(("Series.recalculations", "Target.progress"), _CHART),
    **dict.fromkeys(("Briefing.doubts", "Briefing.sections", "Briefing.targets", "BriefingSection.charts"), _PAPER),
    **dict.fromkeys(("BriefingSection.figures", "BriefingSection.numbers", "BriefingSection.tables"), _PAPER),
    **dict.fromkeys(("Paper.actions", "Paper.narratives"), _PAPER),
    **dict.fromkeys(("Figure.revisions", "Target.revisions", "Practice.cqcRatings", "Target.milestones"), _LIFE),
    **dict.fromkeys(("Organisation.formerNames", "Organisation.predecessors", "Organisation.successors"), _LIFE),
    **dict.fromkeys(("Organisation.formerMembers", "Organisation.memberships"), _LIFE),
    "Organisation.ancestors": "One for each level: four at most.",
    "Metric.derived": "The definitions of a few metrics.",
    "Metric.parts": "The definitions of a few metrics.",
    "Query.themes": "The sections of a paper.",
    "Query.papers": "Four a year for each ICB.",
    "Query.collections": "A definition for each metric that is asked for: it does not grow with figures or years.",
}


def lists() -> dict[str, Any]:
    """Every field that is a list of objects, but those of pages and of payloads; an interface's are its own alone."""
    found: dict[str, Any] = {}
    for kind in SCHEMA.type_map.values():
        is_page = kind.name.endswith(("Connection", "Edge")) or kind.name.startswith("__")
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or is_page:
            continue
        above = {name for each in kind.interfaces for name in each.fields}
        is_list = {name: field for name, field in kind.fields.items() if _is_list_of_objects(field.type)}
        found |= {f"{kind.name}.{name}": field for name, field in is_list.items() if name not in above}
    return {place: field for place, field in found.items() if not place.endswith(("Payload.problems", "Payload.rows"))}


def _is_list_of_objects(kind: Any) -> bool:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return isinstance(inner, GraphQLList) and not is_leaf_type(get_named_type(inner))


def test_each_list_is_in_pages_or_short_and_why_is_said():
    assert set(lists()) - {"UpdateQuarterlyFiguresPayload.figures"} == IN_PAGES.keys() | SHORT.keys()


def test_what_a_list_is_replaced_by_has_pages():
    for place in IN_PAGES.values():
        kind, name = place.split(".")
        field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]
        assert get_named_type(field.type).name.endswith("Connection")
        assert {"first", "after", "last", "before"} <= field.args.keys()


def test_a_list_that_has_a_field_with_pages_next_to_it_is_deprecated_in_its_favour():
    """Those of the whole schema, such as `targets`, have filters that lead to the rows of one."""
    for place, pages in IN_PAGES.items():
        if pages.endswith("Page"):
            assert pages.split(".")[1] in (lists()[place].deprecation_reason or "")
