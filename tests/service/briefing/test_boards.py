"""A second board gets a paper of its own from data alone."""

from typing import Any

import httpx
import pytest

from schema.remedies import for_people
from service.config import settings
from tests.serving import serving

# A made-up board with one partnership, two figures of its own, one of its partnership, and a paper of five lines.
SECOND_BOARD = """
    INSERT INTO organisation (kind, code, name) VALUES
        ('INTEGRATED_CARE_BOARD', 'QZZ', 'NHS Elsewhere Integrated Care Board'),
        ('HEALTH_AND_CARE_PARTNERSHIP', 'HCP-ELSEWHERE', 'Elsewhere');
    INSERT INTO membership (member_id, group_id) VALUES
        ((SELECT id FROM organisation WHERE code = 'QZZ'), (SELECT id FROM organisation WHERE code = 'Y59')),
        ((SELECT id FROM organisation WHERE code = 'HCP-ELSEWHERE'), (SELECT id FROM organisation WHERE code = 'QZZ'));
    INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, qualifier,
                        status, source_id, revision, published_at)
        SELECT metric.id, metric.unit, false, organisation.id, period.id, period.ends, new.value, 'EXACT', 'PUBLISHED',
               (SELECT min(id) FROM source), 1, '2025-01-31'
        FROM (VALUES ('practices', 'QZZ', 41), ('trained_mentors', 'QZZ', 7), ('practices', 'HCP-ELSEWHERE', 41))
            AS new (metric, organisation, value)
        JOIN metric ON metric.code = new.metric
        JOIN organisation ON organisation.code = new.organisation
        JOIN period ON period.code = '2025-01-31';
    INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at)
        SELECT figure.id, 1, figure.unit, value, qualifier, status, source_id, published_at
        FROM figure JOIN organisation ON organisation.id = organisation_id WHERE code IN ('QZZ', 'HCP-ELSEWHERE');
    INSERT INTO outline (board_id, position, section, kind, words, heading, metric_id)
        SELECT organisation.id, line.position, section, line.kind, words, heading, metric.id
        FROM (VALUES
            (1, NULL, 'TITLE', 'Elsewhere on {day}', NULL, NULL),
            (2, 'Practices', 'SENTENCE', 'There are {practices} <practice|practices>{practices:dated}.', NULL, NULL),
            (3, 'Practices', 'FIGURES', 'Mentors', 'Who', NULL),
            (4, 'Practices', 'ROW', 'Trained', NULL, 'trained_mentors'),
            (5, 'Places', 'PARTNERSHIPS', 'Practices of each place', 'Place', NULL),
            (6, 'Places', 'ROW', 'Practices', NULL, 'practices')
        ) AS line (position, section, kind, words, heading, metric)
        JOIN organisation ON organisation.code = 'QZZ' LEFT JOIN metric ON metric.code = line.metric
"""
DOCUMENT = """query($board: OdsCode) { briefing(board: $board, asOf: "2025-01-31") { title
    sections { heading sentences tables { caption columns rows } figures { organisation { code } } } } }"""
OF_A_BOARD = {
    "QKS": "General practice in Kent and Medway: briefing paper, 31 January 2025",
    "QZZ": "Elsewhere on 31 January 2025",
}


@pytest.fixture
async def two_boards(server, seeded):
    async with server.copy(seeded) as url:
        await server.run_in(url, SECOND_BOARD)
        async with serving(settings(database_url=url)) as client:
            yield client


async def paper(client: httpx.AsyncClient, board: str | None = None) -> Any:
    answer = (await client.post("/graphql", json={"query": DOCUMENT, "variables": {"board": board}})).json()
    assert "errors" not in answer, answer
    return answer["data"]["briefing"]


async def test_a_second_board_has_a_paper_of_its_own(two_boards):
    answer = await paper(two_boards, "QZZ")
    sections = {section["heading"]: section for section in answer["sections"]}
    practices, places, definitions = (sections[name] for name in ("Practices", "Places", "Definitions"))
    assert answer["title"] == "Elsewhere on 31 January 2025"
    assert practices["sentences"] == ["Unless stated, figures are at 31 January 2025.", "There are 41 practices."]
    assert practices["tables"][0]["rows"] == [["Trained", "7", "At 31 January 2025"]]
    assert places["tables"][0]["rows"] == [["Elsewhere", "41"]]
    assert places["tables"][0]["caption"] == "Practices of each place, at 31 January 2025"
    assert {"General practices", "Trained mentors"} <= {row[0] for row in definitions["tables"][0]["rows"]}


async def test_each_board_s_figures_are_in_its_own_paper_only(two_boards, client):
    answer = await paper(two_boards, "QKS")
    codes = {figure["organisation"]["code"] for section in answer["sections"] for figure in section["figures"]}
    assert codes.isdisjoint({"QZZ", "HCP-ELSEWHERE"})
    assert answer == await paper(client, "QKS")


async def test_without_a_board_the_paper_is_that_of_the_first_outline(two_boards):
    assert await paper(two_boards) == await paper(two_boards, "QKS")


@pytest.mark.parametrize("board", OF_A_BOARD)
async def test_each_board_s_paper_has_an_address(two_boards, board):
    page = await two_boards.get(f"/briefing/{board}?asOf=2025-01-31")
    assert page.status_code == 200
    assert f"<h1>{OF_A_BOARD[board]}</h1>" in page.text
    as_json = await two_boards.get(f"/briefing/{board}.json?asOf=2025-01-31")
    assert as_json.json()["title"] == OF_A_BOARD[board]


@pytest.mark.parametrize(("board", "code"), [("QXX", "plan/unknown-code"), ("G82002", "plan/unknown-board")])
async def test_a_code_that_is_no_board_s_is_refused(client, board, code):
    refused = await client.post("/graphql", json={"query": DOCUMENT, "variables": {"board": board}})
    assert refused.json()["errors"][0]["extensions"]["code"] == code
    assert (await client.get(f"/briefing/{board}")).status_code == 400


async def test_an_ending_that_no_paper_has_is_refused(client):
    page = await client.get("/briefing/QKS.pdf")
    assert (page.status_code, page.text) == (
        404,
        f"The paper comes as .html, .docx and .json.\n{for_people('page/unknown')}\n",
    )
