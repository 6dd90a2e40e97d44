"""The database's shape, step by step, from `schema.tables`: what `tracker migrate` runs."""

import io
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

LATEST = "head"
NOTHING = "base"
# The last step of each released version.
RELEASED = {"0.1.0": "0001", "0.2.0": "0003", "0.3.0": "0005", "0.4.0": "0026"}

FOLDER = Path(__file__).parent
# A step waits a second for each lock. In between, whoever waited behind it goes first.
ATTEMPTS = 60
SECONDS_BETWEEN = 1.0
_LOCK_NOT_AVAILABLE = "55P03"


def migrate(url: str, to: str = LATEST, *, pooler: bool = False) -> str:
    """Bring the database at `url` up to a revision, down by steps (-1) or to nothing; returns the revision reached.

    `pooler` says that a pooler is in front of the database. Steps that are done stay done when a later one fails.
    Refusals: alembic's `CommandError`, also when other sessions keep a lock that a step needs.
    """
    configuration = _configuration()
    configuration.attributes["url"] = url
    configuration.attributes["pooler"] = pooler
    steps = ["-1"] * int(to[1:]) if to[:1] == "-" and to[1:].isdigit() else [to]
    for step in steps:
        _take(configuration, step)
    return configuration.attributes.get("at") or NOTHING


def sql(start: str, end: str) -> str:
    """The SQL that takes a database from one revision to another, for people and for linters to read."""
    written = io.StringIO()
    command.upgrade(_configuration(output_buffer=written), f"{start}:{end}", sql=True)
    return written.getvalue()


def _configuration(**settings: Any) -> Config:
    configuration = Config(**settings)
    configuration.set_main_option("script_location", str(FOLDER))
    return configuration


def _take(configuration: Config, to: str) -> None:
    """Run alembic until no other session is in the way."""
    move = command.downgrade if to == NOTHING or to.startswith("-") else command.upgrade
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(SECONDS_BETWEEN)
        try:
            return move(configuration, to)
        except DBAPIError as reason:
            if getattr(reason.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
    message = (
        f"Other sessions held the tables for {ATTEMPTS} attempts. End long reports or backups, then migrate again."
    )
    raise CommandError(message)
