"""Who gets messages about the return of an organisation, and what is still open in a quarter."""

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import MessageKind, Role
from schema.tables import OrganisationRow, PersonRow, key
from service.answers.request import GraphQLRequest
from service.messages.outbox import New

# How a document is answered: for whoever asks, or for the service itself.
Read: TypeAlias = Callable[[GraphQLRequest], Awaitable[bytes]]

_OPEN = """
query Open($quarter: String!, $after: String) {
  completeness(quarter: $quarter) {
    softDeadline hardDeadline
    requests(filter: {state: {in: [NOT_STARTED, DRAFT, RETURNED]}}, first: 500, after: $after) {
      nodes { dueOn metric { code } organisation { code name } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


@dataclass(frozen=True)
class Recipient:
    """Somebody who answers for an organisation."""

    person: int
    name: str
    organisation: str
    invited_at: dt.datetime


@dataclass(frozen=True)
class Extended:
    """An exception with a day: until when an organisation may answer for a metric, or for all: None."""

    organisation: str
    metric: str | None
    until: dt.date


@dataclass(frozen=True)
class OpenReturn:
    """What an organisation has not answered yet: how many questions, and by which day it should."""

    code: str
    name: str
    questions: int
    due: dt.date | None

    def message(self, to: Recipient, kind: MessageKind, about: str, quarter: str, **more: str) -> New:
        """A message about it; `more` facts are of its kind."""
        facts = {
            "organisation": self.name,
            "code": self.code,
            "quarter": quarter,
            "open": self.questions,
            "due": None if self.due is None else self.due.isoformat(),
            **more,
        }
        return New(to.person, kind, about, facts)


async def open_returns(read: Read, quarter: str) -> Mapping[str, OpenReturn]:
    """The returns of a quarter with something to answer, by the codes of their organisations.

    Each is due when the first of its questions is. Refusals: those of the document.
    """
    return whole(await open_parts(read, quarter))


async def open_parts(read: Read, quarter: str, extended: Sequence[Extended] = ()) -> list[OpenReturn]:
    """What is still open in a quarter: for each organisation, its questions with the same day.

    Questions have days of their own by exceptions, and by what is collected. `extended` are the exceptions of the
    quarter, the latest last: where only the last day of all is set, they alone move it. Refusals: as above.
    """
    counts: Counter[tuple[str, str, dt.date | None]] = Counter()
    variables = {"quarter": quarter}
    while True:
        found = orjson.loads(await read(GraphQLRequest(_OPEN, dict(variables))))["completeness"]
        for each in found["requests"]["nodes"]:
            organisation = each["organisation"]
            counts[organisation["code"], organisation["name"], _due(each, found, extended)] += 1
        if not found["requests"]["pageInfo"]["hasNextPage"]:
            return [OpenReturn(code, name, count, due) for (code, name, due), count in counts.items()]
        variables["after"] = found["requests"]["pageInfo"]["endCursor"]


def _due(request: Any, found: Any, extended: Sequence[Extended]) -> dt.date | None:
    """The day by which a request is due; where none is set, the last day on which answers are taken."""
    if request["dueOn"] is not None:
        return dt.date.fromisoformat(request["dueOn"])
    if found["hardDeadline"] is None:
        return None
    last = dt.date.fromisoformat(found["hardDeadline"])
    asked = request["organisation"]["code"], request["metric"]["code"]
    own = [each.until for each in extended if each.organisation == asked[0] and each.metric in (None, asked[1])]
    return max(last, own[-1]) if own else last


def whole(parts: Sequence[OpenReturn]) -> Mapping[str, OpenReturn]:
    """The parts of each organisation together, by its code, due on the first of their days."""
    found: dict[str, OpenReturn] = {}
    for each in parts:
        before = found.get(each.code)
        days = [part.due for part in (each, before) if part is not None and part.due is not None]
        questions = each.questions + (before.questions if before else 0)
        found[each.code] = OpenReturn(each.code, each.name, questions, min(days, default=None))
    return found


async def recipients(session: AsyncSession) -> Sequence[Recipient]:
    """Those who can be written to about a return, within the scope: contacts, and whoever can send it themselves."""
    rows = await session.exec(
        select(PersonRow, OrganisationRow.code)
        .join(OrganisationRow, col(OrganisationRow.id) == PersonRow.organisation_id)
        .where(col(PersonRow.ended_at).is_(None), col(PersonRow.email).is_not(None))
        .order_by(col(PersonRow.id))
    )
    return [Recipient(key(row), row.name, code, row.invited_at) for row, code in rows if row.role != Role.READER]


def by_organisation(everybody: Sequence[Recipient]) -> Mapping[str, list[Recipient]]:
    """The same, for each code of an organisation."""
    found: dict[str, list[Any]] = {}
    for each in everybody:
        found.setdefault(each.organisation, []).append(each)
    return found
