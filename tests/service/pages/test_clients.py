"""What libraries of clients need to know is served as it is in docs/clients."""

from pathlib import Path

import httpx

FILES = {path.name: path.read_text() for path in Path("docs/clients").iterdir()}


async def test_the_page_links_to_each_file_and_shows_it(client: httpx.AsyncClient):
    page = (await client.get("/docs/clients")).text
    assert [name for name in FILES if f'href="/docs/clients/{name}"' not in page] == []
    assert "export const scalars = {" in page
    for name, words in FILES.items():
        answer = await client.get(f"/docs/clients/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert answer.text == words


async def test_a_file_that_is_not_there_is_not_found(client: httpx.AsyncClient):
    answer = await client.get("/docs/clients/schema.py")
    assert (answer.status_code, "/docs/clients lists them" in answer.text) == (404, True)
