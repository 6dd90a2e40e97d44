"""The commands of `tracker` about spreadsheets."""

from dataclasses import replace
from pathlib import Path

import click

from schema.graph import graph
from schema.ods_codes import ods_code
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import Settings, settings
from service.database import Database
from service.reads.reader import today
from service.sheets.answered import answered
from service.sheets.asked import Questions, Read, questions
from service.sheets.checking import Checked, Said, check_file
from service.sheets.exporting import Table, Wanted, exported
from service.sheets.findings import merged
from service.sheets.forms import FORMS
from service.sheets.sentences import outcome_of, sentence_of, sentences_of
from service.sheets.taking import Choice, Form, Take, Taken, take_file
from service.sheets.templates import name_of, template
from service.writes.trust import keys


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Your name; the figures are recorded under it.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong and what would change, without changing anything.")
@click.option("--quarter", help="The quarter, such as 2024-25-Q4 [what the file says].")
@click.option("--organisation", help="Code of the organisation that sends the figures [what the file says].")
@click.option(
    "--take",
    type=click.Choice([each.value for each in Take]),
    default="all",
    show_default=True,
    help="All, or what is right.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice([each.value for each in Form]),
    default="submission",
    show_default=True,
    help="What to make.",
)
@click.option("--reason", help="Why its unusual figures are right.")
@click.option(
    "--answer",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the file back here, with what is wrong in it.",
)
@data_option
@plainly
def import_file(
    file: Path,
    name: str,
    dry_run: bool,
    quarter: str | None,
    organisation: str | None,
    take: str,
    form: str,
    reason: str | None,
    answer: Path | None,
    data: Path | None,
) -> None:
    """Check the figures of a spreadsheet or CSV, and take them: all, or what is right.

    The headings are Organisation, Measure and Value, or Organisation and one for each measure.
    """
    chosen, content = settings(data=data), file.read_bytes()
    by, said = replace(OPERATOR, name=keys.usable_name(name)), Said(quarter, organisation, reason)
    choice = None if dry_run else Choice(Take(take), Form(form))

    async def check(database: Database) -> tuple[Checked, Taken | None]:
        checked = await check_file(database, content, said, by=by)
        return checked, None if choice is None else await _take(database, checked, choice, chosen)

    async def _take(database: Database, checked: Checked, choice: Choice, chosen: Settings) -> Taken:
        always = chosen.second_person_always
        return await take_file(database, checked, choice, by=by, second_person_always=always)

    with database_of(chosen) as ready:
        checked, taken = run(ready, check)
    if answer is not None:
        write(answer, answered(content, checked))
    for sentence in sentences_of(checked):
        click.echo(sentence)
    if taken is not None and taken.problems:
        for each in merged(taken.problems):
            click.echo(sentence_of(each), err=True)
        raise click.ClickException("Nothing was changed.")
    click.echo(outcome_of(taken))


@click.command("template")
@click.argument("quarter")
@click.option("--organisation", help="Code of the one organisation to ask, with its members [all that are asked].")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write to [named by the quarter]."
)
@data_option
@plainly
def write_template(quarter: str, organisation: str | None, output: Path | None, data: Path | None) -> None:
    """Write the workbook in which a quarter's questions are answered."""
    sender = None if organisation is None else ods_code(organisation)

    async def ask(database: Database) -> Questions:
        return await questions(_reading(database), quarter, sender)

    with database_of(settings(data=data)) as ready:
        asked = run(ready, ask)
    file = output or Path(name_of(asked, sender))
    write(file, template(asked, organisation=sender, on=today()))
    click.echo(f"{len(asked.listed):,} questions in {file}.")


@click.command("export")
@click.option("--quarter", help="Figures of periods that end in this quarter, such as 2024-25-Q4.")
@click.option("--organisation", help="Figures of the organisation with this code.")
@click.option("--measure", help="Figures of the measure with this code.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="csv", show_default=True, help="Format.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write to [named by its content]."
)
@data_option
@plainly
def export(
    quarter: str | None,
    organisation: str | None,
    measure: str | None,
    form: str,
    output: Path | None,
    data: Path | None,
) -> None:
    """Write the published figures of a quarter, an organisation or a measure into a file."""
    wanted = Wanted(quarter, None if organisation is None else ods_code(organisation), measure)
    if wanted == Wanted():
        raise click.UsageError("Name a quarter, an organisation or a measure.")

    async def read(database: Database) -> Table:
        return await exported(_reading(database), wanted)

    with database_of(settings(data=data)) as ready:
        table = run(ready, read)
    file = output or Path(f"{table.name}.{form}")
    write(file, FORMS[form](table, today()))
    click.echo(f"{len(table.rows):,} figure{'' if len(table.rows) == 1 else 's'} in {file}.")


def _reading(database: Database) -> Read:
    """Answers documents for whoever runs the command."""
    executor = Executor(graph._schema, database)

    async def read(request: GraphQLRequest) -> bytes:
        return await executor.data(request, Caller(OPERATOR), may_write=False)

    return read


def write(file: Path, content: bytes) -> None:
    """Write a file, or say in a sentence why not."""
    try:
        file.write_bytes(content)
    except OSError as reason:
        raise click.ClickException(f"{file} cannot be written: {reason.strerror}.") from reason
