"""After a new quarter the paper is the next quarter's, and the paper of an earlier day stays what it was."""

import datetime as dt
from typing import Any

import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import connected
from tests.service.graphql.api_keys import create_key
from tests.serving import serving

PUBLISH = """mutation($input: UpdateQuarterlyFiguresInput!) { updateQuarterlyFigures(input: $input) {
    submission { status } problems { code message row } } }"""
PAPER = """query($day: Date) { briefing(asOf: $day) { sections { heading sentences tables { caption rows }
    figures { metric { code } period { code } value revision } } doubts { code message } } }"""
PAPER_OF_QUARTER = "query($quarter: String!) { briefing(quarter: $quarter) { sections { tables { caption rows } } } }"
NEW = [
    {"metric": "practice_staff_fte", "period": "2025-11", "value": 4_900.5},
    {"metric": "gp_fte", "period": "2025-11", "value": 940},
    {"metric": "nurse_fte", "period": "2025-11", "value": 560},
    {"metric": "call_back_percent", "numerator": 165, "denominator": 176},
    {"metric": "access_incentive_percent", "value": 30},
    {"metric": "new_to_practice_recruits", "value": 95},
    {"metric": "nhs_app_registered_percent", "period": "2025-11", "value": 51.2},
    {"metric": "self_referral_rate", "period": "2025-11", "value": 601.2},
    {"metric": "self_referrals", "period": "2025-04-01/2025-11-30", "value": 28444},
    {"metric": "interface_call_and_recall_percent", "value": 37.5},
    {"metric": "practice_staff_fte_increase_on_year", "period": "2025-11", "value": 98.5},
    {"metric": "gp_fte_increase_on_year", "period": "2025-11", "value": -6},
    {"metric": "direct_patient_care_fte", "period": "2025-11", "value": 796},
    {"metric": "direct_patient_care_fte_increase_on_year", "period": "2025-11", "value": 110},
]


@pytest.fixture(scope="module")
async def published(server, seeded):
    """A service of its own, in which the figures of a later quarter were published."""
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.APPROVER)
        async with serving(settings(database_url=url)) as client:
            given = {"quarter": "2025-26-Q3", "organisation": "QKS", "reason": "the figures of the quarter"}
            answer = await asked(client, PUBLISH, {"input": {**given, "figures": [*map(of_board, NEW)]}}, key)
            assert answer["updateQuarterlyFigures"]["problems"] == []
            assert answer["updateQuarterlyFigures"]["submission"]["status"] == "PUBLISHED"
            yield client, key


def of_board(figure: dict[str, Any]) -> dict[str, Any]:
    return {"organisation": "QKS", **figure}


