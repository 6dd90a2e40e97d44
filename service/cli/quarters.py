"""The commands of `tracker` about a quarter."""

from pathlib import Path

import click

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.messages.remind import Reminded, remind


@click.group("quarter")
def quarter_group() -> None:
    """See to it that a quarter is answered."""


@quarter_group.command("remind")
@click.argument("quarter")
@click.option("--dry-run", is_flag=True, help="Say who would be reminded, and send nothing.")
@data_option
@plainly
def quarter_remind(quarter: str, dry_run: bool, data: Path | None) -> None:
    """Remind the people of every organisation that has not answered for QUARTER; nobody twice on one day.

    The running service sends the messages.
    """

    async def work(database: Database) -> Reminded:
        executor = Executor(graph._schema, database)

        async def read(request: GraphQLRequest) -> bytes:
            return await executor.data(request, Caller(OPERATOR), may_write=False)

        return await remind(database, read, quarter, by=OPERATOR, dry_run=dry_run)

    with database_of(settings(data=data)) as ready:
        done = run(ready, work)
    for each in done.people:
        click.echo(f"{each.organisation:14}  {each.name}")
    for each in done.stopped:
        click.echo(f"{each.organisation:14}  {each.name}, who has stopped reminders")
    for code in done.unreachable:
        click.echo(f"{code:14}  nobody with an e-mail address")
    count = len(done.people) if dry_run else done.new
    people = f"{count:,} {'message' if count == 1 else 'messages'}"
    click.echo(f"Nothing was sent: this was a dry run of {people}." if dry_run else f"{people} will be sent.")
