"""The page of an organisation: its measures next to those of its groups, its memberships with days, and its members."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from service.config import settings
from service.database import connected
from tests.databases import Server
from tests.service.pages.test_look import shown
from tests.serving import serving
from tests.spec.given import Given

TABLES: Any = {
    "organisations": [
        {"code": "QKS", "kind": "INTEGRATED_CARE_BOARD", "name": "The ICB"},
        {"code": "HCP-EAST", "kind": "HEALTH_AND_CARE_PARTNERSHIP", "name": "East"},
        {"code": "U00001", "kind": "PRIMARY_CARE_NETWORK", "name": "Coast"},
        {"code": "U00002", "kind": "PRIMARY_CARE_NETWORK", "name": "Hills"},
        {"code": "G00001", "name": "Abbey"},
        {"code": "G00002", "name": "Bridge"},
        {"code": "G00003", "name": "Chapel"},
    ],
    "memberships": [
        {"member": "HCP-EAST", "group": "QKS", "starts": "2020-01-01"},
        {"member": "U00001", "group": "HCP-EAST", "starts": "2020-01-01"},
        {"member": "U00002", "group": "HCP-EAST", "starts": "2020-01-01"},
        {"member": "G00001", "group": "U00001", "starts": "2020-01-01", "ends": "2022-09-30"},
        {"member": "G00001", "group": "U00002", "starts": "2022-10-01"},
        {"member": "G00002", "group": "U00002", "starts": "2020-01-01"},
        {"member": "G00003", "group": "U00002", "starts": "2020-01-01"},
    ],
    "metrics": [{"code": "calls", "name": "Calls answered", "roll-up": "RATIO_OF_SUMS"}]
    + [{"code": f"m{at:02d}", "name": f"Measure {at}"} for at in range(60)],
    "figures": [
        {"metric": "calls", "organisation": "G00001", "period": "2023-24-Q1", "value": "60"}
        | {"numerator": "60", "denominator": "100"},
        {"metric": "calls", "organisation": "G00001", "period": "2023-24-Q2", "value": "70"}
        | {"numerator": "70", "denominator": "100"},
        {"metric": "calls", "organisation": "G00002", "period": "2023-24-Q2", "value": "80"}
        | {"numerator": "80", "denominator": "100"},
        {"metric": "calls", "organisation": "QKS", "period": "2023-24-Q2", "value": "77"},
    ]
    + [{"metric": f"m{at:02d}", "organisation": "QKS", "period": "2023-24-Q2", "value": "1"} for at in range(60)],
    "targets": [{"metric": "calls", "organisation": "G00001", "comparator": "AT_LEAST", "value": "90"}],
}


@pytest.fixture(scope="module")
async def desk(server: Server, migrated: str) -> AsyncIterator[httpx.AsyncClient]:
    """A service of a few organisations: Abbey has moved from Coast to Hills."""
    async with server.copy(migrated) as url:
        async with connected(settings({}, database_url=url)) as database, database.command() as session:
            await Given(await session.connection()).put(TABLES)
        async with serving(settings({}, database_url=url)) as client:
            yield client


async def words(client: httpx.AsyncClient, address: str) -> str:
    return (await shown(client, address)).words


async def test_each_measure_stands_next_to_its_network_its_partnership_and_its_icb(desk):
    said = await words(desk, "/organisations/G00001")
    assert "Measure Value Period Signs Over time Network Partnership ICB" in said
    assert "Calls answered 70% Q2 2023/24" in said
    # Chapel has sent nothing; the ICB has published a figure of its own.
    assert "75% from 2 of 3 practices 75% from 2 of 3 practices 77%" in said


async def test_each_measure_has_its_signs_and_its_line_with_the_target(desk):
    page = (await desk.get("/organisations/G00001")).text
    assert 'aria-label="Variation: too few figures to say"' in page
    assert 'aria-label="Assurance: cannot be assessed"' in page
    (line,) = re.findall(r'<a href="/charts/calls/G00001.html"[^>]*>(<svg.*?</svg>)', page)
    assert "<title>Calls answered since Q1 2023/24: 60%, 70%</title>" in line
    assert "stroke-dasharray" in line


async def test_an_organisation_has_its_networks_and_partnerships_with_days_the_latest_first(desk):
    said = await words(desk, "/organisations/G00001")
    assert (
        "Groups over time Hills , a primary care network: since 1 October 2022 "
        "Coast , a primary care network: 1 January 2020 to 30 September 2022 "
        "East , a health and care partnership: since 1 January 2020"
    ) in said


async def test_a_group_has_its_members_and_those_that_have_left_with_days(desk):
    said = await words(desk, "/organisations/U00002")
    assert "Members Abbey (G00001), since 1 October 2022 Bridge (G00002), since 1 January 2020" in said
    assert "Former members" not in said
    assert "Former members Abbey (G00001), 1 January 2020 to 30 September 2022" in await words(
        desk, "/organisations/U00001"
    )


async def test_fifty_measures_are_on_a_page_and_the_rest_on_the_next(desk):
    first, second = [await shown(desk, f"/organisations/QKS{query}") for query in ("", "?page=2")]
    of_pages = [{link for link in page.links if link.startswith("/measures/")} for page in (first, second)]
    assert [len(each) for each in of_pages] == [50, 11]
    assert not of_pages[0] & of_pages[1]
    assert "/organisations/QKS?page=2#measures" in first.links
    assert "/organisations/QKS?page=1#measures" in second.links


@pytest.mark.parametrize("query", ["?page=0", "?page=99999", "?page=x", "?page=-1", "?page=²"])
async def test_a_page_that_is_not_there_is_the_nearest_one(desk, query):
    assert (await desk.get(f"/organisations/QKS{query}")).status_code == 200
