"""The commands of `tracker` about trusted documents."""

import datetime as dt
import re
from pathlib import Path

import click

from schema.graph import graph
from service.answers.documents import Documents
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.importers.documents import read
from service.writes.trust import documents

_NAMES = re.compile(r"\b(?:query|mutation|subscription)\s+(\w+)")


@click.group("documents")
def documents_group() -> None:
    """Add, list and remove the documents that clients may name. With TRACKER_DOCUMENTS=only, no others are answered."""


@documents_group.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
@plainly
def documents_add(files: tuple[Path, ...], data: Path | None) -> None:
    """Add the documents in files: all of them, or none if one is wrong.

    A file is a .graphql document, or the manifest that graphql-codegen, Relay or Apollo's tool writes.
    """
    known, texts = Documents(graph._schema), dict[str, str]()
    for file in files:
        texts |= read(file.name, file.read_bytes(), known)

    async def add(database: Database) -> list[str]:
        async with database.command() as session:
            return await documents.add(session, texts, by=OPERATOR, at=dt.datetime.now(dt.UTC))

    with database_of(settings(data=data)) as ready:
        added = run(ready, add)
    for name, text in texts.items():
        click.echo(f"{name}  {_operations(text)}")
    click.echo(f"{len(added):,} added, {len(texts) - len(added):,} there already.")


@documents_group.command("list")
@data_option
@plainly
def documents_list(data: Path | None) -> None:
    """List all trusted documents: name, day, SHA-256 and operations."""

    async def print_documents(database: Database) -> None:
        async with database.command() as session:
            for each in await documents.list_documents(session):
                days = f"{each.added_at:%Y-%m-%d}  {each.text_sha256}"
                click.echo(f"{each.identifier:64}  {days}  {_operations(each.text)}")

    with database_of(settings(data=data)) as ready:
        run(ready, print_documents)


@documents_group.command("remove")
@click.argument("names", nargs=-1, required=True)
@data_option
@plainly
def documents_remove(names: tuple[str, ...], data: Path | None) -> None:
    """Remove the documents with these names: all of them, or none if one is unknown. They are refused at once."""

    async def remove(database: Database) -> int:
        async with database.command() as session:
            return await documents.remove(session, names, by=OPERATOR, at=dt.datetime.now(dt.UTC))

    with database_of(settings(data=data)) as ready:
        removed = run(ready, remove)
    click.echo(f"{removed:,} removed.")


def _operations(text: str) -> str:
    return ", ".join(_NAMES.findall(text))
