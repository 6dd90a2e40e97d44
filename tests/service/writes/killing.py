"""Writers who work through submissions over HTTP, and what has to be true of the database whenever they are cut off."""

import random
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from service.config import settings
from service.database import connected
from service.writes.trust.chain import verify

DONE = "{ submission { id version } problems { code } } }"
SAVE = "mutation ($i: SaveSubmissionInput!) { done: saveSubmission(input: $i) " + DONE
STEP = "mutation ($i: SubmissionInput!) { done: stepSubmission(input: $i) " + DONE
AMEND = "mutation ($i: AmendFiguresInput!) { done: amendFigures(input: $i) " + DONE
ONE_CALL = "mutation ($i: UpdateQuarterlyFiguresInput!) { done: updateQuarterlyFigures(input: $i) " + DONE
CELLS = ("call_back_percent", "call_queuing_percent", "cloud_telephony_percent")
HEADING = {"quarter": "2024-25-Q4", "organisation": "QKS"}
FAULTS = {"database/unavailable", "database/timeout"}

# Each query finds what must not be there.
BROKEN = {
    "a submission whose version is not the number of its events": """
        SELECT s.id FROM submission s LEFT JOIN audit_event e ON e.submission_id = s.id
        GROUP BY s.id HAVING count(e.id) <> s.version
    """,
    "a submission without all of its figures": """
        SELECT s.id FROM submission s LEFT JOIN submission_entry e ON e.submission_id = s.id
        GROUP BY s.id HAVING count(e.id) <> 3
    """,
    "a revision of what was not published": """
        SELECT r.figure_id FROM figure_revision r JOIN submission s ON s.id = r.submission_id
        WHERE s.status NOT IN ('PUBLISHED', 'SUPERSEDED', 'WITHDRAWN')
    """,
    "a published submission whose figures are not": """
        SELECT s.id FROM submission s JOIN submission_entry e ON e.submission_id = s.id
        LEFT JOIN figure f
          ON (f.metric_id, f.organisation_id, f.period_id) = (e.metric_id, e.organisation_id, e.period_id)
        WHERE s.status = 'PUBLISHED' AND f.id IS NULL
    """,
    "a figure that is not its latest revision": """
        SELECT f.id FROM figure f LEFT JOIN figure_revision r ON r.figure_id = f.id AND r.revision = f.revision
        WHERE (f.value, f.status, f.published_at) IS DISTINCT FROM (r.value, r.status, r.published_at)
           OR f.revision <> (SELECT count(*) FROM figure_revision WHERE figure_id = f.id)
    """,
    "two submissions of one call": """
        SELECT title FROM submission WHERE title LIKE 'call %' GROUP BY title HAVING count(*) > 1
    """,
    "an amended version that is still published with its amendment": """
        SELECT s.id FROM submission s JOIN submission a ON a.amends_id = s.id
        WHERE a.status IN ('PUBLISHED', 'SUPERSEDED') AND s.status = 'PUBLISHED'
    """,
}


async def broken(url: str) -> list[str]:
    """What is not as it has to be."""
    connection = await asyncpg.connect(url)
    try:
        found = [what for what, query in BROKEN.items() if await connection.fetch(query)]
    finally:
        await connection.close()
    async with connected(settings({}, database_url=url)) as database, database.command() as session:
        return [*found, *(await verify(session)).faults]


@dataclass
class Writer:
    """Somebody who gives one command after the other, each with a key, and gives the one that was cut off again."""

    address: str
    submitter: str
    approver: str
    random: random.Random
    stop: threading.Event = field(default_factory=threading.Event)
    unanswered: tuple[str, dict[str, Any], str] | None = None
    answered: int = 0
    faults: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Until it is stopped, or cut off."""
        with httpx.Client(timeout=20) as client:
            while not self.stop.is_set():
                try:
                    self._round(client)
                except httpx.HTTPError:
                    return

    def again(self) -> None:
        """The command that was cut off: it has the one effect that it was to have, or its first answer."""
        if self.unanswered is not None:
            with httpx.Client(timeout=20) as client:
                self._give(client, *self.unanswered)

    def _round(self, client: httpx.Client) -> None:
        chance = self.random.random()
        figures = [self._figure(metric) for metric in CELLS]
        if chance < 0.3:
            self._command(client, ONE_CALL, {**HEADING, "figures": figures, "reason": "r"}, self.approver)
            return
        if chance < 0.5:
            given = {**HEADING, "figures": figures, "reason": "r", "publicNote": "n"}
            made = self._command(client, AMEND, given, self.submitter)
        else:
            given = {**HEADING, "figures": figures, "title": f"call {uuid.uuid4()}"}
            made = self._command(client, SAVE, given, self.submitter)
        steps = self.random.choice(
            [["discard"], ["submit", "approve", "publish", "withdraw"], ["submit", "approve", "publish"]]
        )
        for step in steps:
            if made is None:
                return
            given = {"id": made["id"], "expectedVersion": made["version"], "reason": "r"}
            by = self.submitter if step in {"submit", "discard"} else self.approver
            made = self._command(client, STEP.replace("step", step), given, by)

    def _figure(self, metric: str) -> dict[str, Any]:
        value = self.random.randrange(101)
        return {"metric": metric, "organisation": "QKS", "value": value, "reason": "As counted."}

    def _command(self, client: httpx.Client, text: str, given: dict[str, Any], key: str) -> Any:
        return self._give(client, text, {**given, "idempotencyKey": str(uuid.uuid4())}, key)

    def _give(self, client: httpx.Client, text: str, given: dict[str, Any], key: str) -> Any:
        self.unanswered = (text, given, key)
        sent = {"query": text, "variables": {"i": given}}
        answer = client.post(f"{self.address}/graphql", json=sent, headers={"Authorization": f"Bearer {key}"}).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        if codes & FAULTS:
            raise httpx.NetworkError("the database was cut off")
        self.faults += sorted(codes)
        self.unanswered = None
        self.answered += 1
        return None if codes else answer["data"]["done"]["submission"]
