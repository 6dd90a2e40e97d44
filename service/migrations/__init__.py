"""The database's shape, step by step, from `schema.tables`: what `tracker migrate` runs."""

from pathlib import Path

from alembic import command
from alembic.config import Config

LATEST = "head"
NOTHING = "base"


def migrate(url: str, to: str = LATEST, *, pooler: bool = False) -> str:
    """Bring the database at `url` up to a revision, or down by steps (-1) or to nothing; the revision that it is at.

    `pooler` says that a pooler stands before it.
    """
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.attributes["url"] = url
    configuration.attributes["pooler"] = pooler
    if to == NOTHING or to.startswith("-"):
        command.downgrade(configuration, to)
    else:
        command.upgrade(configuration, to)
    return configuration.attributes.get("at") or NOTHING
