"""The commands of `tracker` that print what the code says about itself: codes, limits, the schema, clients."""

from pathlib import Path

import click

from schema.errors import codes_page
from schema.graph import graph
from service.bounds import limits_page
from service.clients import client_files
from service.config import PREFIX
from service.sheets.opening import OF_UPLOADS
from service.writes.limits import OF_COMMANDS


@click.command("codes")
def print_codes() -> None:
    """Print every code that a client can get, with its remedy: the page schema/CODES.md."""
    click.echo(codes_page(), nl=False)


@click.command("limits")
def print_limits() -> None:
    """Print what one client may use, with the setting of each limit: the page docs/limits.md."""
    click.echo(limits_page(PREFIX, OF_COMMANDS | OF_UPLOADS), nl=False)


@click.command("schema")
def print_schema() -> None:
    """Print the GraphQL schema."""
    click.echo(graph.as_str())


@click.command("clients")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_client_files(folder: Path) -> None:
    """Write what libraries of clients need to know of the schema: the files of docs/clients/."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in client_files(graph._schema).items():
        (folder / name).write_text(text, encoding="utf-8")
