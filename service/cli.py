"""The arguments of `tracker` become calls of the service, and their results printed lines."""

import asyncio
import datetime as dt
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from sqlmodel import select

from schema.errors import codes_page
from schema.graph import graph
from schema.tables import OrganisationRow, OutlineRow
from seeds.sandbox import QUARTERS
from seeds.sandbox_metrics import METRICS
from service import migrations
from service.answers.executor import Caller, Executor
from service.bounds import limits_page
from service.cli_access import keys_group, sessions_group
from service.cli_documents import documents_group
from service.cli_people import people_group
from service.cli_shared import OPERATOR, data_option, database_of, plainly, run
from service.cli_sheets import export, import_file, write_template
from service.cli_webhooks import webhooks_group
from service.clients import client_files
from service.config import PREFIX, Settings, settings
from service.database import Database, let_in
from service.identity.secret import kept_secret
from service.importers import register, sandbox, seeds
from service.pages.briefing import Form, document_of, printed
from service.serving import listening, serve
from service.sheets.opening import OF_UPLOADS
from service.writes.limits import OF_COMMANDS
from service.writes.trust import chain, keys, links

FORMS = [form.value for form in Form]
LIFE_OF_FIRST_LINK = dt.timedelta(days=1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="primary-care-tracker")
def main() -> None:
    """The primary care tracker of NHS Kent and Medway.

    It uses the database of DATABASE_URL, or else an embedded one in the data directory.
    """


@main.command()
@click.option("--host", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="Port to listen on; 0 is any free port [8000].")
@click.option("--workers", type=int, help="Number of processes [1].")
@data_option
@plainly
def start(host: str | None, port: int | None, workers: int | None, data: Path | None) -> None:
    """Start the service. It starts and migrates the database, and seeds it if it is empty."""
    chosen = settings(host=host, port=port, workers=workers, data=data)
    with listening(chosen.host, chosen.port) as bound, database_of(chosen) as ready:
        run(ready, _seed_when_empty)
        asyncio.run(let_in(ready))
        if chosen.database_url is None and chosen.session_secret is None:
            ready = ready.model_copy(update={"session_secret": kept_secret(chosen.data)})
        there = ready.model_copy(update={"port": bound.getsockname()[1]})
        _greet(there, run(ready, partial(_first_link, chosen=there)))
        serve(ready, bound)


@main.command()
@click.option("--to", default=migrations.LATEST, show_default=True, help="Revision; -1: one step down; base: empty.")
@data_option
@plainly
def migrate(to: str, data: Path | None) -> None:
    """Migrate the database to a revision."""
    with database_of(settings(data=data)) as ready:
        at = migrations.migrate(str(ready.database_url), to, pooler=ready.pooler)
    click.echo(f"The database is at {at}.")


@main.command()
@click.option("--sandbox", "made_up", is_flag=True, help="Add made-up history, separate from every real figure.")
@click.option("--practices", type=click.IntRange(1, 100_000), help="Sandbox: practices with history.")
@click.option("--quarters", type=click.IntRange(1, 200), default=QUARTERS, show_default=True, help="Sandbox: quarters.")
@click.option("--metrics", type=click.IntRange(1, 500), default=METRICS, show_default=True, help="Sandbox: metrics.")
@data_option
@plainly
def seed(made_up: bool, practices: int | None, quarters: int, metrics: int, data: Path | None) -> None:
    """Add the figures of the briefing that are missing. Running it again changes nothing."""

    async def add(database: Database) -> None:
        async with database.command() as session:
            click.echo(f"Seeds: {_counts(await seeds.load(session))}.")
        if made_up:
            async with database.command() as session:
                added = await sandbox.load_sandbox(
                    session, practices=practices, quarters=quarters, metrics=metrics, progress=True
                )
            click.echo(f"Sandbox: {_counts(added)}.")

    with database_of(settings(data=data)) as ready:
        run(ready, add)


@main.command("register")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Your name; each change is recorded under it.")
@click.option("--dry-run", is_flag=True, help="Say what would be affected, without changing anything.")
@data_option
@plainly
def change_register(file: Path, name: str, dry_run: bool, data: Path | None) -> None:
    """Carry out the changes of the register in a CSV file: all of them, or none if a line is wrong."""
    by, content = replace(OPERATOR, name=keys.usable_name(name)), file.read_bytes()

    async def change(database: Database) -> list[register.Line]:
        return await register.change_register(database, file.name, content, by=by, rehearse=dry_run)

    with database_of(settings(data=data)) as ready:
        lines = run(ready, change)
    wrong = [line for line in lines if line.answered.is_refused]
    for line in wrong or lines:
        click.echo("\n".join(line.sentences), err=bool(wrong))
    if wrong:
        raise click.ClickException(
            f"Nothing was changed: {len(wrong)} of {len(lines)} lines {'is' if len(wrong) == 1 else 'are'} wrong."
        )
    click.echo(register.summary(lines, by=by, rehearsed=dry_run))


