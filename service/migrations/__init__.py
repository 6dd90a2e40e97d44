"""The database's shape, step by step, from `schema.tables`: what `tracker migrate` runs."""

from pathlib import Path

from alembic import command
from alembic.config import Config

LATEST = "head"
NOTHING = "base"


def migrate(url: str, to: str = LATEST, *, pooler: bool = False) -> None:
    """Bring the database at `url` to a revision, up or down; `pooler` says that a pooler stands before it."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.attributes["url"] = url
    configuration.attributes["pooler"] = pooler
    if to == NOTHING or to.startswith("-"):
        command.downgrade(configuration, to)
    else:
        command.upgrade(configuration, to)
