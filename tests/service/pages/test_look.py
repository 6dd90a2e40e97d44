"""The pages that people look around in: what they say, where they lead, and what they answer when there is nothing."""

import asyncio
import datetime as dt
import re
from html.parser import HTMLParser

import pytest

from schema.periods import quarter_named

PAGES = [
    "/",
    "/measures",
    "/measures/call_back_percent",
    "/measures/gp_fte",
    "/organisations",
    "/organisations/QKS",
    "/organisations/G82002",
    "/search",
    "/targets",
    "/data-quality",
    "/accessibility",
    "/quarters/2024-25-Q4",
    "/search?q=dartford",
    "/briefing",
    "/papers",
    "/charts/call_back_percent/QKS.html",
    "/docs/recipes",
    "/docs/clients",
]


class _Page(HTMLParser):
    """The words of a page, and the addresses that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.named: list[str] = []
        self.levels: list[int] = []
        self._is_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_style = tag == "style"
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self.named += [str(given[name]) for name in ("href", "src", "action") if given.get(name)]
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.pieces.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.pieces).split())


async def shown(client, address: str) -> _Page:
    answer = await client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return _Page(answer.text)


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_has_one_frame_and_names_no_other_host(client, address):
    page = await shown(client, address)
    assert "#main" in page.links
    assert {"/", "/measures", "/organisations", "/papers"} <= set(page.links)
    assert [each for each in page.named if not re.match(r"/(?!/)|#|data:,$|[A-Za-z0-9_]+\.", each)] == []
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))


@pytest.mark.parametrize("address", PAGES)
async def test_every_link_to_a_page_of_ours_leads_somewhere(client, address):
    page = await shown(client, address)
    kinds = {re.sub(r"(/organisations|/measures|/charts/[^/]+)/.+", r"\1", link): link for link in page.links}
    for link in kinds.values():
        if link.startswith("/") and not link.startswith(("/graphql", "/docs/schema")):
            answer = await client.get(link, headers={"Accept": "text/html"}, follow_redirects=True)
            assert answer.status_code == 200, link


async def test_the_home_page_counts_targets_and_says_what_needs_attention(client):
    words = (await shown(client, "/")).words
    assert "Primary care in NHS Kent and Medway Integrated Care Board" in words
    assert re.search(r"\d+ Met .*\d+ Missed", words)
    assert "Practices with call back : 69.57% against a target of more than 90% by 31 March 2025" in words


async def test_the_home_page_has_a_tile_for_each_target_with_a_figure(client):
    answer = await client.get("/", headers={"Accept": "text/html"})
    words = _Page(answer.text).words
    assert "Practices with call back 69.57% 31 January 2025 Missed" in words
    tiles = re.findall(r'<li><a href="/measures/(\w+)">[^<]+</a>\n<p><strong', answer.text)
    assert 2 <= len(tiles) <= 6
    assert len(set(tiles)) == len(tiles)


async def test_measures_have_their_latest_figure_of_the_icb_and_the_status_of_their_target(client):
    words = (await shown(client, "/measures")).words
    assert "Practices with call back 69.57% 31 January 2025 Missed" in words


async def test_a_measure_has_its_chart_and_every_organisation_highest_first(client):
    page = await shown(client, "/measures/registered_patients")
    values = [int(each.replace(",", "")) for each in re.findall(r"(?<=\s)\d{1,3}(?:,\d{3})+(?= 1 April)", page.words)]
    assert len(values) > 100
    assert values == sorted(values, reverse=True)


async def test_an_organisation_says_what_it_is_and_what_it_belongs_to(client):
    page = await shown(client, "/organisations/G82002")
    assert "This is a practice, code G82002" in page.words
    assert "/organisations/QKS" in page.links


async def test_a_search_finds_organisations_and_measures_and_repeats_nothing_as_html(client):
    assert "Dartford Central" in (await shown(client, "/search?q=DARTFORD")).words
    assert "/measures/call_back_percent" in (await shown(client, "/search?q=call+back")).links
    answer = await client.get("/search", params={"q": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text
    assert "Nothing is like" in answer.text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/measures/nothing", "There is no such measure or organisation."),
        ("/organisations/QXX", "There is no such organisation."),
        ("/quarters/2024-25", "There is no such quarter."),
    ],
)
async def test_what_is_not_there_is_404_with_a_sentence(client, address, sentence):
    answer = await client.get(address)
    assert answer.status_code == 404
    page = _Page(answer.text)
    assert sentence in page.words
    assert "/" in page.links


async def test_targets_that_need_attention_come_first(client):
    words = (await shown(client, "/targets")).words
    assert words.index(" Missed ") < words.index(" Met ") < words.index(" No figure yet ")


async def test_data_quality_says_what_does_not_add_up(client):
    briefing = await client.get("/briefing.json")
    doubts = [each["message"] for each in briefing.json()["doubts"]]
    assert doubts
    # A service looks for them two seconds after its start.
    for _ in range(100):
        words = (await shown(client, "/data-quality")).words
        missing = [doubt for doubt in doubts if " ".join(doubt.split()) not in words]
        if not missing:
            break
        await asyncio.sleep(0.1)
    assert missing == []


async def test_a_quarter_says_who_has_answered_and_has_the_files_to_answer_with(client):
    page = await shown(client, "/quarters/2024-25-Q4")
    answer = await client.post(
        "/graphql",
        json={"query": '{ completeness(quarter: "2024-25-Q4") { reported expected byOrganisation { late } } }'},
    )
    counts = answer.json()["data"]["completeness"]
    assert f"{counts['reported']} of the {counts['expected']} answers asked for are published" in page.words
    assert "/quarters/2024-25-Q4/template.xlsx" in page.links
    assert "/quarters/2024-25-Q3" in page.links
    assert len([each for each in page.links if each.startswith("/organisations/")]) == len(counts["byOrganisation"])


async def test_without_a_quarter_the_one_that_ended_last_is_shown(client):
    answer = await client.get("/quarters")
    assert answer.status_code == 307
    ended = quarter_named(answer.headers["location"].rpartition("/")[2])
    assert ended is not None
    assert ended.ends < dt.date.today() <= ended.ends + dt.timedelta(days=92)


async def test_a_figure_that_was_published_as_over_or_about_says_so(client):
    words = (await shown(client, "/measures/appointments")).words
    assert "over 11,000,000" in words


async def test_a_measure_says_how_its_figures_vary_and_draws_it(client):
    page = await client.get("/measures/call_back_percent")
    words = _Page(page.text).words
    assert "Variation: too few figures to say" in " ".join(words.replace(" :", ":").split())
    assert page.text.count('class="icon"') == 2
