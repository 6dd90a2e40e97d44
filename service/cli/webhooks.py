"""The commands of `tracker` about webhooks: addresses that events are sent to."""

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.graph import graph
from schema.tables import WebhookRow
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.writes.trust import webhooks


@click.group("webhooks")
def webhooks_group() -> None:
    """Send the answers of a subscription to an address, so that a server need not hold a connection open."""


@webhooks_group.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--document",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A .graphql file with one subscription.",
)
@click.option("--variables", default="{}", help="Its variables, as a JSON object [none].")
@click.option("--organisation", help="Code of the organisation whose events are sent, with its members [every one].")
@data_option
@plainly
def webhooks_add(
    name: str, url: str, document: Path, variables: str, organisation: str | None, data: Path | None
) -> None:
    """Send the events of a subscription to URL from now on. The last line is the secret that signs them.

    Whoever has the secret can tell our messages from those of others. It is shown only once.
    """
    text, given = document.read_text(encoding="utf-8"), _object(variables)

    async def add(database: Database) -> str:
        if await Executor(graph._schema, database).subscription(GraphQLRequest(text, given)) is None:
            raise webhooks.BadWebhook(f"{document.name} is not a subscription.")
        async with database.command() as session:
            return await webhooks.add(
                session,
                name,
                url,
                document=text,
                variables=orjson.dumps(given).decode(),
                organisation=organisation,
                by=OPERATOR,
                at=dt.datetime.now(dt.UTC),
            )

    with database_of(settings(data=data)) as ready:
        secret = run(ready, add)
    click.echo(f"Events are sent to {url}. This secret signs them. You will not see it again:", err=True)
    click.echo(secret)


@webhooks_group.command("list")
@data_option
@plainly
def webhooks_list(data: Path | None) -> None:
    """List all webhooks, without secrets: name, organisation, state, last delivery and address."""

    async def print_webhooks(database: Database) -> None:
        async with database.command() as session:
            for each, code in await webhooks.list_webhooks(session):
                sent = f"delivered {each.delivered_at:%Y-%m-%d %H:%M}" if each.delivered_at else "nothing delivered"
                click.echo(f"{each.name:20}  {code or 'all':8}  {_state(each):8}  {sent:26}  {each.url}")
                if each.problem:
                    click.echo(f"    {each.problem}")

    with database_of(settings(data=data)) as ready:
        run(ready, print_webhooks)


@webhooks_group.command("end")
@click.argument("name")
@data_option
@plainly
def webhooks_end(name: str, data: Path | None) -> None:
    """Send nothing more to the webhook with this name."""
    _change(data, lambda session, at: webhooks.end(session, name, by=OPERATOR, at=at))
    click.echo(f"Nothing more is sent to {name}.")


@webhooks_group.command("resume")
@click.argument("name")
@click.option("--only-new", is_flag=True, help="Leave out what it has missed.")
@data_option
@plainly
def webhooks_resume(name: str, only_new: bool, data: Path | None) -> None:
    """Send to the webhook with this name again: first what it has missed."""
    _change(data, lambda session, at: webhooks.resume(session, name, only_new=only_new, by=OPERATOR, at=at))
    click.echo(f"Events are sent to {name} again.")


def _change(data: Path | None, change: Callable[[AsyncSession, dt.datetime], Awaitable[None]]) -> None:
    async def carry_out(database: Database) -> None:
        async with database.command() as session:
            await change(session, dt.datetime.now(dt.UTC))

    with database_of(settings(data=data)) as ready:
        run(ready, carry_out)


def _object(text: str) -> dict[str, object]:
    try:
        found = orjson.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.UsageError('--variables is not a JSON object such as {"metrics": ["gp_fte"]}.')
    return found


def _state(webhook: WebhookRow) -> str:
    if webhook.ended_at:
        return "ended"
    return "failing" if webhook.failures else "sending"
