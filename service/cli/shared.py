"""What every command of `tracker` needs: the database, who acts, and failures in one sentence."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
import sqlalchemy.exc
from alembic.util import CommandError

from schema.enumerations import Role
from schema.errors import Refusal
from service import migrations
from service.config import Settings
from service.database import READER_ROLE, SERVICE_ROLE, Database, connected
from service.embedded import EmbeddedPostgres, guarded
from service.mistakes import Mistake
from service.viewer import Viewer

T = TypeVar("T")

# Anyone who can run this command on the machine administers the service.
OPERATOR = Viewer("tracker command", Role.ADMINISTRATOR)

_PORT = "port"
data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Directory of the data [.data]."
)


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose expected failures are one sentence and exit code 1."""

    @functools.wraps(command)
    def answer(**options: Any) -> None:
        try:
            command(**options)
        except Mistake as reason:
            raise click.ClickException(str(reason)) from reason
        except Refusal as reason:
            raise click.ClickException(f"{reason.message} {reason.extensions['hint']}") from reason
        except CommandError as reason:
            raise click.ClickException(f"The database cannot be migrated: {reason}") from reason
        except (OSError, asyncpg.PostgresError, sqlalchemy.exc.SQLAlchemyError) as reason:
            origin = getattr(reason, "orig", None) or reason
            raise click.ClickException(f"The database cannot be used: {origin}") from reason

    return answer


@contextmanager
def database_of(chosen: Settings) -> Iterator[Settings]:
    """The settings with a database's URL: as set, or that of the embedded server, which runs for the block."""
    if chosen.database_url is not None:
        yield chosen
        return
    with EmbeddedPostgres(chosen.data / "postgres") as server:
        if not server.is_owner:
            click.echo(f"Another process runs the database in {chosen.data}. This one uses it too.", err=True)
        with guarded(server):
            yield chosen.model_copy(
                update={
                    **noted_port(chosen),
                    "database_url": server.dsn(),
                    "database_reading_url": server.dsn(user=READER_ROLE),
                    "database_commands_url": server.dsn(user=SERVICE_ROLE),
                }
            )


def note_port(data: Path, port: int) -> None:
    """Note where the service of a directory listens, for the links that other commands print."""
    (data / _PORT).write_text(f"{port}\n")


def noted_port(chosen: Settings) -> dict[str, int]:
    """The port of the service that was started last over the directory, unless the settings say one."""
    file = chosen.data / _PORT
    if "port" in chosen.model_fields_set or not file.exists():
        return {}
    return {"port": int(file.read_text())}


def run(chosen: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Migrate the database, then run work on it."""

    async def run_work() -> T:
        async with connected(chosen) as database:
            return await work(database)

    migrations.migrate(str(chosen.database_url), pooler=chosen.pooler)
    return asyncio.run(run_work())
