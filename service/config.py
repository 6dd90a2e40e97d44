"""The environment becomes one frozen object, read once and passed down; nothing else reads the environment."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import orjson
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from schema.enumerations import Role
from service.bounds import Bounds
from service.mistakes import Mistake

PREFIX = "TRACKER_"
# The settings whose names have no prefix.
DATABASE_SETTINGS = ("database_url", "database_replica_url", "database_reading_url", "database_commands_url")
# In the list of origins or of headers: each of them.
ANY = "*"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+", re.IGNORECASE)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+", re.IGNORECASE)
# How messages can be sent; GOV.UK Notify over http only on this machine.
WAYS_TO_SEND = ("smtp", "smtps", "file", "notify+https", "notify+http")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Signatures with a key pair only. With HS256, the secret would be a public key that anybody can fetch; `none` has none.
ALGORITHMS = frozenset(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))

# Nobody must be able to guess what signs the cookies: 32 hexadecimal characters are 128 random bits.
SHORTEST_SECRET = 32


class ConfigurationError(Mistake):
    """A setting is not valid; the text is one sentence."""


class Settings(Bounds):
    """All settings. Each is an environment variable: `TRACKER_` and its name in capitals.

    Those of the database keep the names that hosting platforms give them, without `TRACKER_`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_replica_url: str | None = Field(default=None, validation_alias="DATABASE_REPLICA_URL")
    # Who reads, and who carries commands out. Without them, the owner of the tables connects and takes on their roles.
    database_reading_url: str | None = Field(default=None, validation_alias="DATABASE_READING_URL")
    database_commands_url: str | None = Field(default=None, validation_alias="DATABASE_COMMANDS_URL")
    data: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    public_reading: bool | None = None
    # The origins whose pages may send requests, and headers that they may send as well as the usual ones; `*`: any.
    allowed_origins: str = ""
    allowed_headers: str = ""
    # The hosts that requests may name, separated by commas; empty: any.
    allowed_hosts: str = ""
    # Whether clients may name documents: not at all, as well as sending any text, or as well as sending trusted ones.
    documents: Literal["off", "allow", "only"] = "allow"
    # One line for each request: for people, for programs, or none.
    log: Literal["text", "json", "off"] = "text"
    # Whether an approver's one-call update waits for a second person too.
    second_person_always: bool = False
    pooler: bool = False
    connections: int = Field(default=8, ge=2, le=200)
    statement_timeout_ms: int = Field(default=10_000, ge=100, le=600_000)
    launcher_pid: int | None = None
    # Sign-in by OpenID Connect. Lists are strings, as above, because a worker gets every setting as a string.
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
    # What is required of a sign-in or a token: values of `acr`, separated by spaces, and least levels as JSON.
    oidc_acr_values: str = ""
    oidc_least_levels: str = ""
    oidc_most_token_seconds: int = Field(default=86_400, ge=60, le=31_536_000)
    session_secret: str | None = Field(default=None, repr=False)
    # The address at which people open the service; links in messages begin with it. By default where it listens.
    address: str = ""
    # How messages are sent: smtp://…, smtps://…, file:/folder or notify+https://KEY@HOST/TEMPLATE; and who from.
    mail: str = Field(default="", repr=False)
    mail_from: str = ""
    # How long a link to sign in works.
    sign_in_minutes: int = Field(default=30, ge=5, le=1_440)
    # Whether allowed origins of other sites may send the cookie too: `SameSite=None`.
    session_across_sites: bool = False

    @property
    def reads_without_key(self) -> bool:
        """Whether anybody may read: as set, or by default only if no other machine can reach the service."""
        if self.public_reading is not None:
            return self.public_reading
        return self.is_local

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the service: it listens here alone, and no proxy gives it an address."""
        at = urlsplit(self.address).hostname if self.address else None
        return self.host in LOOPBACK and (at is None or at in LOOPBACK)

    @property
    def home(self) -> str:
        """The address at which people open the service, without a slash at its end."""
        # Where it listens on every address of the machine, people on the machine itself use this one.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        host = f"[{host}]" if ":" in host else host
        return self.address.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may send requests, in small letters as browsers write them."""
        return frozenset(origin.lower() for origin in listed(self.allowed_origins))

    @property
    def roles_by_value(self) -> dict[str, Role]:
        """The role for each value of the claim of roles. Raises ValueError if the setting is not such a JSON object."""
        return {value: Role(role) for value, role in dict(orjson.loads(self.oidc_roles)).items()}

    @property
    def levels_by_claim(self) -> dict[str, int]:
        """The least level for each claim. Raises ValueError if the setting is not such a JSON object."""
        levels = dict(orjson.loads(self.oidc_least_levels or "{}"))
        if not all(isinstance(level, int) and 1 <= level <= 999 for level in levels.values()):
            raise ValueError("a level is not a number from 1 to 999")
        return levels


