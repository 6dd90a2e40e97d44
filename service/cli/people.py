"""The commands of `tracker` about people: who may sign in, and who is only a contact."""

from pathlib import Path
from typing import Any

import click
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.people import EndPersonInput, InvitePersonInput, MakeLinkInput
from schema.enumerations import MessageKind, Role
from schema.ods_codes import ods_code
from schema.types.scalars import OdsCode
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import Settings, settings
from service.database import Database
from service.importers.people import BadPeople, Invited, invite_people
from service.messages import unsubscribing
from service.messages.outbox import send_link
from service.messages.texts import PURPOSES
from service.writes.command import Command, carry_out
from service.writes.commands import END_PERSON, INVITE_PERSON, MAKE_LINK
from service.writes.register.people import Entry, list_people
from service.writes.trust.links import address_of


@click.group("people")
def people_group() -> None:
    """Invite people who sign in with a browser, and keep contacts who never do."""


@people_group.command("invite")
@click.argument("who", metavar="EMAIL|FILE.csv")
@click.option("--name", help="Their name; every change they make is recorded under it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What they may do [nothing: a contact].")
@click.option("--organisation", help="Code of the organisation it is for, with its members [every one].")
@data_option
@plainly
def people_invite(who: str, name: str | None, role: str | None, organisation: str | None, data: Path | None) -> None:
    """Invite one person by e-mail address, or everybody in a CSV: all of them, or nobody if a line is wrong.

    The file has the columns name, email, telephone, role and organisation. Whoever has no role is a contact.
    """
    if "@" in who and name is None:
        raise click.UsageError("Give the name of the person with --name.")
    if "@" not in who and (name or role or organisation):
        raise click.UsageError("A file says itself who everybody is.")

    async def invite(database: Database) -> list[tuple[Invited, str | None]]:
        if "@" in who:
            code = None if organisation is None else OdsCode(ods_code(organisation))
            given = InvitePersonInput(name=name or "", email=who, role=Role(role) if role else None, organisation=code)
            invited = [Invited((await _carried_out(database, INVITE_PERSON, given))["person_id"], given)]
        else:
            invited = await invite_people(database, _content(who), by=OPERATOR)
        return [(each, await _link_for(database, each, ready)) for each in invited]

    with database_of(settings(data=data)) as ready:
        for each, link in run(ready, invite):
            click.echo("\t".join(filter(None, (each.given.name, each.given.email, link))))


@people_group.command("list")
@data_option
@plainly
def people_list(data: Path | None) -> None:
    """List everybody on record: number, role, organisation, state, name, e-mail address and telephone number."""

    async def everybody(database: Database) -> list[Entry]:
        async with database.command() as session:
            return await list_people(session)

    with database_of(settings(data=data)) as ready:
        for each in run(ready, everybody):
            state = f"ended {each.ended_at:%Y-%m-%d}" if each.ended_at else f"since {each.invited_at:%Y-%m-%d}"
            reached = "  ".join(filter(None, (each.email, each.telephone)))
            role, where = each.role or "contact", each.organisation or "all"
            click.echo(f"{each.number:<6}  {role:13}  {where:14}  {state:16}  {each.name}  {reached}")


@people_group.command("end")
@click.argument("email")
@data_option
@plainly
def people_end(email: str, data: Path | None) -> None:
    """End what a person may do, with their sessions and links, and send them nothing more."""

    async def end(database: Database) -> None:
        person = await _number(database, email)
        await _carried_out(database, END_PERSON, EndPersonInput(person=person))

    with database_of(settings(data=data)) as ready:
        run(ready, end)
    click.echo(f"{email} can no longer sign in.")


@people_group.command("link")
@click.argument("email")
@data_option
@plainly
def people_link(email: str, data: Path | None) -> None:
    """Print a new link that signs a person in, once. Give it to nobody else."""

    async def link(database: Database) -> str:
        return await _link(database, await _number(database, email), ready)

    with database_of(settings(data=data)) as ready:
        click.echo(run(ready, link))


@people_group.command("messages")
@click.argument("email")
@click.option("--again", type=click.Choice([kind.value for kind in PURPOSES]), help="Send messages of this kind again.")
@data_option
@plainly
def people_messages(email: str, again: str | None, data: Path | None) -> None:
    """List the messages that a person has stopped, or let the service send those of a kind again."""

    async def messages(database: Database) -> list[MessageKind]:
        person = await _number(database, email)
        if again is not None:
            await unsubscribing.subscribe(database, person, MessageKind(again))
        return await unsubscribing.stopped(database, person)

    with database_of(settings(data=data)) as ready:
        stopped = run(ready, messages)
    for kind in stopped:
        click.echo(f"{kind:14}  {PURPOSES[kind]}")
    if not stopped:
        click.echo(f"{email} has stopped no messages.")


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as reason:
        raise click.ClickException(f"{file} is not an e-mail address, and not a file: {reason.strerror}.") from reason


async def _link_for(database: Database, invited: Invited, chosen: Settings) -> str | None:
    """The link for somebody who was invited, or that the service mails it; none for a contact."""
    if invited.given.role is None:
        return None
    if not chosen.mail:
        return await _link(database, invited.person, chosen)
    async with database.command() as session:
        await send_link(session, invited.person, minutes=chosen.sign_in_minutes)
    return "the service sends the invitation"


async def _link(database: Database, person: int, chosen: Settings) -> str:
    answer = await _carried_out(database, MAKE_LINK, MakeLinkInput(person=person, minutes=chosen.sign_in_minutes))
    return address_of(chosen.home, answer["results"][0]["token"])


async def _number(database: Database, email: str) -> int:
    """The number of the person who has an address and is not ended."""
    async with database.command() as session:
        found = await _with_email(session, email)
    if not found:
        raise click.ClickException(f"Nobody on record has the address {email}. See `tracker people list`.")
    return found[0].number


async def _with_email(session: AsyncSession, email: str) -> list[Entry]:
    everybody = await list_people(session)
    return [each for each in everybody if not each.ended_at and (each.email or "").lower() == email.lower()]


async def _carried_out(database: Database, command: Command[Any], given: Any) -> dict[str, Any]:
    """The answer of a command that was carried out."""
    answer = await carry_out(database, command, given, by=OPERATOR)
    if answer["problems"]:
        raise BadPeople("\n".join(f"{each['message']} {each['remedy']}" for each in answer["problems"]))
    return answer
