"""What is measured stays comparable: all peers give the same data. No times are looked at here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from service.config import Settings, settings
from tests.databases import Server
from tests.performance.computed import COMPUTED, EIGHT_FIELDS, SERIES
from tests.performance.database import filled
from tests.performance.peers import OURS, PEERS, Peer
from tests.performance.publishing import STATUSES
from tests.performance.shapes import SHAPES, WIDEST, Shape


@pytest.fixture(scope="module")
async def sandbox(server: Server, seeded: str) -> AsyncIterator[Settings]:
    """The settings for a seeded database with the sandbox."""
    async with server.copy(seeded) as url:
        await filled(url)
        yield settings(database_url=url)


@asynccontextmanager
async def client_of(peer: Peer, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = peer.application(settings)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        yield client


async def answer(peer: Peer, shape: Shape, settings: Settings) -> Any:
    async with client_of(peer, settings) as client:
        headers = {"content-type": "application/json"}
        return (await client.post(peer.path(shape), content=shape.body, headers=headers)).json()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.rows)
async def test_all_peers_give_the_same_data(sandbox: Settings, shape: Shape):
    ours, *others = [await answer(peer, shape, sandbox) for peer in PEERS]
    assert all(other == ours for other in others)


@pytest.mark.parametrize("shape", [*SHAPES, *COMPUTED, STATUSES], ids=lambda shape: shape.rows)
async def test_no_shape_is_refused(sandbox: Settings, shape: Shape):
    assert (await answer(OURS, shape, sandbox)).keys() == {"data"}


async def test_the_widest_shape_has_twenty_figures_of_each_practice_in_a_network(sandbox: Settings):
    networks = (await answer(OURS, WIDEST, sandbox))["data"]["primaryCareNetworks"]["nodes"]
    practices = [practice for network in networks for practice in network["practices"]["nodes"]]
    assert {len(practice["figures"]["nodes"]) for practice in practices} == {20}
    assert len(practices) > 170


async def test_every_network_has_a_series_of_twenty_quarters_that_is_computed(sandbox: Settings):
    networks = (await answer(OURS, SERIES, sandbox))["data"]["primaryCareNetworks"]["nodes"]
    whole = [network["series"] for network in networks if len(network["series"]["points"]) == 20]
    assert len(whole) >= 43
    assert all(series["processLimits"] for series in whole)
    assert "NOT_ASSESSABLE" not in {series["variation"] for series in whole}


async def test_eight_fields_are_computed_of_a_series_of_every_practice(sandbox: Settings):
    practices = (await answer(OURS, EIGHT_FIELDS, sandbox))["data"]["practices"]["nodes"]
    assert len(practices) == 177
    whole = [practice["series"] for practice in practices if len(practice["series"]["points"]) == 20]
    assert len(whole) > 170
    assert all(len(series["forecast"]) == 4 for series in whole)
