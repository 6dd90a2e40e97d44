"""`tracker seed`: the figures of the briefing, and a sandbox next to them."""

from pathlib import Path
from typing import Any

import click

from seeds.sandbox import QUARTERS
from seeds.sandbox_metrics import METRICS
from service.cli.shared import data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.importers import sandbox, seeds


@click.command()
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
            click.echo(f"Seeds: {counts(await seeds.load(session))}.")
        if made_up:
            async with database.command() as session:
                added = await sandbox.load_sandbox(
                    session, practices=practices, quarters=quarters, metrics=metrics, progress=True
                )
            click.echo(f"Sandbox: {counts(added)}.")

    with database_of(settings(data=data)) as ready:
        run(ready, add)


def counts(result: Any) -> str:
    """What was added, in words."""
    found = {name.replace("_", " "): count for name, count in vars(result).items() if count}
    return ", ".join(f"{count:,} {name}" for name, count in found.items()) or "nothing to add"