def listed(text: str) -> list[str]:
    """The parts of a setting that is a list, separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def is_safe_address(address: str) -> bool:
    """Whether nobody between us and the address can read or change what we send: https, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def settings(environment: Mapping[str, str] | None = None, /, **overrides: object) -> Settings:
    """The settings of the environment; options of the command line override them.

    Refusals: `ConfigurationError`, for a value that is not valid and for an unknown variable with our prefix.
    """
    _refuse_unknown(os.environ if environment is None else environment)
    options = {name: value for name, value in overrides.items() if value is not None}
    try:
        chosen = Settings(**options)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(f"The setting {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    for name in DATABASE_SETTINGS:
        _refuse_foreign(name.upper(), getattr(chosen, name))
    _refuse_unusable_lists(chosen)
    _refuse_half_a_sign_in(chosen)
    _refuse_unusable_links(chosen)
    return chosen


def _refuse_foreign(name: str, url: str | None) -> None:
    scheme = (url or "postgresql://").partition("://")[0]
    if scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ConfigurationError(f"The setting {name} is not an address such as postgresql://user@host/database.")


def _refuse_unusable_lists(chosen: Settings) -> None:
    """An origin that no browser sends would only be noticed when a page does not work."""
    for name, pattern, example in (
        ("allowed_origins", _ORIGIN, "an origin such as https://app.example, without a path"),
        ("allowed_headers", _HEADER, "the name of a header"),
    ):
        for each in listed(getattr(chosen, name)):
            if each != ANY and not pattern.fullmatch(each):
                raise ConfigurationError(f"{_variable(name)} has {each!r}, which is not {example}.")
    if chosen.session_across_sites and not chosen.origins - {ANY}:
        raise ConfigurationError(f"{_variable('session_across_sites')} also needs {_variable('allowed_origins')}.")


def _refuse_half_a_sign_in(chosen: Settings) -> None:
    """Without an issuer no other setting of OpenID Connect may be set; with one, everything it needs must be set."""
    if not chosen.oidc_issuer:
        for name, field in Settings.model_fields.items():
            # A worker gets the defaults too, so a default does not count as set.
            if name.startswith("oidc_") and getattr(chosen, name) not in {field.default, "", None}:
                raise ConfigurationError(
                    f"{_variable(name)} has no effect without {_variable('oidc_issuer')}. Set both or neither."
                )
        return
    for name in ("oidc_client_id", "oidc_roles", "session_secret"):
        if not getattr(chosen, name):
            raise ConfigurationError(f"{_variable('oidc_issuer')} also needs {_variable(name)}.")
    for name, is_wrong, sentence in _rules_of_sign_in(chosen):
        if is_wrong:
            raise ConfigurationError(f"{_variable(name)} {sentence}.")


def _refuse_unusable_links(chosen: Settings) -> None:
    if chosen.address and not is_safe_address(chosen.address):
        raise ConfigurationError(f"{_variable('address')} is not an https address.")
    kind = chosen.mail.partition(":")[0]
    if kind not in {"", *WAYS_TO_SEND}:
        raise ConfigurationError(
            f"{_variable('mail')} must begin with {', '.join(f'{each}:' for each in WAYS_TO_SEND)}."
        )
    if kind in WAYS_TO_SEND and not kind.startswith("notify") and "@" not in chosen.mail_from:
        raise ConfigurationError(f"{_variable('mail')} also needs {_variable('mail_from')}, an e-mail address.")
    if kind == "notify+http" and not is_safe_address(chosen.mail.removeprefix("notify+")):
        raise ConfigurationError(f"{_variable('mail')} is not an https address.")
    if chosen.session_secret and len(chosen.session_secret) < SHORTEST_SECRET:
        raise ConfigurationError(f"{_variable('session_secret')} must have at least {SHORTEST_SECRET} characters.")


def _rules_of_sign_in(chosen: Settings) -> list[tuple[str, bool, str]]:
    issuer, algorithms = chosen.oidc_issuer or "", set(listed(chosen.oidc_algorithms))
    try:
        roles = set(chosen.roles_by_value)
    except (TypeError, ValueError):
        roles = set()
    try:
        has_levels = chosen.levels_by_claim is not None
    except (TypeError, ValueError):
        has_levels = False
    reaches = chosen.oidc_organisation_claim or chosen.oidc_everywhere
    return [
        ("oidc_issuer", not is_safe_address(issuer) or "?" in issuer or "#" in issuer, "is not an https address"),
        ("oidc_roles", not roles, f'is not a JSON object such as {{"Tracker.Approve": "{Role.APPROVER}"}}'),
        ("oidc_everywhere", not set(listed(chosen.oidc_everywhere)) <= roles, "names a value without a role"),
        ("oidc_organisation_claim", not reaches, f"or {_variable('oidc_everywhere')} must be set"),
        ("oidc_algorithms", not algorithms or not algorithms <= ALGORITHMS, "must name algorithms with a key pair"),
        ("oidc_scopes", "openid" not in chosen.oidc_scopes.split(), "must include openid"),
        ("oidc_least_levels", not has_levels, 'is not a JSON object such as {"id_assurance_level": 3}'),
    ]


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            raise ConfigurationError(f"Unknown setting {name}." + (f" Did you mean {near[0]}?" if near else ""))