async def asked(client: Any, text: str, variables: dict[str, Any], key: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = (await client.post("/graphql", json={"query": text, "variables": variables}, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def sentences(client: Any, day: str | None = None) -> list[str]:
    paper = (await asked(client, PAPER, {"day": day}))["briefing"]
    return [sentence for section in paper["sections"] for sentence in section["sentences"]]


@pytest.mark.parametrize(
    "sentence",
    [
        # The level has a newer figure: the change is calculated from the figure of a year before.
        "In full-time equivalents (FTE), practices directly employ 4,900.5 FTE staff at 30 November 2025 (not reported "
        "since), an increase of 98.5 FTE from 4,802 FTE at 30 November 2024.",
        "There are 940 FTE GPs at 30 November 2025 (not reported since), a decrease of 6 FTE from 946 FTE at 30 "
        "November 2024.",
        "There are 560 FTE nurses at 30 November 2025 (not reported since), no change from 560 FTE at 30 November "
        "2024.",
        # What nobody sent again is that of its own latest period.
        "There are 2,610 FTE non-clinical staff at 30 November 2024 (not reported since), an increase of 144 FTE from "
        "2,466 FTE at 30 November 2023.",
        # 165 of 176 practices are 93.75%.
        "94% of practices offer call back at 31 December 2025 (not reported since), up 24 points from 70% at "
        "31 January 2025. The target of more than 90% by 31 March 2025 was missed, and has been met since.",
        # A share over a quarter is not set against one over a year.
        "30% of the Investment and Impact Fund depended on improving access in Q3 2025/26 (not reported since).",
        # What is counted up to a quarter's end is not set against what was counted over a year.
        "95 GPs and nurses joined the New to Practice programme from 1 April to 31 December 2025 (not reported since).",
        # The target is for the year before: it says nothing about what was counted since.
        "Patients made 28,444 self-referrals from 1 April to 30 November 2025 (not reported since).",
        # July and November are not compared, and the rank is that of the newest period of several ICBs.
        "The rate in Kent and Medway was the highest of 6 ICBs in July 2024, when ICBs were last compared.",
        "Patients referred themselves to community health services at a rate of 601.2 per 100,000 people in November "
        "2025 (not reported since).",
        "51.2% of eligible patients have completed the full registration for the NHS App at 30 November 2025 (not "
        "reported since), down 3.3 points from 54.5% at 31 January 2025.",
        "Unless stated, figures are at 31 January 2025. They have not been reported since.",
    ],
)
async def test_the_wording_follows_from_the_new_figures(published, sentence):
    client, _ = published
    assert sentence in await sentences(client)


async def test_tables_keep_what_came_before(published):
    client, _ = published
    paper = (await asked(client, PAPER, {}))["briefing"]
    tables = {table["caption"]: table["rows"] for section in paper["sections"] for table in section["tables"]}
    interface = next(rows for caption, rows in tables.items() if caption.startswith("Coverage of the interface"))
    assert [
        "Call and recall",
        "37.5%",
        "At 31 December 2025 (not reported since)",
        "50% at 31 January 2025",
    ] in interface
    assert ["Onward referrals", "87.5%", "At 31 January 2025", ""] in interface
    # One board alone is no comparison: the table is that of the latest period of several.
    boards = tables["Self-referrals to community health services, all services, in July 2024"]
    assert len(boards) == 6


async def test_a_published_change_of_an_earlier_period_is_not_given_as_new(published):
    client, _ = published
    assert not [each for each in await sentences(client) if "than a year earlier" in each or "240" in each]


async def test_the_paper_of_the_day_before_is_what_it_was(published, client):
    then, _ = published
    yesterday = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)).isoformat()
    for day in ("2025-01-31", yesterday):
        before, after = [(await asked(each, PAPER, {"day": day}))["briefing"] for each in (client, then)]
        assert after == before


async def test_a_corrected_figure_is_given_as_it_is_now_and_as_it_was_known(server, seeded):
    correction = of_board(
        {"metric": "call_back_percent", "period": "2025-01-31", "value": 69.49, "reason": "123 of 177"}
    )
    given = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [correction]}
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.APPROVER)
        async with serving(settings(database_url=url)) as client:
            done = await asked(client, PUBLISH, {"input": given}, key)
            assert done["updateQuarterlyFigures"]["problems"] == []
            now, then = await sentences(client), await sentences(client, "2025-01-31")
            doubts = (await asked(client, PAPER, {}))["briefing"]["doubts"]
    assert [each for each in now if each.startswith("69.49% of practices offer call back")]
    assert [each for each in then if each.startswith("69.57% of practices offer call back")]
    assert not [each for each in doubts if "call back" in each["message"]]


async def test_a_metric_that_the_paper_does_not_know_has_a_sentence_of_its_own(server, seeded):
    save = """mutation($input: SaveMetricInput!) { saveMetric(input: $input) { problems { code message } } }"""
    metric = {
        "code": "triage_percent",
        "name": "Practices with total triage",
        "description": "Share that triage all.",
        "theme": "modern_general_practice_access",
        "unit": "PERCENT",
        "direction": "HIGHER_IS_BETTER",
        "decimals": 1,
        "collectedFrom": ["INTEGRATED_CARE_BOARD"],
        "rollUp": "NONE",
    }
    figure = of_board({"metric": "triage_percent", "value": 61.5})
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.ADMINISTRATOR)
        async with serving(settings(database_url=url)) as client:
            assert (await asked(client, save, {"input": metric}, key))["saveMetric"]["problems"] == []
            given = {"quarter": "2025-26-Q3", "organisation": "QKS", "figures": [figure]}
            done = await asked(client, PUBLISH, {"input": given}, key)
            assert done["updateQuarterlyFigures"]["problems"] == []
            paper = (await asked(client, PAPER, {}))["briefing"]
    further = next(section for section in paper["sections"] if section["heading"] == "Further figures")
    assert further["sentences"] == ["Practices with total triage: 61.5% at 31 December 2025 (not reported since)."]
    definitions = paper["sections"][-1]["tables"][0]["rows"]
    assert ["Practices with total triage", "Share that triage all.", ""] in definitions


