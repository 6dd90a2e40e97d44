"""The environment, read once into one frozen object that is passed down; nothing else reads it."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TRACKER_"


class ConfigurationError(Exception):
    """A setting that cannot be used, in one sentence."""


class Settings(BaseSettings):
    """All settings. Each is the environment variable of its name in capitals with `TRACKER_` before it.

    `DATABASE_URL` and `DATABASE_REPLICA_URL` keep the names that hosting platforms give them.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_replica_url: str | None = Field(default=None, validation_alias="DATABASE_REPLICA_URL")
    data: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    public_reading: bool | None = None
    allowed_origins: str = ""
    pooler: bool = False
    connections: int = Field(default=8, ge=2, le=200)
    statement_timeout_ms: int = Field(default=10_000, ge=100, le=600_000)
    launcher_pid: int | None = None

    @property
    def reads_without_key(self) -> bool:
        """Whether anybody may read: as set, or else only where nobody but this machine can ask."""
        if self.public_reading is not None:
            return self.public_reading
        return self.host in {"127.0.0.1", "::1", "localhost"}


def settings(environment: Mapping[str, str] | None = None, /, **overrides: object) -> Settings:
    """The settings of the environment, with what the command line gave in their place.

    Refusals: `ConfigurationError`, for a value that does not fit and for an unknown variable with our prefix.
    """
    _refuse_unknown(os.environ if environment is None else environment)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        chosen = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(f"The setting {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    for url in (chosen.database_url, chosen.database_replica_url):
        _refuse_foreign(url)
    return chosen


def _refuse_foreign(url: str | None) -> None:
    scheme = (url or "postgresql://").partition("://")[0]
    if scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ConfigurationError("The setting DATABASE_URL is not an address such as postgresql://user@host/database.")


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            raise ConfigurationError(f"Unknown setting {name}." + (f" Did you mean {near[0]}?" if near else ""))
