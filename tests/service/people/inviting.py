"""People who are invited, without a browser."""

import datetime as dt
from typing import Any

from schema.commands.people import ChangePersonInput, EndPersonInput, MakeLinkInput
from schema.enumerations import Role
from service.database import Database
from service.viewer import EVERYWHERE, Viewer
from service.writes.command import Command, carry_out
from service.writes.commands import CHANGE_PERSON, END_PERSON, INVITE_PERSON, MAKE_LINK
from service.writes.register.described import input_of
from service.writes.trust import links

ROOT = Viewer("Root", Role.ADMINISTRATOR, "root")


class Inviting:
    """The commands about people, as an administrator of everything gives them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def done(self, command: Command[Any], given: Any) -> dict[str, Any]:
        return await carry_out(self.database, command, given, by=ROOT)

    async def invite(self, name: str = "Ada", **cells: str) -> dict[str, Any]:
        """The answer to an invitation, with the cells of a line; an approver of the ICB if they do not say."""
        usual = {"email": f"{name.lower()}@nhs.example", "role": "APPROVER", "organisation": "QKS"}
        return await self.done(INVITE_PERSON, input_of({"name": name, **usual, **cells}))

    async def invited(self, name: str = "Ada", **cells: str) -> int:
        """The number of somebody who is invited."""
        answer = await self.invite(name, **cells)
        assert codes(answer) == [], codes(answer)
        number: int = answer["person_id"]
        return number

    async def link(self, person: int, minutes: int = 30) -> str:
        """The token of a new link."""
        answer = await self.done(MAKE_LINK, MakeLinkInput(person=person, minutes=minutes))
        token: str = answer["results"][0]["token"]
        return token

    async def change(self, person: int, name: str = "Ada", **cells: str) -> dict[str, Any]:
        """The answer to a change: somebody is as `invite` would have them."""
        usual = {"email": f"{name.lower()}@nhs.example", "role": "APPROVER", "organisation": "QKS"}
        given = input_of({"name": name, **usual, **cells})
        values = {each: getattr(given, each) for each in ("name", "email", "telephone", "role", "organisation")}
        return await self.done(CHANGE_PERSON, ChangePersonInput(person=person, **values))

    async def end(self, person: int) -> dict[str, Any]:
        return await self.done(END_PERSON, EndPersonInput(person=person))

    async def first(self) -> str | None:
        """The token of the link that makes the first administrator, while there is one."""
        async with self.database.command(scope=EVERYWHERE) as session:
            return await links.make_first(session, lasts=dt.timedelta(days=1), at=dt.datetime.now(dt.UTC))


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The codes of the problems of an answer, each with its field."""
    return [(each["code"], each["path"][-1]) for each in answer["problems"]]
