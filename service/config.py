"""The environment, read once into one frozen object that is passed down; nothing else reads it."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.enumerations import Role

PREFIX = "TRACKER_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Signatures by a key pair; never `none`, nor HS256 and its like, whose secret would be the key that anybody can fetch.
ALGORITHMS = frozenset(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))

# What signs the cookies must not be guessed: 32 characters of hexadecimal are 128 random bits.
SHORTEST_SECRET = 32


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
    # Whether figures of an approver's single call, too, wait for a second person.
    second_person_always: bool = False
    pooler: bool = False
    connections: int = Field(default=8, ge=2, le=200)
    statement_timeout_ms: int = Field(default=10_000, ge=100, le=600_000)
    launcher_pid: int | None = None
    # Sign-in by OpenID Connect. Lists are strings, as above: a worker is given every setting as one.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = Field(default=None, repr=False)
    oidc_audience: str | None = None
    oidc_algorithms: str = "RS256,ES256,PS256"
    oidc_scopes: str = "openid profile"
    oidc_roles_claim: str = "roles"
    oidc_roles: str = ""
    oidc_organisation_claim: str = ""
    oidc_everywhere: str = ""
    oidc_name_claim: str = "name"
    session_secret: str | None = Field(default=None, repr=False)

    @property
    def reads_without_key(self) -> bool:
        """Whether anybody may read: as set, or else only where nobody but this machine can ask."""
        if self.public_reading is not None:
            return self.public_reading
        return self.is_local

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine can ask."""
        return self.host in LOOPBACK

    @property
    def roles_by_value(self) -> dict[str, Role]:
        """Which role each value of the claim of roles means here. Raises ValueError for what is no such JSON object."""
        return {value: Role(role) for value, role in dict(orjson.loads(self.oidc_roles)).items()}


def listed(text: str) -> list[str]:
    """The parts of a setting that is a list, with commas between."""
    return [part.strip() for part in text.split(",") if part.strip()]


def is_safe_address(address: str) -> bool:
    """Whether nobody on the way can read or change what goes there: https, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


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
    _refuse_half_a_sign_in(chosen)
    return chosen


def _refuse_foreign(url: str | None) -> None:
    scheme = (url or "postgresql://").partition("://")[0]
    if scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ConfigurationError("The setting DATABASE_URL is not an address such as postgresql://user@host/database.")


def _refuse_half_a_sign_in(chosen: Settings) -> None:
    """Without an issuer nothing else of OpenID Connect may be set; with one, all that a sign-in needs has to be."""
    if not chosen.oidc_issuer:
        for name, field in Settings.model_fields.items():
            # A worker is given the defaults too, so a default is not something that was set.
            if name.startswith("oidc_") and getattr(chosen, name) not in {field.default, "", None}:
                raise ConfigurationError(f"{_variable(name)} is of no use without {_variable('oidc_issuer')}.")
        return
    for name in ("oidc_client_id", "oidc_roles", "session_secret"):
        if not getattr(chosen, name):
            raise ConfigurationError(f"{_variable('oidc_issuer')} needs {_variable(name)} too.")
    for name, is_wrong, sentence in _rules_of_sign_in(chosen):
        if is_wrong:
            raise ConfigurationError(f"{_variable(name)} {sentence}.")


def _rules_of_sign_in(chosen: Settings) -> list[tuple[str, bool, str]]:
    issuer, algorithms = chosen.oidc_issuer or "", set(listed(chosen.oidc_algorithms))
    try:
        roles = set(chosen.roles_by_value)
    except (TypeError, ValueError):
        roles = set()
    is_short = len(chosen.session_secret or "") < SHORTEST_SECRET
    reaches = chosen.oidc_organisation_claim or chosen.oidc_everywhere
    return [
        ("oidc_issuer", not is_safe_address(issuer) or "?" in issuer or "#" in issuer, "is not an https address"),
        ("oidc_roles", not roles, f'is not a JSON object such as {{"Tracker.Approve": "{Role.APPROVER}"}}'),
        ("oidc_everywhere", not set(listed(chosen.oidc_everywhere)) <= roles, "names a value that has no role"),
        ("oidc_organisation_claim", not reaches, "says whose figures somebody reaches; nothing does"),
        ("oidc_algorithms", not algorithms or not algorithms <= ALGORITHMS, "names no signatures by a key pair"),
        ("oidc_scopes", "openid" not in chosen.oidc_scopes.split(), "leaves out openid"),
        ("session_secret", is_short, f"has under {SHORTEST_SECRET} characters"),
    ]


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            raise ConfigurationError(f"Unknown setting {name}." + (f" Did you mean {near[0]}?" if near else ""))
