"""Everything that a series, a roll-up, a distribution and a figure's interval say equals what the reference says.

Random documents come across these in pieces; these documents ask for the whole, of every metric of the corners.
"""

import pytest

from schema.enumerations import Frequency, OrganisationKind
from service.answers.errors import failure
from tests.service.reads.both import Both
from tests.service.reads.corners.series import KINDS, LINES, METRICS
from tests.service.reads.documents.walk import Written

CODES = [metric.split()[0] for metric in METRICS]
ORGANISATIONS = sorted({line.organisation for line in LINES})
ALL = """fragment All on Series {
    metric { code } organisation { code __typename } points { figure { id value revision } period { code label }
    value origin specialCauses target targetUpper expected }
    recalculations { starts reason } processLimits { from to mean lower upper points isTrial reason }
    suggestedRecalculation { starts reason __typename }
    missingPeriods { id code label kind start end quarter __typename }
    countChart { method mean sigmaZ points { figure { id } value lower upper lowerPrime upperPrime isOutside
    isOutsidePrime } } drift { isUp since shownOn variation } growth { percent progress from to }
    variation assurance trend reasons forecast { value lower upper period { id code label kind start end quarter
    __typename } } svg }"""
OF_METRIC = f"""query($code: String!, $organisation: OdsCode!, $from: Date, $to: Date, $at: DateTime) {{
    metric(code: $code) {{ series(organisation: $organisation, from: $from, to: $to, asKnownAt: $at) {{ ...All }} }} }}
    {ALL}"""
OF_ORGANISATION = f"""query($code: String!, $organisation: OdsCode!) {{ organisation(code: $organisation) {{
    series(metric: $code) {{ ...All wide: svg(width: 2400, height: 200) narrow: svg(width: 1, height: 99999)
    twelve: forecast(quarters: 99) {{ value }} none: forecast(quarters: -1) {{ value }} }} }} }} {ALL}"""

OF_FIGURE = f"""query($code: String!, $organisations: [OdsCode!]!) {{ metric(code: $code) {{
    figures(organisations: $organisations, latestOnly: true, includeClosed: true) {{ nodes {{
        series {{ ...All }} yearly: series(frequency: YEAR, from: "2022-12-31") {{ variation }}
        targets {{ id status }} }} }} }} }} {ALL}"""


@pytest.mark.parametrize("code", CODES)
async def test_a_figure_has_the_series_that_it_is_a_part_of(both: Both, code: str) -> None:
    given = {"code": code, "organisations": ORGANISATIONS}
    assert await both.verdict(Written(OF_FIGURE, given)) is None


SEVERAL = f"""query($codes: [String!]!, $organisation: OdsCode!) {{ organisation(code: $organisation) {{
    seriesOf(metrics: $codes) {{ ...All }} yearly: seriesOf(metrics: $codes, frequency: YEAR) {{ variation }} }} }}
    {ALL}"""


@pytest.mark.parametrize("organisation", ["QKS", "Z90001", "Z90008"])
async def test_several_series_have_the_answer_of_graphql(both: Both, organisation: str) -> None:
    for codes in (CODES, [*reversed(CODES), CODES[0], CODES[0]], []):
        assert await both.verdict(Written(SEVERAL, {"codes": codes, "organisation": organisation})) is None


@pytest.mark.parametrize(("count", "code"), [(50, None), (51, "plan/too-costly")])
async def test_one_field_has_at_most_fifty_series(both: Both, count: int, code: str | None) -> None:
    text = 'query($codes: [String!]!) { organisation(code: "QKS") { seriesOf(metrics: $codes) { variation } } }'
    assert await _code(both, text, codes=["corner_share"] * count) == code


async def test_each_of_several_series_has_its_price(both: Both) -> None:
    text = """query($codes: [String!]!) { practices(first: 500) { nodes { seriesOf(metrics: $codes) { points { value }
        forecast { value } recalculations { starts } } } } }"""
    assert await _code(both, text, codes=["corner_share"] * 15) is None
    assert await _code(both, text, codes=["corner_share"] * 17) == "plan/too-costly"


@pytest.mark.parametrize("organisation", ORGANISATIONS)
@pytest.mark.parametrize("code", CODES)
async def test_a_series_has_the_answer_of_graphql(both: Both, code: str, organisation: str) -> None:
    given = {"code": code, "organisation": organisation}
    assert await both.verdict(Written(OF_METRIC, given)) is None
    assert await both.verdict(Written(OF_ORGANISATION, given)) is None