async def test_a_target_set_later_is_not_in_the_paper_of_an_earlier_day(server, seeded):
    set_target = """mutation($input: SetTargetInput!) { setTarget(input: $input) { problems { code } } }"""
    target = of_board(
        {"metric": "nhs_app_registered_percent", "comparator": "AT_LEAST", "value": 60, "reason": "Agreed."}
    )
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.APPROVER)
        async with serving(settings(database_url=url)) as client:
            assert (await asked(client, set_target, {"input": target}, key))["setTarget"]["problems"] == []
            papers = [
                (await asked(client, PAPER, {"day": day}))["briefing"] for day in (None, "2025-01-31", "1900-01-01")
            ]
    listed = [targets_in(paper) for paper in papers]
    assert [len(rows) for rows in listed] == [13, 12, 0]
    assert "Patients fully registered for the NHS App" in {row[0] for row in listed[0]}


def targets_in(paper: Any) -> list[list[str]]:
    tables = [table for section in paper["sections"] for table in section["tables"]]
    return next((table["rows"] for table in tables if table["caption"] == "Targets and their status"), [])


async def test_a_table_of_partnerships_has_one_date_and_a_newer_figure_of_one_a_sentence(server, seeded):
    figure = {"metric": "primary_care_networks", "organisation": "HCP-DGS", "value": 8, "reason": "One more."}
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.APPROVER)
        async with serving(settings(database_url=url)) as client:
            given = {"quarter": "2025-26-Q3", "organisation": "QKS", "figures": [figure]}
            done = await asked(client, PUBLISH, {"input": given}, key)
            assert done["updateQuarterlyFigures"]["problems"] == []
            paper = (await asked(client, PAPER, {}))["briefing"]
    table = next(each for s in paper["sections"] for each in s["tables"] if each["caption"].startswith("PCNs and"))
    partnership = "Dartford Gravesham & Swanley Health & Care Partnership"
    assert table["caption"] == "PCNs and orphan practices in each health and care partnership, at 31 January 2025"
    assert table["rows"][0] == [partnership, "7", "2"]
    further = next(section for section in paper["sections"] if section["heading"] == "Further figures")["sentences"]
    assert [each for each in further if f"{partnership}: 8 at 31 December 2025 (not reported since)" in each]


async def test_old_news_after_a_nil_return_says_that_it_was_not_reported_since(server, seeded):
    given = {"quarter": "2024-25-Q4", "organisation": "QKS", "reason": "No survey was held."}
    nil = of_board({"metric": "nhs_app_survey_responses", "isNilReturn": True})
    async with server.copy(seeded) as url:
        async with connected(settings(database_url=url)) as database:
            key = await create_key(database, "Ada", Role.APPROVER)
        async with serving(settings(database_url=url)) as client:
            done = await asked(client, PUBLISH, {"input": {**given, "figures": [nil]}}, key)
            assert done["updateQuarterlyFigures"]["problems"] == []
            await server.run_in(url, "UPDATE nil_return SET published_at = '2025-04-10'")
            before, after = [await sentences(client, day) for day in ("2025-04-09", "2025-04-10")]
    news = "About 1,563 people answered the ICB's survey about the NHS App"
    assert f"{news}." in before
    assert f"{news} (not reported since)." in after


async def test_the_members_are_those_of_the_day_of_most_figures(published):
    client, _ = published
    paper = (await asked(client, PAPER, {}))["briefing"]
    captions = [table["caption"] for section in paper["sections"] for table in section["tables"]]
    assert "PCNs and orphan practices in each partnership at 31 January 2025" in captions
    members = "PCNs and orphan practices in each partnership at"
    rows = next(t["rows"] for s in paper["sections"] for t in s["tables"] if t["caption"].startswith(members))
    # 43 PCNs and 4 orphan practices in January 2025; 45 PCNs since May 2026.
    assert sum(bool(cell) for row in rows for cell in row) == 47


async def test_the_paper_of_a_quarter_lists_the_members_of_its_last_day(published):
    client, _ = published
    paper = (await asked(client, PAPER_OF_QUARTER, {"quarter": "2026-27-Q1"}))["briefing"]
    members = "PCNs and orphan practices in each partnership at"
    table = next(t for s in paper["sections"] for t in s["tables"] if t["caption"].startswith(members))
    assert table["caption"] == f"{members} 30 June 2026"
    # 45 PCNs and the last practice in none.
    assert sum(bool(cell) for row in table["rows"] for cell in row) == 46
