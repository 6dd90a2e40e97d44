"""A form as a browser fills it in and sends it."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx


class Form(HTMLParser):
    """The fields of the first form of a page that has a version or a token, and where it is sent."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action = ""
        self._is_open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_open = given.get("method") == "post" and given["action"] != "/sign-out"
            self.action = given["action"] if self._is_open else self.action
        if not self._is_open or tag != "input":
            return
        if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != "form"


async def filled(client: httpx.AsyncClient, address: str, **answers: str) -> httpx.Response:
    """The answer to the form at an address, sent with some more fields; `value_x` stands for value-x."""
    page = await client.get(address)
    assert page.status_code == 200, page.text
    form = Form(page.text)
    fields = {re.sub("_", "-", name, count=1) if "_" in name else name: value for name, value in answers.items()}
    return await client.post(form.action, data={**form.fields, **fields})


def words(text: str) -> str:
    """What a page says, without its style."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)).split())


async def asked(client: httpx.AsyncClient, query: str, key: dict[str, str]) -> Any:
    """The data of a document, for whoever has a key."""
    answer = (await client.post("/graphql", json={"query": query}, headers=key)).json()
    assert "errors" not in answer, answer
    return answer["data"]
