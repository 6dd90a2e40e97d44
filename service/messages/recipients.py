"""Who gets messages about the return of an organisation, and what is still open in a quarter."""

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
query Open($quarter: String!) {
  completeness(quarter: $quarter) {
    softDeadline hardDeadline
    byOrganisation { organisation { code name } notStarted draft returned }
  }
}
"""


@dataclass(frozen=True)
class Recipient:
    """Somebody who answers for an organisation."""

    person: int
    name: str
    organisation: str


@dataclass(frozen=True)
class OpenReturn:
    """What an organisation has not answered yet: how many questions, and by which day it should."""

    code: str
    name: str
    questions: int
    due: str | None

    def message(self, to: Recipient, kind: MessageKind, about: str, quarter: str) -> New:
        """A message about it."""
        facts = {
            "organisation": self.name,
            "code": self.code,
            "quarter": quarter,
            "open": self.questions,
            "due": self.due,
        }
        return New(to.person, kind, about, facts)


async def open_returns(read: Read, quarter: str) -> Mapping[str, OpenReturn]:
    """The returns of a quarter with something to answer, by the codes of their organisations.

    Refusals: those of the document.
    """
    data = orjson.loads(await read(GraphQLRequest(_OPEN, {"quarter": quarter})))["completeness"]
    due = data["softDeadline"] or data["hardDeadline"]
    rows = [
        OpenReturn(
            each["organisation"]["code"],
            each["organisation"]["name"],
            each["notStarted"] + each["draft"] + each["returned"],
            due,
        )
        for each in data["byOrganisation"]
    ]
    return {each.code: each for each in rows if each.questions}


async def recipients(session: AsyncSession) -> Sequence[Recipient]:
    """Those who can be written to about a return, within the scope: contacts, and whoever can send it themselves."""
    rows = await session.exec(
        select(PersonRow, OrganisationRow.code)
        .join(OrganisationRow, col(OrganisationRow.id) == PersonRow.organisation_id)
        .where(col(PersonRow.ended_at).is_(None), col(PersonRow.email).is_not(None))
        .order_by(col(PersonRow.id))
    )
    return [Recipient(key(row), row.name, code) for row, code in rows if row.role != Role.READER]


def by_organisation(everybody: Sequence[Recipient]) -> Mapping[str, list[Recipient]]:
    """The same, for each code of an organisation."""
    found: dict[str, list[Any]] = {}
    for each in everybody:
        found.setdefault(each.organisation, []).append(each)
    return found