@pytest.mark.parametrize(
    "within",
    [
        {"from": "2022-12-31", "to": "2024-12-31"},
        {"from": "2024-03-31", "to": "2024-03-31"},
        {"to": "0001-01-01"},
        {"at": "2022-02-05T00:00:00Z"},
        {"at": "2024-01-01T00:00:00Z", "from": "2023-01-01"},
        {"at": "0001-01-01T00:00:00Z"},
    ],
)
@pytest.mark.parametrize(
    "cell", ["corner_share Z90001", "corner_share QKS", "corner_rate Z90001", "corner_count Z90002"]
)
async def test_a_series_within_days_and_as_it_was_known_has_the_answer_of_graphql(
    both: Both, cell: str, within: dict[str, str]
) -> None:
    code, organisation = cell.split()
    assert await both.verdict(Written(OF_METRIC, {"code": code, "organisation": organisation, **within})) is None


OVER_TIME = """query($code: String!, $from: Date, $at: DateTime) {
    board: organisation(code: "QKS") { ...All } network: organisation(code: "Z90007") { ...All }
    partnership: organisation(code: "HCP-EAST-KENT") { ...All } practice: organisation(code: "Z90001") { ...All } }
    fragment All on Organisation { rolledUp(metric: $code, from: $from, asKnownAt: $at) { period { code } value
    numerator denominator restsOn of method reason } }"""


@pytest.mark.parametrize("code", [*CODES[:6], "sandbox_complete_percent", "corner_to_date"])
async def test_roll_ups_over_time_have_the_answer_of_graphql(both: Both, code: str) -> None:
    for given in ({}, {"from": "2024-09-30", "at": "2024-12-01T00:00:00Z"}):
        assert await both.verdict(Written(OVER_TIME, {"code": code, **given})) is None


MATRIX = """query($codes: [String!]!, $kind: OrganisationKind!, $period: String, $within: OdsCode, $all: Boolean) {
    matrix(metrics: $codes, kind: $kind, period: $period, within: $within, includeSynthetic: $all, first: 200) {
    totalCount nodes { organisation { code name } cells { metric { code } figure { id period { code } } value status
    variation isProvisional } } } }"""


@pytest.mark.parametrize("period", [None, "2024-25-Q3", "2024-25-Q4", "2025-26-Q1", "2031-02", "2024-25"])
async def test_a_matrix_has_the_answer_of_graphql(both: Both, period: str | None) -> None:
    for kind, within in (("PRACTICE", None), ("TRUST", "QKS"), ("INTEGRATED_CARE_BOARD", None), ("PRACTICE", "Z90007")):
        for codes in (["corner_share", "practices", "corner_count", "corner_share"], [*CODES[:6], "call_back_percent"]):
            given = {"codes": codes, "kind": kind, "period": period, "within": within, "all": len(codes) > 4}
            assert await both.verdict(Written(MATRIX, given)) is None


ROLLED_UP = """query($organisation: OdsCode!, $period: String!) { metrics(first: 200) { nodes { code
    rolledUp(organisation: $organisation, period: $period) {
        value numerator denominator restsOn of method reason } } } }"""
PERIODS = ["2024-25-Q2", "2024-25-Q3", "2024-25-Q4", "2025-26-Q1", "2023-24-Q1", "2025-03-31", "2031-02"]


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("organisation", ["QKS", "HCP-WEST-KENT", "HCP-EAST-KENT", "Z90007", "Y59", "Z90001"])
async def test_roll_ups_have_the_answer_of_graphql(both: Both, organisation: str, period: str) -> None:
    assert await both.verdict(Written(ROLLED_UP, {"organisation": organisation, "period": period})) is None


SPREAD = """query($period: String) { metrics(first: 200) { nodes { code
    practices: distribution(kind: PRACTICE, period: $period) { ...All }
    networks: distribution(kind: PRIMARY_CARE_NETWORK, period: $period) { ...All }
    trusts: distribution(kind: TRUST, period: $period) { ...All }
    boards: distribution(kind: INTEGRATED_CARE_BOARD, period: $period) { ...All } } } }
    fragment All on Distribution { period { code } count minimum maximum mean median deciles }"""


@pytest.mark.parametrize("period", [None, *PERIODS, "2024-25-Q1", "2025-02"])
async def test_distributions_have_the_answer_of_graphql(both: Both, period: str | None) -> None:
    assert await both.verdict(Written(SPREAD, {"period": period})) is None


FUNNEL = """query($period: String, $all: Boolean) { metrics(first: 200, includeSynthetic: true) { nodes { code
    practices: funnel(kind: PRACTICE, period: $period, includeClosed: $all) { ...All }
    trusts: funnel(kind: TRUST, period: $period) { ...All }
    boards: funnel(kind: INTEGRATED_CARE_BOARD, period: $period) { ...All } } } }
    fragment All on Funnel { period { code } method centre dispersion isAdjusted outliers { organisation { code } }
    points { organisation { code name } figure { id value } value denominator lower95 upper95 lower998 upper998 score
    adjustedP isOutlier judgement } }"""


