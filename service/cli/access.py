"""The commands of `tracker` about who may come in: API keys, and sessions of people who have signed in."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from schema.enumerations import Role
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.writes.trust import keys, sessions


@click.group("keys")
def keys_group() -> None:
    """Create, list and revoke API keys. You need one to write."""


@keys_group.command("create")
@click.option("--name", required=True, help="Who the key is for; every change they make is recorded under this name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the key can do.")
@click.option("--organisation", help="Code of the organisation it is for, with its members [every one].")
@click.option("--days", type=click.IntRange(1, 3650), help="Number of days it is valid [no end].")
@data_option
@plainly
def keys_create(name: str, role: str, organisation: str | None, days: int | None, data: Path | None) -> None:
    """Create a key and print it on the last line. It is shown only once."""

    async def create(database: Database) -> str:
        now = dt.datetime.now(dt.UTC)
        until = now + dt.timedelta(days=days) if days else None
        async with database.command() as session:
            return await keys.create(
                session, name, Role(role), organisation=organisation, expires_at=until, by=OPERATOR, at=now
            )

    with database_of(settings(data=data)) as ready:
        key = run(ready, create)
    click.echo(
        f"The key for {name}, {role}. Send it as `Authorization: Bearer KEY`. You will not see it again:", err=True
    )
    click.echo(key)


@keys_group.command("list")
@data_option
@plainly
def keys_list(data: Path | None) -> None:
    """List all keys, without secrets: prefix, role, organisation, state, last use and name."""

    async def print_keys(database: Database) -> None:
        async with database.command() as session:
            for key, code in await keys.list_keys(session):
                used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
                state = f"{_state_of_key(key):22}  {used:21}"
                click.echo(f"{key.prefix}  {key.role:13}  {code or 'all':14}  {state}  {key.name}")

    with database_of(settings(data=data)) as ready:
        run(ready, print_keys)


@keys_group.command("revoke")
@click.argument("prefix")
@data_option
@plainly
def keys_revoke(prefix: str, data: Path | None) -> None:
    """Revoke the key with this prefix. Every process refuses it within five seconds."""

    async def revoke(database: Database) -> str:
        async with database.command() as session:
            return await keys.revoke(session, prefix, by=OPERATOR, at=dt.datetime.now(dt.UTC))

    with database_of(settings(data=data)) as ready:
        try:
            name = run(ready, revoke)
        except keys.UnknownKey as reason:
            raise click.ClickException(f"No valid key has the prefix {prefix}. See `tracker keys list`.") from reason
    click.echo(f"The key {prefix} of {name} has been revoked.")


@click.group("sessions")
def sessions_group() -> None:
    """List and end the sessions of people who have signed in."""


@sessions_group.command("list")
@data_option
@plainly
def sessions_list(data: Path | None) -> None:
    """List all sessions of the last 30 days: number, role, organisation, state, last use, name and account."""

    async def print_sessions(database: Database) -> None:
        async with database.command() as session:
            for each, code in await sessions.list_sessions(session):
                state = f"{_state_of_session(each):28}  used {each.last_used_at:%Y-%m-%d %H:%M}"
                click.echo(f"{each.id:<6}  {each.role:13}  {code or 'all':14}  {state}  {each.name}  {each.identity}")

    with database_of(settings(data=data)) as ready:
        run(ready, print_sessions)


@sessions_group.command("end")
@click.argument("number", type=int, required=False)
@click.option("--person", help="End the sessions of a person, by name or account, as the list writes them.")
@click.option("--everybody", is_flag=True, help="End all sessions.")
@data_option
@plainly
def sessions_end(number: int | None, person: str | None, everybody: bool, data: Path | None) -> None:
    """End the session with this number, those of a person, or all. Every process refuses them at once."""
    if [number is not None, person is not None, everybody].count(True) != 1:
        raise click.UsageError("Give the number of a session, or --person, or --everybody.")

    async def end(database: Database) -> int:
        now = dt.datetime.now(dt.UTC)
        async with database.command() as session:
            if number is None:
                return await sessions.end_all(session, person=person, by=OPERATOR, at=now)
            return int(await sessions.end(session, number, by=OPERATOR, at=now) is not None)

    with database_of(settings(data=data)) as ready:
        ended = run(ready, end)
    if not ended and not everybody:
        raise click.ClickException("No session in force is meant by this. See `tracker sessions list`.")
    click.echo(f"{ended} {'session has' if ended == 1 else 'sessions have'} been ended.")


def _state_of_key(key: Any) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at:
        passed = key.expires_at <= dt.datetime.now(dt.UTC)
        return f"{'expired' if passed else 'valid until'} {key.expires_at:%Y-%m-%d}"
    return "valid"


def _state_of_session(session: Any) -> str:
    if session.ended_at:
        return f"ended {session.ended_at:%Y-%m-%d %H:%M}"
    passed = session.ends_at <= dt.datetime.now(dt.UTC)
    return f"{'expired' if passed else 'valid until'} {session.ends_at:%Y-%m-%d %H:%M}"
