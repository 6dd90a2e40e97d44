"""Scores over several metrics and figures of note equal what the reference says, of every metric of the corners."""

import pytest

from service.answers.errors import failure
from tests.service.reads.both import Both
from tests.service.reads.corners.series import METRICS
from tests.service.reads.documents.walk import Written

CODES = [metric.split()[0] for metric in METRICS]
SANDBOX = ["sandbox_rising_percent", "sandbox_complete_percent", "corner_share", "corner_rate"]
SCORES = """query($metrics: [String!]!, $weights: [Float!], $kind: OrganisationKind!, $period: String,
    $organisations: [OdsCode!], $within: OdsCode, $all: Boolean) {
    scores(metrics: $metrics, weights: $weights, kind: $kind, period: $period, organisations: $organisations,
    within: $within, includeSynthetic: $all, first: 300) { totalCount nodes { organisation { code name } score rank of
    weightThere parts { metric { code } period { code } figure { id } value mean standardDeviation weight z
    contribution reason } } } }"""
NOTES = """query($quarter: String, $at: DateTime, $metrics: [String!], $organisations: [OdsCode!],
    $kind: OrganisationKind, $all: Boolean) { figuresOfNote(quarter: $quarter, publishedAt: $at, metrics: $metrics,
    organisations: $organisations, kind: $kind, includeSynthetic: $all) { figures tests leftOut falseDiscoveryRate
    count notes { figure { id value } metric { code } organisation { code } kind isUp judgement specialCauses reason p
    adjustedP } } }"""


@pytest.mark.parametrize("period", [None, "2024-25-Q3", "2024-25-Q4", "2024-25", "2025-03-31", "2031-02"])
async def test_scores_have_the_answer_of_graphql(both: Both, period: str | None) -> None:
    for metrics, weights in (
        (SANDBOX, None),
        ([*SANDBOX, SANDBOX[0]], [1, 0, 2.5, 0.5, 1]),
        (CODES[:6], None),
        (["gp_fte", "call_back_percent"], [1_000_000, 1]),
        ([], None),
    ):
        for kind, more in (
            ("PRACTICE", {"all": True, "organisations": ["G82002", "Z90001"]}),
            ("PRIMARY_CARE_NETWORK", {"within": "HCP-EAST-KENT"}),
            ("TRUST", {}),
        ):
            given = {"metrics": metrics, "weights": weights, "kind": kind, "period": period, **more}
            assert await both.verdict(Written(SCORES, given)) is None


async def test_scores_are_ranked_with_pages(both: Both) -> None:
    given = {"metrics": SANDBOX, "kind": "PRACTICE", "period": "2024-25-Q4"}
    whole = (await both.served(SCORES, given))["scores"]
    ranks = [each["rank"] for each in whole["nodes"]]
    assert ranks[:3] == [1, 2, 3]
    scored = [each["score"] for each in whole["nodes"] if each["rank"] is not None]
    assert scored == sorted(scored, reverse=True)
    page = "query($m: [String!]!, $a: String) { scores(metrics: $m, kind: PRACTICE, first: 3, after: $a, "
    page += 'period: "2024-25-Q4") { nodes { rank } pageInfo { endCursor } } }'
    first = (await both.served(page, {"m": SANDBOX}))["scores"]
    then = (await both.served(page, {"m": SANDBOX, "a": first["pageInfo"]["endCursor"]}))["scores"]
    assert [each["rank"] for each in first["nodes"] + then["nodes"]] == ranks[:6]


@pytest.mark.parametrize(
    ("metrics", "weights", "code"),
    [
        (SANDBOX[:2], [1], "plan/unusable-value"),
        (SANDBOX[:2], [1, -1], "plan/unusable-value"),
        (SANDBOX[:2], [0, 0], "plan/unusable-value"),
        (SANDBOX[:2], [1, 1_000_001], "plan/unusable-value"),
        (SANDBOX[:1] * 51, None, "plan/too-costly"),
        (["nope"], None, "plan/unknown-code"),
        (SANDBOX[:2], [0, 1], None),
    ],
)
async def test_weights_are_0_to_a_million_one_for_each_metric(both: Both, metrics, weights, code) -> None:
    assert await _code(both, SCORES, metrics=metrics, weights=weights, kind="PRACTICE") == code


@pytest.mark.parametrize("quarter", ["2024-25-Q3", "2024-25-Q4", "2025-26-Q1", "2019-20-Q1"])
async def test_figures_of_note_have_the_answer_of_graphql(both: Both, quarter: str) -> None:
    for more in (
        {},
        {"all": True},
        {"kind": "PRACTICE", "all": True},
        {"metrics": CODES[:3], "organisations": ["QKS"]},
    ):
        assert await both.verdict(Written(NOTES, {"quarter": quarter, **more})) is None


async def test_figures_of_note_of_a_publication_have_the_answer_of_graphql(both: Both) -> None:
    instants = sorted({one["publishedAt"] for one in both.tables.all("figure")})
    for instant in instants[:: max(1, len(instants) // 4)]:
        given = {"at": f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}", "all": True}
        assert await both.verdict(Written(NOTES, given)) is None


@pytest.mark.parametrize("given", [{}, {"quarter": "2024-25-Q4", "at": "2025-01-01T00:00:00Z"}])
async def test_figures_of_note_are_of_a_quarter_or_of_a_publication(both: Both, given: dict[str, str]) -> None:
    assert await _code(both, NOTES, **given) == "plan/one-field"


async def test_figures_of_note_have_a_price(both: Both) -> None:
    several = " ".join(f'a{at}: figuresOfNote(quarter: "2024-25-Q4") {{ count }}' for at in range(5))
    assert await _code(both, f"{{ {several} }}") == "plan/too-costly"


async def _code(both: Both, text: str, **variables: object) -> str | None:
    try:
        await both.served(text, variables)
    except Exception as reason:
        code: str = failure(reason).errors[0]["extensions"]["code"]
        return code
    return None
