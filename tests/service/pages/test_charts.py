"""A chart's picture, its page and its numbers, at one address."""

import csv
import io
from xml.etree import ElementTree

import pytest

from service.config import settings
from tests.serving import serving

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
    rows = list(csv.DictReader(io.StringIO((await client.get(f"{ADDRESS}.csv")).text)))
    assert [(row["period"], row["value"], row["target"]) for row in rows] == [("31 January 2025", "69.57", "90.0")]


async def test_the_page_has_the_picture_the_words_and_the_table(client):
    page = (await client.get(f"{ADDRESS}.html")).text
    assert "<svg" in page
    assert "<caption>The figures</caption>" in page
    assert "Variation: limits need at least 3 points; there is 1." in page


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
