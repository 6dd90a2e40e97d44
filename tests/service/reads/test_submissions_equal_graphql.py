"""Everything that submissions, audit events and quarters say, to every viewer, equals what the reference says.

Random documents come across these seldom and in pieces; these documents ask for the whole.
"""

import pytest

from service.answers.errors import failure
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written
from tests.service.reads.viewers import VIEWERS, viewers

WHOLE = {
    "submissions": """{ submissions(filter: {or: [{status: {ne: DRAFT}}, {}]}) { totalCount edges { cursor node { ...All
        amends { ...All amends { id title } } } } } } fragment All on Submission {
        __typename id quarter organisation { code } status version title checkedAt reason createdAt submittedAt isLate
        decidedAt decisionReason publishedAt publicNote createdBy { name role } editedBy { name role }
        submittedBy { name role } decidedBy { name role } publishedBy { name role }
        availableActions { action enabled reason } history { id action at actor { name role } } }""",
    "rows": """{ submissions(filter: {status: {notIn: []}}) { nodes { title
        entries(first: 4) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
            row metric { code } organisation { code } period { code } value numerator denominator isNilReturn note
            reason qualifier lowerConfidenceLimit upperConfidenceLimit isProvisional sourceTitle sourceReference } } }
        sent { row metricCode organisationCode periodCode value numerator denominator isNilReturn note reason
            qualifier lowerConfidenceLimit upperConfidenceLimit isProvisional sourceTitle sourceReference }
        findings { ...Said } all: findings(includeInformation: true) { ...Said } answeredFindings { ...Said }
        informationCount
        comments { metric { code } organisation { code } theme { code } words writtenBy { name role } writtenAt
            answeredAt }
    } } } fragment Said on Finding {
        code severity message remedy row metric { code } organisation { code } path acceptedReason }""",
    "changes": """{ submissions(filter: {status: {isNull: false}}) { nodes { title
        changes { metric { code } organisation { code } period { code } before after kind
            figure { id value revisions { qualifier status source { title } } } entry { row value } } } } }""",
    "events": """{ auditEvents(first: 500) { totalCount edges { cursor node {
        id at action actor { name role } subject reason detail hash } } } }""",
    "targets": """{ targets(first: 500) { nodes { revisions { revision recordedAt } milestones { due value }
        current { status reason expected gap } progress { status reason isMet gap expected requiredPerQuarter
        projectedMetOn figure { value } period { code } } } } }""",
    "papers": """{ papers { ...All } sussex: papers(board: "QNX") { ...All } paper(quarter: "2024-25-Q4") { ...All }
        none: paper(quarter: "2019-20-Q1") { quarter } } fragment All on Paper {
        board { code } quarter addressedTo sentFrom datedOn recommendation version
        frozenAt frozenBy content isSuperseded
        narratives { section words owner quarter version writtenAt writtenBy }
        actions { number quarter metric { code } figure { id } figureNow { id } what owner due outcome
            closedIn version writtenAt writtenBy } }""",
    "issues": """{ dataQualityIssues { totalCount edges { cursor node { ...All } } }
        owned: dataQualityIssues(last: 2, filter: {or: [{owner: {eq: "Ann"}}, {state: {eq: OPEN}}]}) {
            nodes { ...All } }
        briefing(board: "QKS") { doubts { code message issue { ...All } } } } fragment All on DataQualityIssue {
        code metric { code theme { code } } organisation { code } period { code } message state owner comment
        foundAt changedAt correctedAt version writtenAt }""",
    "who asks": "{ viewer { name role } periods { code } metrics { nodes { tolerance denominatorMetric { code } } } }",
}


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("what", WHOLE)
async def test_the_whole_has_the_answer_of_graphql(both: Both, what: str, viewer: str) -> None:
    assert await both.verdict(Written(WHOLE[what], {}, viewers(both.tables)[viewer])) is None


QUARTERS = [
    "2023-24-Q1",
    "2024-25-Q1",
    "2024-25-Q2",
    "2024-25-Q3",
    "2024-25-Q4",
    "2025-26-Q1",
    "0000-01-Q4",
    "9999-00-Q3",
]
COMPLETENESS = """query($quarter: String!, $organisation: OdsCode) {
    completeness(quarter: $quarter, organisation: $organisation) {
        quarter expected reported nilReturns percent opensOn softDeadline hardDeadline
        missing { metric { code } organisation { code } }
        counts { notStarted draft submitted returned published nilReturns exempt late }
        byOrganisation { organisation { code } notStarted draft submitted returned published nilReturns exempt late }
        byMetric { metric { code } notStarted draft submitted returned published nilReturns exempt late }
        requests(first: 40) { totalCount pageInfo { hasNextPage } edges { cursor node {
            metric { code } organisation { code } state dueOn isLate } } }
        late: requests(filter: { isLate: { eq: true }, state: { ne: EXEMPT } }) { totalCount }
        practices: requests(filter: { organisation: { kind: { eq: PRACTICE } } }) { totalCount } } }"""


@pytest.mark.parametrize("organisation", [None, "QKS", "HCP-EAST-KENT", "HCP-WEST-KENT", "Z90007", "Z90001", "QNX"])
@pytest.mark.parametrize("quarter", QUARTERS)
async def test_a_quarter_has_the_answer_of_graphql(both: Both, quarter: str, organisation: str | None) -> None:
    given = {"quarter": quarter, "organisation": organisation}
    assert await both.verdict(Written(COMPLETENESS, given)) is None


@pytest.mark.parametrize(
    "code", ["2024-25-Q5", "2024-26-Q1", "2024-25", "2024-11", "9999-00-Q4", "", "2024-25-Q4!", "é\x00"]
)
async def test_what_is_no_quarter_is_refused(both: Both, code: str) -> None:
    with pytest.raises(Exception) as refused:  # noqa: PT011  whatever it is, a client sees its code
        await both.served(COMPLETENESS, {"quarter": code})
    assert failure(refused.value).errors[0]["extensions"]["code"] == "plan/unknown-period"