main.add_command(keys_group)
main.add_command(sessions_group)
main.add_command(people_group)
main.add_command(documents_group)
main.add_command(import_file)
main.add_command(write_template)
main.add_command(webhooks_group)
main.add_command(export)


@main.group("audit")
def audit_group() -> None:
    """Check the record of everything that was done."""


@audit_group.command("verify")
@click.option("--head", "anchor", help="A head that you kept, as `tracker audit head` printed it.")
@data_option
@plainly
def audit_verify(anchor: str | None, data: Path | None) -> None:
    """Check that every audit event is there and unchanged. Exit code 1 if one is not."""
    try:
        kept_head = None if anchor is None else chain.Head.parsed(anchor)
    except ValueError as reason:
        raise click.BadParameter(f"{reason}.", param_hint="--head") from reason

    async def verify(database: Database) -> chain.Verdict:
        async with database.command() as session:
            return await chain.verify(session, anchor=kept_head)

    with database_of(settings(data=data)) as ready:
        verdict = run(ready, verify)
    for fault in verdict.faults:
        click.echo(fault)
    if verdict.faults:
        raise click.ClickException(f"The audit of {verdict.events:,} events is not complete.")
    click.echo(f"The audit is complete: {verdict.events:,} events.")


@audit_group.command("head")
@data_option
@plainly
def audit_head(data: Path | None) -> None:
    """Print the head of the audit. Keep it where nobody who can write to the database can change it."""

    async def head(database: Database) -> chain.Head:
        async with database.command() as session:
            return await chain.head(session)

    with database_of(settings(data=data)) as ready:
        click.echo(str(run(ready, head)))


@main.command("briefing")
@click.option("--format", "form", type=click.Choice(FORMS), default="html", show_default=True, help="Format.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use what was known at the end of this day [today].")
@click.option("--board", help="ODS code of the integrated care board [the first one with an outline].")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write to [standard output].")
@data_option
@plainly
def print_briefing(
    form: str, as_of: dt.datetime | None, board: str | None, output: Path | None, data: Path | None
) -> None:
    """Write a board's committee paper from the figures known on a day."""
    day = None if as_of is None else as_of.date().isoformat()
    if output is None and form == Form.DOCX and sys.stdout.isatty():
        raise click.UsageError("A Word document is not text. Name a file with --output.")

    async def write(database: Database) -> bytes:
        executor = Executor(graph._schema, database, second_person_always=False)
        data = await executor.data(document_of(day, board), Caller(OPERATOR), may_write=False)
        return printed(orjson.loads(data)["briefing"], Form(form))

    with database_of(settings(data=data)) as ready:
        paper = run(ready, write)
    if output is None:
        click.echo(paper, nl=False)
        return
    try:
        output.write_bytes(paper)
    except OSError as reason:
        raise click.ClickException(f"The paper cannot be written to {output}: {reason.strerror}.") from reason


@main.command("codes")
def print_codes() -> None:
    """Print every code that a client can get, with its remedy: the page schema/CODES.md."""
    click.echo(codes_page(), nl=False)


@main.command("limits")
def print_limits() -> None:
    """Print what one client may use, with the setting of each limit: the page docs/limits.md."""
    click.echo(limits_page(PREFIX, OF_COMMANDS | OF_UPLOADS), nl=False)


@main.command("schema")
def print_schema() -> None:
    """Print the GraphQL schema."""
    click.echo(graph.as_str())


@main.command("clients")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_client_files(folder: Path) -> None:
    """Write what libraries of clients need to know of the schema: the files of docs/clients/."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in client_files(graph._schema).items():
        (folder / name).write_text(text, encoding="utf-8")


async def _seed_when_empty(database: Database) -> None:
    """Seed an empty database; give one of an earlier version the outlines that its papers need."""
    async with database.command() as session:
        if (await session.exec(select(OrganisationRow.id).limit(1))).first() is None:
            click.echo(f"Seeds: {_counts(await seeds.load(session))}.")
        elif (await session.exec(select(OutlineRow.id).limit(1))).first() is None:
            click.echo(f"Seeds: {await seeds.add_outlines(session):,} lines of outlines for papers.")


async def _first_link(database: Database, chosen: Settings) -> str | None:
    """The link that makes the first administrator, while nobody is on record. The log is no place to print it."""
    if chosen.session_secret is None or not (chosen.is_local or sys.stdout.isatty()):
        return None
    async with database.command() as session:
        token = await links.make_first(session, lasts=LIFE_OF_FIRST_LINK, at=dt.datetime.now(dt.UTC))
    return None if token is None else links.address_of(chosen.home, token)


def _greet(chosen: Settings, first_link: str | None) -> None:
    at = chosen.model_copy(update={"address": ""}).home
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


def _counts(result: Any) -> str:
    counts = {name.replace("_", " "): count for name, count in vars(result).items() if count}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "nothing to add"
