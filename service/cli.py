"""The command `tracker`: start, migrate, seed, keys, audit, schema. It parses and prints; others do the work."""

import asyncio
import datetime as dt
import functools
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
import orjson
import sqlalchemy.exc
from alembic.util import CommandError
from sqlmodel import select

from schema.enumerations import Role
from schema.errors import codes_page
from schema.graph import graph
from schema.tables import OrganisationRow
from seeds.sandbox import QUARTERS
from seeds.sandbox_metrics import METRICS
from service import migrations
from service.answers.executor import Caller, Executor
from service.config import ConfigurationError, Settings, settings
from service.database import Database, connected
from service.embedded import EmbeddedPostgres, EmbeddedPostgresError
from service.importers import sandbox, seeds
from service.importers.rows import BadRow
from service.pages.briefing import Form, document_of, printed
from service.serving import PortInUse, listening, serve
from service.viewer import Viewer
from service.writes.trust import chain, keys

T = TypeVar("T")

FORMS = [form.value for form in Form]

# Whoever can run this command on the machine administers the service.
OPERATOR = Viewer("tracker command", Role.ADMINISTRATOR)

_data = click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where the data is kept [.data].")


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose foreseeable failures are one sentence and exit code 1."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        try:
            command(**given)
        except (
            ConfigurationError,
            EmbeddedPostgresError,
            PortInUse,
            BadRow,
            keys.BadName,
            keys.UnknownOrganisation,
        ) as reason:
            raise click.ClickException(str(reason)) from reason
        except CommandError as reason:
            raise click.ClickException(f"The database cannot be migrated: {reason}") from reason
        except (OSError, asyncpg.PostgresError, sqlalchemy.exc.SQLAlchemyError) as reason:
            origin = getattr(reason, "orig", None) or reason
            raise click.ClickException(f"The database cannot be used: {origin}") from reason

    return run


@contextmanager
def _database_of(chosen: Settings) -> Iterator[Settings]:
    """The settings with a database's URL: as given, or of the embedded server, which runs for the block."""
    if chosen.database_url is not None:
        yield chosen
        return
    with EmbeddedPostgres(chosen.data / "postgres") as server:
        if not server.is_owner:
            click.echo(f"The database of {chosen.data} is run by another process; this one uses it too.", err=True)
        yield chosen.model_copy(update={"database_url": server.dsn()})


