"""`tracker briefing`: a board's committee paper as a file."""

import datetime as dt
import sys
from pathlib import Path

import click
import orjson

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.pages.briefing import Form, document_of, printed

FORMS = [form.value for form in Form]


@click.command("briefing")
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
