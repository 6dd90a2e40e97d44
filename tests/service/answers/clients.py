"""Clients that read and write at random through two processes, and note all of it in a history."""

import itertools
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.service.answers.history import History, Read, Write

METRICS = ("call_back_percent", "cloud_telephony_percent", "call_queuing_percent", "nhs_app_available_percent")
PERIOD = "2024-25-Q4"
# Each client has a draft for its own.
PRACTICES = ("G82002", "G82006", "G82007", "G82013", "G82014", "G82015")
_FIGURES = 'code figures(organisations: ["QKS"], from: "2025-03-31", to: "2025-03-31") { nodes { value } }'
_CELL = f"query Cell($metric: String!) {{ metric(code: $metric) {{ {_FIGURES} }} }}"
# Long enough for every encoding: the practices are there for their length.
_EACH = " ".join(f'{metric}: metric(code: "{metric}") {{ {_FIGURES} }}' for metric in METRICS)
_ALL = f"query All {{ practices(first: 177) {{ nodes {{ code name postcode }} }} {_EACH} }}"
_WRITE = """mutation Write($input: UpdateQuarterlyFiguresInput!) { updateQuarterlyFigures(input: $input) {
    created updated problems { code message } } }"""
_SAVE = """mutation Save($input: SaveSubmissionInput!) { saveSubmission(input: $input) {
    submission { id version title } problems { code message } } }"""
_DRAFT = "query Draft($id: ID!) { submission(id: $id) { title } }"
# Of a hundred operations; the rest are reads.
WRITES, DRAFTS = 8, 4
_values = itertools.count(1)


@dataclass
class Client:
    """One client. What it keeps by tags it keeps as a browser does."""

    number: int
    addresses: tuple[str, str]
    key: str
    history: History
    chance: Random
    faults: list[str] = field(default_factory=list)
    version: str | None = None
    draft: tuple[str, int, str] | None = None
    _kept: dict[tuple[str, ...], tuple[str, Any]] = field(default_factory=dict)

    async def act(self, http: httpx.AsyncClient) -> None:
        """Do one thing."""
        what = self.chance.randrange(100)
        if what < WRITES:
            await self._write(http)
        elif what < WRITES + DRAFTS:
            await self._edit(http)
        elif what < WRITES + 2 * DRAFTS and self.draft:
            await self._look_at_draft(http)
        else:
            await self._read(http)

    async def _write(self, http: httpx.AsyncClient) -> None:
        cell, value = self.chance.choice(METRICS), next(_values) / 100
        figure = {"metric": cell, "organisation": "QKS", "value": value, "reason": "Counted again."}
        given = {"quarter": PERIOD, "organisation": "QKS", "figures": [figure]}
        began = time.monotonic()
        answer = await self._post(http, _WRITE, {"input": given}, with_key=True)
        ended = time.monotonic()
        found = answer.json()["data"]["updateQuarterlyFigures"]
        if found["created"] + found["updated"] != 1:
            self.faults.append(f"a write that did nothing: {found}")
        self._remember(answer)
        version = int(answer.headers["tracker-version"])
        self.history.writes.append(Write(self.number, began, ended, cell, value, version))

    async def _read(self, http: httpx.AsyncClient) -> None:
        all_of_them = self.chance.random() < 0.4
        cells = METRICS if all_of_them else (self.chance.choice(METRICS),)
        query, variables = (_ALL, {}) if all_of_them else (_CELL, {"metric": cells[0]})
        began = time.monotonic()
        if self.chance.random() < 0.5:
            answer = await self._post(http, query, variables, with_key=self.chance.random() < 0.2)
            data = answer.json()["data"]
        else:
            answer, data = await self._get(http, query, cells)
        ended = time.monotonic()
        values = {each["code"]: _value(each) for name, each in data.items() if name != "practices"}
        how = f"{answer.request.method} {answer.status_code} {answer.headers.get('server-timing')} {answer.url.port}"
        self.history.reads.append(Read(self.number, began, ended, values, int(answer.headers["tracker-version"]), how))
        self._remember(answer)

    async def _get(self, http: httpx.AsyncClient, query: str, cells: tuple[str, ...]) -> tuple[httpx.Response, Any]:
        encoding = self.chance.choice(["gzip", "br", "identity"])
        key = (encoding, *cells)
        headers = {"Accept-Encoding": encoding, **self._demand()}
        if key in self._kept:
            headers["If-None-Match"] = self._kept[key][0]
        params = {"query": query, "variables": f'{{"metric": "{cells[0]}"}}' if len(cells) == 1 else "{}"}
        answer = await http.get(f"{self._address()}/graphql", params=params, headers=headers)
        if "etag" not in answer.headers:
            raise ValueError(f"no answer: {answer.text}")
        if answer.status_code == 200:
            self._kept[key] = answer.headers["etag"], answer.json()["data"]
        return answer, self._kept[key][1]

    async def _edit(self, http: httpx.AsyncClient) -> None:
        """Begin its own draft, or give it another title."""
        title = f"Draft {self.number} {next(_values)}"
        known = {"id": self.draft[0], "expectedVersion": self.draft[1]} if self.draft else {}
        given = {"quarter": PERIOD, "organisation": PRACTICES[self.number], "figures": [], "title": title, **known}
        answer = await self._post(http, _SAVE, {"input": given}, with_key=True)
        found = answer.json()["data"]["saveSubmission"]
        if found["problems"]:
            self.faults.append(f"a draft that was not saved: {found['problems']}")
            return
        self.draft = found["submission"]["id"], found["submission"]["version"], title
        self._remember(answer)

    async def _look_at_draft(self, http: httpx.AsyncClient) -> None:
        """Nobody else edits it: it has to be as it was saved; without a key it is not there."""
        if self.draft is None:
            return
        with_key = self.chance.random() < 0.7
        answer = await self._post(http, _DRAFT, {"id": self.draft[0]}, with_key=with_key)
        found = answer.json()["data"]["submission"]
        if found != ({"title": self.draft[2]} if with_key else None):
            self.faults.append(f"a draft that should be {self.draft}: {found}, with key {with_key}")

    async def _post(self, http: httpx.AsyncClient, query: str, variables: Any, *, with_key: bool) -> httpx.Response:
        headers = {**self._demand(), **({"Authorization": f"Bearer {self.key}"} if with_key else {})}
        body = {"query": query, "variables": variables}
        answer = await http.post(f"{self._address()}/graphql", json=body, headers=headers)
        if answer.status_code != 200 or "errors" in answer.json():
            raise ValueError(f"no answer: {answer.text}")
        return answer

    def _address(self) -> str:
        return self.chance.choice(self.addresses)

    def _demand(self) -> dict[str, str]:
        """Now and then, the version that has been seen last."""
        return {"Tracker-Version": self.version} if self.version and self.chance.random() < 0.5 else {}

    def _remember(self, answer: httpx.Response) -> None:
        self.version = answer.headers["tracker-version"]


def _value(metric: Any) -> float | None:
    nodes = metric["figures"]["nodes"]
    return nodes[0]["value"] if nodes else None
