"""What browsers load: fetched by name and hash, built from our sources, and served from one folder."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from service.assets import BUILT, fetch, files_in
from service.pages.assets import route

ROOT = Path(__file__).parents[3]
PROJECTS = ["examples/dashboard", "service/assets", "tests/clients", "tests/performance/rivals"]
LOCKS = [ROOT / project / "package-lock.json" for project in PROJECTS]


@pytest.fixture
async def assets() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(BUILT) as client:
        yield client


def browser(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Starlette(routes=[route(folder)]))
    return httpx.AsyncClient(transport=transport, base_url="http://tracker", headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_has_a_hash_for_each_package_and_no_address(lock: Path):
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert len(installed) > 50
    assert [name for name, entry in installed.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in installed.items() if "resolved" in entry] == []


def test_the_same_sources_give_the_same_files(tmp_path: Path):
    fetch.fetch(ROOT / ".assets", tmp_path / "built")
    again, before = files_in(tmp_path / "built"), files_in(BUILT)
    assert again.keys() == before.keys()
    assert [name for name in again if again[name].read_bytes() != before[name].read_bytes()] == []


def test_no_style_loads_anything_from_elsewhere():
    styles = [path.read_text(encoding="utf-8") for name, path in files_in(BUILT).items() if name.endswith(".css")]
    loaded = {address.strip("\"'") for style in styles for address in re.findall(r"url\(([^)]*)\)", style)}
    assert len(styles) > 1
    assert {address for address in loaded if re.match(r"(https?:)?/", address)} == set()


def test_the_style_of_the_service_manual_has_its_pictures_and_no_font_of_its_own():
    style = (BUILT / "nhsuk.css").read_text(encoding="utf-8")
    pictures = set(re.findall(r"url\((images/[^)]*)\)", style))
    assert "@font-face" not in style
    assert len(pictures) > 2
    assert {name for name in pictures if name not in files_in(BUILT)} == set()


async def test_a_file_is_compressed_for_whoever_takes_it(assets: httpx.AsyncClient):
    plain = await assets.get("/assets/nhsuk.css")
    packed = await assets.get("/assets/nhsuk.css", headers={"Accept-Encoding": "gzip, br"})
    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "br")
    assert plain.headers["content-type"] == packed.headers["content-type"] == "text/css; charset=utf-8"
    assert plain.text == packed.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5


async def test_a_file_is_sent_again_only_when_it_has_changed(assets: httpx.AsyncClient):
    first = await assets.get("/assets/explorer.js")
    again = await assets.get("/assets/explorer.js", headers={"If-None-Match": first.headers["etag"]})
    changed = await assets.get("/assets/explorer.js", headers={"If-None-Match": '"another"'})
    assert [first.status_code, again.status_code, changed.status_code] == [200, 304, 200]
    assert (again.content, again.headers["cache-control"]) == (b"", "public, no-cache")


@pytest.mark.parametrize("name", ["nothing.js", "..%2f__init__.py", "images", "nhsuk.css/"])
async def test_there_is_no_other_file(assets: httpx.AsyncClient, name):
    answer = await assets.get(f"/assets/{name}")
    assert (answer.status_code, answer.text.splitlines()[0]) == (404, "There is no such file.")


async def test_without_the_files_the_answer_says_how_to_fetch_them(tmp_path: Path):
    async with browser(tmp_path) as client:
        answer = await client.get("/assets/explorer.js")
    assert answer.status_code == 404
    assert "Run `make assets` where npm packages can be fetched" in answer.text
