"""`tracker start` and `tracker migrate`."""

import asyncio
import datetime as dt
import sys
from functools import partial
from pathlib import Path

import click
from sqlmodel import select

from schema.tables import OrganisationRow, OutlineRow
from service import migrations
from service.cli.seeding import counts
from service.cli.shared import data_option, database_of, note_port, plainly, run
from service.config import Settings, settings
from service.database import Database, let_in
from service.identity.secret import kept_secret
from service.importers import seeds
from service.serving import listening, serve
from service.writes.trust import links

LIFE_OF_FIRST_LINK = dt.timedelta(days=1)


@click.command()
@click.option("--host", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="Port to listen on; 0 is any free port [8000].")
@click.option("--workers", type=int, help="Number of processes [1].")
@data_option
@plainly
def start(host: str | None, port: int | None, workers: int | None, data: Path | None) -> None:
    """Start the service. It starts and migrates the database, and seeds it if it is empty."""
    chosen = settings(host=host, port=port, workers=workers, data=data)
    with listening(chosen.host, chosen.port) as bound, database_of(chosen) as ready:
        known = {"port": bound.getsockname()[1], "session_secret": ready.session_secret}
        if chosen.database_url is None and chosen.session_secret is None:
            known["session_secret"] = kept_secret(chosen.data)
        if chosen.database_url is None:
            note_port(chosen.data, known["port"])
        ready = ready.model_copy(update=known)
        first_link = run(ready, partial(_prepare, chosen=ready))
        asyncio.run(let_in(ready))
        _greet(ready, first_link)
        serve(ready, bound)


@click.command()
@click.option("--to", default=migrations.LATEST, show_default=True, help="Revision; -1: one step down; base: empty.")
@data_option
@plainly
def migrate(to: str, data: Path | None) -> None:
    """Migrate the database to a revision."""
    with database_of(settings(data=data)) as ready:
        at = migrations.migrate(str(ready.database_url), to, pooler=ready.pooler)
    click.echo(f"The database is at {at}.")


async def _prepare(database: Database, chosen: Settings) -> str | None:
    """Seed the database where it is empty; the link of the first administrator, while there is none."""
    await _seed_when_empty(database)
    return await _first_link(database, chosen)


async def _seed_when_empty(database: Database) -> None:
    """Seed an empty database; give one of an earlier version the outlines that its papers need."""
    async with database.command() as session:
        if (await session.exec(select(OrganisationRow.id).limit(1))).first() is None:
            click.echo(f"Seeds: {counts(await seeds.load(session))}.")
        elif (await session.exec(select(OutlineRow.id).limit(1))).first() is None:
            click.echo(f"Seeds: {await seeds.add_outlines(session):,} lines of outlines for papers.")
        await seeds.learn_metrics(session)


async def _first_link(database: Database, chosen: Settings) -> str | None:
    """The link that makes the first administrator, while nobody is on record. The log is no place to print it."""
    if chosen.session_secret is None or not (chosen.is_local or sys.stdout.isatty()):
        return None
    async with database.command() as session:
        token = await links.make_first(session, lasts=LIFE_OF_FIRST_LINK, at=dt.datetime.now(dt.UTC))
    return None if token is None else links.address_of(chosen.home, token)


def _greet(chosen: Settings, first_link: str | None) -> None:
    at = chosen.model_copy(update={"address": ""}).home
    click.echo(f"The pages, in a browser              {at}/")
    click.echo(f"GraphQL, and GraphiQL in a browser   {at}/graphql")
    click.echo(f"The schema                           {at}/schema.graphql")
    click.echo(f"Health                               {at}/livez  {at}/readyz")
    if first_link is not None:
        click.echo(f"To sign in as first administrator:   {first_link}")
    if not chosen.reads_without_key:
        click.echo("You need an API key to read too, unless TRACKER_PUBLIC_READING=true.")
    where = "" if chosen.data == Path(".data") else f" --data {chosen.data}"
    create = f"{sys.argv[0]} keys create --name 'Your name' --role APPROVER{where}"
    click.echo(f"To write, create a key:              {create}")
