"""`tracker audit`: whether the record of everything that was done is whole."""

from pathlib import Path

import click

from service.cli.shared import data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.writes.trust import chain


@click.group("audit")
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