@pytest.mark.parametrize("period", [None, "2024-25-Q3", "2024-25-Q4", "2025-03-31"])
async def test_funnels_have_the_answer_of_graphql(both: Both, period: str | None) -> None:
    assert await both.verdict(Written(FUNNEL, {"period": period, "all": period is None})) is None


FIGURES = """query($code: String!, $confidence: Float, $with: OdsCode!, $at: DateTime) { figures(
    first: 500, asKnownAt: $at, filter: {metric: {code: {eq: $code}}}) { nodes {
        id value previous { id value change previous { id } } change
        confidenceInterval(confidence: $confidence) { lower upper confidence method }
        default: confidenceInterval { lower upper confidence method }
        comparison(with: $with) { organisation { code } value difference significance judgement reason } } } }"""


@pytest.mark.parametrize("given", [{}, {"confidence": 0.998}, {"at": "2024-12-01T00:00:00Z", "confidence": 0.9}])
@pytest.mark.parametrize("code", [*CODES, "sandbox_complete_percent", "self_referral_rate", "practices"])
async def test_figures_compared_with_others_have_the_answer_of_graphql(
    both: Both, code: str, given: dict[str, object]
) -> None:
    for organisation in ("QKS", "Z90001", "Z90003", "RVV"):
        assert await both.verdict(Written(FIGURES, {"code": code, "with": organisation, **given})) is None


WITH = [
    *({"code": code} for code in ("QKS", "Z90001", "Z90007")),
    *({kind: group} for kind in ("kind", "peers") for group in OrganisationKind),
]
COMPARED = """query($code: String!, $with: ComparedWith!, $at: DateTime) { metric(code: $code) { figures(
    first: 60, asKnownAt: $at, includeSynthetic: true) { nodes { id rank { place of }
    inBoard: rank(within: INTEGRATED_CARE_BOARD) { place of } inNetwork: rank(within: PRIMARY_CARE_NETWORK) { place of }
    compared(with: $with) { organisation { code }
    value difference basis restsOn of significance judgement reason } } } } }"""


@pytest.mark.parametrize("code", [*CODES[:6], "sandbox_complete_percent", "self_referral_rate", "practices"])
async def test_figures_compared_with_groups_and_peers_have_the_answer_of_graphql(both: Both, code: str) -> None:
    for asked in WITH:
        assert await both.verdict(Written(COMPARED, {"code": code, "with": asked})) is None
    then = {"code": code, "with": {"kind": "INTEGRATED_CARE_BOARD"}, "at": "2024-12-01T00:00:00Z"}
    assert await both.verdict(Written(COMPARED, then)) is None


NO_PERIOD = ["2024-25-Q5", "2024-26", "2025-02-30", "", "2024-25-Q4.", "é\x00"]


@pytest.mark.parametrize("period", NO_PERIOD)
@pytest.mark.parametrize(
    "field", ['rolledUp(organisation: "QKS", period: $p) { of }', "distribution(kind: TRUST, period: $p) { count }"]
)
async def test_what_is_no_period_is_refused(both: Both, field: str, period: str) -> None:
    text = f'query($p: String!) {{ metric(code: "corner_share") {{ {field} }} }}'
    assert await _code(both, text, p=period) == "plan/unknown-period"


@pytest.mark.parametrize("confidence", [0, 0.5, 0.8999, 0.9991, 1, -1, 1e300])
async def test_a_confidence_beyond_0_90_to_0_999_is_refused(both: Both, confidence: float) -> None:
    text = "query($c: Float) { figures(first: 1) { nodes { confidenceInterval(confidence: $c) { lower } } } }"
    assert await _code(both, text, c=confidence) == "plan/unusable-value"


async def _code(both: Both, text: str, **variables: object) -> str | None:
    try:
        await both.served(text, variables)
    except Exception as reason:
        code: str = failure(reason).errors[0]["extensions"]["code"]
        return code
    return None


OF_LENGTH = f"""query($code: String!, $length: Frequency) {{
    metric(code: $code) {{ series(organisation: "Z90001", frequency: $length) {{ frequency ...All }} }} }} {ALL}"""


@pytest.mark.parametrize("length", [None, *Frequency])
@pytest.mark.parametrize("code", ["corner_share", *(each.split()[0] for each in KINDS)])
async def test_a_series_of_one_length_has_the_answer_of_graphql(
    both: Both, code: str, length: Frequency | None
) -> None:
    assert await both.verdict(Written(OF_LENGTH, {"code": code, "length": length})) is None


CHANGES = """query($code: String!) { metric(code: $code) { counts figures(first: 500) { nodes {
    organisation { code } period { code } value previous { id period { code } } change changeOnYear } } } }"""


@pytest.mark.parametrize("code", [*CODES, *(each.split()[0] for each in KINDS)])
async def test_the_changes_of_a_metric_have_the_answer_of_graphql(both: Both, code: str) -> None:
    assert await both.verdict(Written(CHANGES, {"code": code})) is None
