"""A chart's picture, its page and its numbers, at one address."""

import csv
import io
from xml.etree import ElementTree

import pytest

from service.config import settings
from service.database import connected
from tests.serving import serving
from tests.spec.given import Given

ADDRESS = "/charts/call_back_percent/QKS"


@pytest.mark.parametrize(
    ("ending", "accept", "kind"),
    [
        (".svg", "*/*", "image/svg+xml"),
        (".csv", "*/*", "text/csv"),
        (".html", "*/*", "text/html"),
        ("", "text/html,*/*;q=0.8", "text/html"),
        ("", "text/csv", "text/csv"),
        ("", "*/*", "image/svg+xml"),
    ],
)
async def test_the_ending_or_what_the_client_takes_says_in_which_form(client, ending, accept, kind):
    response = await client.get(ADDRESS + ending, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, f"{kind}; charset=utf-8")


async def test_the_picture_is_well_formed_and_of_the_size_that_was_asked_for(client):
    picture = ElementTree.fromstring((await client.get(f"{ADDRESS}.svg?width=500&height=300")).text)
    assert (picture.get("width"), picture.get("height")) == ("500", "300")


async def test_the_numbers_have_one_line_for_each_figure(client):
    response = await client.get(f"{ADDRESS}.csv")
    assert response.content.startswith("\ufeff".encode())  # Excel takes it for Windows-1252 without.
    assert response.headers["content-disposition"] == 'attachment; filename="call_back_percent-QKS.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["period"], row["value"], row["target"]) for row in rows] == [("31 January 2025", "69.57", "90")]


async def test_the_page_has_the_picture_the_words_and_the_table(client):
    page = (await client.get(f"{ADDRESS}.html")).text
    assert "<svg" in page
    assert "<caption>The figures</caption>" in page
    assert "Variation: limits need at least 3 points; there is 1." in page


async def test_the_table_and_the_csv_say_which_quarters_are_missing_and_what_is_provisional(server, migrated):
    """Seven quarters on trial limits, the last far above them, and two quarters without a figure."""
    given = {
        "organisations": [{"code": "QKS", "kind": "INTEGRATED_CARE_BOARD"}],
        "metrics": [{"code": "mentors", "unit": "COUNT"}],
        "quarters": [
            {"metric": "mentors", "organisation": "QKS", "from": "2023-24-Q1", "values": "50 51 50 – – 51 50 51 90"}
        ],
    }
    async with server.copy(migrated) as url:
        async with connected(settings({}, database_url=url)) as database, database.command() as session:
            await Given(await session.connection()).put(given)
        async with serving(settings({}, database_url=url)) as client:
            text, page = [(await client.get(f"/charts/mentors/QKS.{form}")).text for form in ("csv", "html")]
            text = text.removeprefix("\ufeff")
    rows = [(row["period"], row["value"], row["note"]) for row in csv.DictReader(io.StringIO(text))]
    assert rows[2:6] == [
        ("Q3 2023/24", "50", ""),
        ("Q4 2023/24", "", "No figure is published."),
        ("Q1 2024/25", "", "No figure is published."),
        ("Q2 2024/25", "51", ""),
    ]
    assert "above upper limit (trial limits)" in text
    assert "Variation: improvement (provisional). Assurance: not assessable" in page
    assert page.count("No figure is published.") == 2
    assert "Q4 2023/24 and Q1 2024/25 are missing." in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/charts/nope/QKS.svg", 404),
        ("/charts/call_back_percent/ZZ999.csv", 404),
        ("/charts/call_back_percent/%20.svg", 400),
        (f"{ADDRESS}.svg?width=wide", 400),
        (f"{ADDRESS}.svg?width=99999999999999999999", 400),
    ],
)
async def test_what_is_not_there_is_said_in_a_sentence(client, address, status):
    response = await client.get(address)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert response.text.strip().endswith(".")


async def test_where_reading_needs_a_key_a_picture_does_too(server, seeded):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url, host="0.0.0.0")) as client:
        assert (await client.get(f"{ADDRESS}.svg")).status_code == 401
