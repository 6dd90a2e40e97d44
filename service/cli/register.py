"""`tracker register`: changes of the register from a file."""

from dataclasses import replace
from pathlib import Path

import click

from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.importers import register
from service.writes.trust import keys


@click.command("register")
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