def _run(chosen: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do work on the database, which is migrated first."""

    async def done() -> T:
        async with connected(chosen) as database:
            return await work(database)

    migrations.migrate(str(chosen.database_url), pooler=chosen.pooler)
    return asyncio.run(done())


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="primary-care-tracker")
def main() -> None:
    """The primary care tracker of NHS Kent and Medway.

    The database is the embedded one in the data directory, or that of DATABASE_URL.
    """


@main.command()
@click.option("--host", help="The address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="The port to listen on; 0 is any that is free [8000].")
@click.option("--workers", type=int, help="How many processes serve [1].")
@_data
@_plainly
def start(host: str | None, port: int | None, workers: int | None, data: Path | None) -> None:
    """Start the database if need be, migrate it, seed it when it is empty, and serve."""
    chosen = settings(host=host, port=port, workers=workers, data=data)
    with listening(chosen.host, chosen.port) as bound, _database_of(chosen) as ready:
        _run(ready, _seed_when_empty)
        _greet(ready, bound.getsockname()[1])
        serve(ready, bound)


@main.command()
@click.option("--to", default=migrations.LATEST, show_default=True, help="Up to a revision; -1 down; base: empty.")
@_data
@_plainly
def migrate(to: str, data: Path | None) -> None:
    """Bring the database's tables to a revision."""
    with _database_of(settings(data=data)) as ready:
        at = migrations.migrate(str(ready.database_url), to, pooler=ready.pooler)
    click.echo(f"The database is at {at}.")


@main.command()
@click.option("--sandbox", "made_up", is_flag=True, help="Add made-up history, apart from every real figure.")
@click.option("--practices", type=click.IntRange(1, 100_000), help="Sandbox: how many practices have history.")
@click.option("--quarters", type=click.IntRange(1, 200), default=QUARTERS, show_default=True, help="Sandbox: how long.")
@click.option("--metrics", type=click.IntRange(1, 500), default=METRICS, show_default=True, help="Sandbox: how many.")
@_data
@_plainly
def seed(made_up: bool, practices: int | None, quarters: int, metrics: int, data: Path | None) -> None:
    """Add what is missing of the briefing's figures; doing so twice changes nothing."""

    async def add(database: Database) -> None:
        async with database.command() as session:
            click.echo(f"Seeds: {_counts(await seeds.load(session))}.")
        if made_up:
            async with database.command() as session:
                added = await sandbox.load_sandbox(
                    session, practices=practices, quarters=quarters, metrics=metrics, progress=True
                )
            click.echo(f"Sandbox: {_counts(added)}.")

    with _database_of(settings(data=data)) as ready:
        _run(ready, add)


@main.group("keys")
def keys_group() -> None:
    """Make, list and revoke the keys that writing needs."""


@keys_group.command("create")
@click.option("--name", required=True, help="Whose key it is; the name stands beside every change made with it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it may do.")
@click.option("--organisation", help="The code of the organisation that it is for, with its members [every one].")
@click.option("--days", type=click.IntRange(1, 3650), help="For how many days it is in force [for good].")
@_data
@_plainly
def keys_create(name: str, role: str, organisation: str | None, days: int | None, data: Path | None) -> None:
    """Make a key and print it, alone on the last line. It is shown this once."""

    async def make(database: Database) -> str:
        now = dt.datetime.now(dt.UTC)
        until = now + dt.timedelta(days=days) if days else None
        async with database.command() as session:
            return await keys.create(
                session, name, Role(role), organisation=organisation, expires_at=until, by=OPERATOR, at=now
            )

    with _database_of(settings(data=data)) as ready:
        key = _run(ready, make)
    click.echo(f"A key for {name}, {role}. Send it as `Authorization: Bearer KEY`. It is not shown again:", err=True)
    click.echo(key)


@keys_group.command("list")
@_data
@_plainly
def keys_list(data: Path | None) -> None:
    """Print every key that was ever made, without its secret: prefix, role, organisation, state, last use and name."""

    async def listed(database: Database) -> None:
        async with database.command() as session:
            for key, code in await keys.listed(session):
                used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
                click.echo(f"{key.prefix}  {key.role:13}  {code or 'all':14}  {_state(key):18}  {used:21}  {key.name}")

    with _database_of(settings(data=data)) as ready:
        _run(ready, listed)


@keys_group.command("revoke")
@click.argument("prefix")
@_data
@_plainly
def keys_revoke(prefix: str, data: Path | None) -> None:
    """Revoke the key with this prefix; every process refuses it within five seconds."""

    async def revoked(database: Database) -> str:
        async with database.command() as session:
            return await keys.revoke(session, prefix, by=OPERATOR, at=dt.datetime.now(dt.UTC))

    with _database_of(settings(data=data)) as ready:
        try:
            name = _run(ready, revoked)
        except keys.UnknownKey as reason:
            raise click.ClickException(f"No key in force has the prefix {prefix}; `tracker keys list`.") from reason
    click.echo(f"The key {prefix} of {name} is revoked.")


@main.group("audit")
def audit_group() -> None:
    """Look at the record of everything that was done."""


@audit_group.command("verify")
@click.option("--head", "anchor", help="A head that was noted down earlier, as `tracker audit head` printed it.")
@_data
@_plainly
def audit_verify(anchor: str | None, data: Path | None) -> None:
    """Say whether every audit event is there and as it was written; exit code 1 when one is not."""
    try:
        noted = None if anchor is None else chain.Head.parsed(anchor)
    except ValueError as reason:
        raise click.BadParameter(f"{reason}.", param_hint="--head") from reason

    async def looked(database: Database) -> chain.Verdict:
        async with database.command() as session:
            return await chain.verified(session, anchor=noted)

    with _database_of(settings(data=data)) as ready:
        verdict = _run(ready, looked)
    for fault in verdict.faults:
        click.echo(fault)
    if verdict.faults:
        raise click.ClickException(f"The audit of {verdict.events:,} events is not whole.")
    click.echo(f"The audit is whole: {verdict.events:,} events.")


@audit_group.command("head")
@_data
@_plainly
def audit_head(data: Path | None) -> None:
    """Print the head of the audit, to be noted down where nobody who can write the database can change it."""

    async def head(database: Database) -> chain.Head:
        async with database.command() as session:
            return await chain.head(session)

    with _database_of(settings(data=data)) as ready:
        click.echo(str(_run(ready, head)))


@main.command("briefing")
@click.option("--format", "form", type=click.Choice(FORMS), default="html", show_default=True, help="In which form.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Of which day: what was known at its end [today].")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Into which file [standard output].")
@_data
@_plainly
def print_briefing(form: str, as_of: dt.datetime | None, output: Path | None, data: Path | None) -> None:
    """Write the committee paper, rebuilt from the figures as they were known on a day."""
    day = None if as_of is None else as_of.date().isoformat()
    if output is None and form == Form.DOCX and sys.stdout.isatty():
        raise click.UsageError("A Word document is no text: name a file with --output.")

    async def made(database: Database) -> bytes:
        executor = Executor(graph._schema, database, second_person_always=False)
        data = await executor.data(document_of(day), Caller(OPERATOR), may_write=False)
        return printed(orjson.loads(data)["briefing"], Form(form))

    with _database_of(settings(data=data)) as ready:
        paper = _run(ready, made)
    if output is None:
        click.echo(paper, nl=False)
        return
    try:
        output.write_bytes(paper)
    except OSError as reason:
        raise click.ClickException(f"The paper cannot be written to {output}: {reason.strerror}.") from reason


@main.command("codes")
def print_codes() -> None:
    """Print every code that a client can meet, with its remedy, as the page schema/CODES.md."""
    click.echo(codes_page(), nl=False)


@main.command("schema")
def print_schema() -> None:
    """Print the GraphQL schema."""
    click.echo(graph.as_str())


async def _seed_when_empty(database: Database) -> None:
    async with database.command() as session:
        if (await session.exec(select(OrganisationRow.id).limit(1))).first() is None:
            click.echo(f"Seeds: {_counts(await seeds.load(session))}.")


def _greet(chosen: Settings, port: int) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(chosen.host, chosen.host)  # noqa: S104  compared, not bound
    host = f"[{host}]" if ":" in host else host
    at = f"http://{host}:{port}"
    click.echo(f"GraphQL, and GraphiQL in a browser   {at}/graphql")
    click.echo(f"The schema                           {at}/schema.graphql")
    click.echo(f"How it is                            {at}/livez  {at}/readyz")
    if not chosen.reads_without_key:
        click.echo("Reading needs a key here too, unless TRACKER_PUBLIC_READING=true.")
    where = "" if chosen.data == Path(".data") else f" --data {chosen.data}"
    click.echo(f"To write, make a key:                {sys.argv[0]} keys create --name YOU --role APPROVER{where}")


def _counts(result: Any) -> str:
    counts = {name.replace("_", " "): count for name, count in vars(result).items() if count}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "nothing to add"


def _state(key: Any) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at:
        passed = key.expires_at <= dt.datetime.now(dt.UTC)
        return f"{'expired' if passed else 'until'} {key.expires_at:%Y-%m-%d}"
    return "in force"
