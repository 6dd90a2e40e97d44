"""Connections to PostgreSQL: a pool that only reads, and one transaction for each command. Only this module commits."""

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.errors import Refusal
from service.config import Settings
from service.reading_pool import ReadingConnection, ReadingPool, close_if_worn

# The settings of every connection: UTC so that instants always print the same way, and no just-in-time compilation,
# which takes longer to start than our short statements take to run.
_SERVER_SETTINGS = {"timezone": "UTC", "jit": "off", "application_name": "tracker"}
# The data is small and always in memory, so every page is cheap to read. The defaults assume disks: with them, generic
# plans scan whole tables although there is an index (177 practices with their groups: 2.8 ms instead of 1.2).
_READING_SETTINGS = {"seq_page_cost": "0.1", "random_page_cost": "0.1", "plan_cache_mode": "force_generic_plan"}
# Two services that start at once would change a role at once, which PostgreSQL refuses.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('tracker let in', 0))"
_MAY_LET_IN = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
_LET_IN = "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)"
# Connections for short questions of the service itself, in addition to those that the setting gives to clients.
_RESERVED = 3
# Commands take turns; one that waits longer than this for its turn is refused.
_WRITING_SETTINGS = {"lock_timeout": "30s"}
# The settings that a pooler in transaction mode passes on; the rest must be set for the role, on the server.
_POOLER_SETTINGS = {"timezone": "UTC", "application_name": "tracker"}


def sqlalchemy_url(url: str) -> str:
    """The URL for SQLAlchemy's asyncpg dialect, from any of the spellings that hosting platforms use."""
    parts = urlsplit(url)
    return (
        urlunsplit(("postgresql+asyncpg", *parts[1:]))
        if parts.netloc
        else url.replace(f"{parts.scheme}://", "postgresql+asyncpg://", 1)
    )


def asyncpg_url(url: str) -> str:
    """The URL for asyncpg itself."""
    return sqlalchemy_url(url).replace("postgresql+asyncpg://", "postgresql://", 1)


# The roles that a service connects as, so that neither of its connections can do what the owner of the tables can. The
# third is taken on for a reading within a scope.
SERVICE_ROLE, READER_ROLE, SCOPED_READER_ROLE = "tracker_service", "tracker_reader", "tracker_scoped_reader"
# For the rest of a transaction: the role, and the scope that its policies check. Both end with the transaction, so a
# connection never carries a scope into the next request.
_SET_SCOPE = "SELECT set_config('role', '{role}', true), set_config('tracker.scope', {scope}, true)"
# A restore may leave the policies out: then commands would see no rows, and say that nothing is on record.
_WRITING_IN_SCOPE = text(
    _SET_SCOPE.format(role=SERVICE_ROLE, scope=":scope") + ", EXISTS (SELECT FROM pg_policy) AS has_policies"
)
_READING_IN_SCOPE = _SET_SCOPE.format(role=SCOPED_READER_ROLE, scope="$1")


@dataclass(frozen=True)
class Database:
    """Two ways to use the database. `reading` is READ ONLY with a time limit; `_engine` writes, through `command`.

    `primary` reads too, and always sees the effect of a command; without a replica it is the same as `reading`.
    """

    reading: ReadingPool
    primary: ReadingPool
    _engine: AsyncEngine

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be read any more: a closed pool does not open again."""
        return self.reading.is_closed or self.primary.is_closed

    def _session(self) -> AsyncSession:
        """A session that writes only when we ask it to, so a row is written once, with all of its changes."""
        return AsyncSession(self._engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def command(self, *, scope: int | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        With a scope (an organisation's id, 0 for all) it runs as the role that row-level security holds to it; without
        one as whoever is connected. Refusals: `database/incomplete`.
        """
        session = self._session()
        async with session, session.begin():
            if scope is not None:
                await _enter(session, scope)
            yield session

    @asynccontextmanager
    async def rehearsal(self, *, scope: int | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction that is always rolled back: the same code as a command, and nothing written."""
        session = self._session()
        async with session:
            if scope is not None:
                await _enter(session, scope)
            yield session
            await session.rollback()


async def _enter(session: AsyncSession, scope: int) -> None:
    """Hold the rest of a transaction to a scope. Refusals: `database/incomplete`."""
    entered = await session.exec(_WRITING_IN_SCOPE, params={"scope": str(scope)})  # type: ignore[call-overload]
    if not entered.one().has_policies:
        raise Refusal("database/incomplete", "The database lacks the policies of commands.")


async def scoped(pool: ReadingPool, scope: int, statement: str, *values: object) -> Any:
    """The one value of a statement that is read within a scope, by the role whose policies check it."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute(_READING_IN_SCOPE, str(scope))
        return await connection.fetchval(statement, *values)


@dataclass(frozen=True)
class Login:
    """An address of the database, and the role to take on from the beginning; without one, who the address says."""

    url: str
    role: str | None = None

    @property
    def server_settings(self) -> dict[str, str]:
        """The settings of a connection that take the role on."""
        return {"role": self.role} if self.role else {}


def owner(settings: Settings) -> Login:
    """Who migrates, imports and runs the command line. Refusals: ValueError, without an address."""
    if settings.database_url is None:
        raise ValueError("the database's URL is not known yet: start the embedded server first")
    return Login(settings.database_url)


def reader(settings: Settings) -> Login:
    """Who reads in a service, and can write nothing."""
    return _in_service(settings, settings.database_reading_url, READER_ROLE)


def _commander(settings: Settings) -> Login:
    """Who carries commands out in a service, and owns nothing."""
    return _in_service(settings, settings.database_commands_url, SERVICE_ROLE)


def _in_service(settings: Settings, url: str | None, role: str) -> Login:
    """A pooler in transaction mode passes no role on: behind one, the address says who connects."""
    return Login(url or owner(settings).url, None if settings.pooler else role)


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings as its owner, open for the block: for the command line, and for imports."""
    async with _opened(settings, owner(settings), owner(settings)) as database:
        yield database


@asynccontextmanager
async def connected_to_serve(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, open for the block, with no more rights than a service needs."""
    async with _opened(settings, reader(settings), _commander(settings)) as database:
        yield database


@asynccontextmanager
async def _opened(settings: Settings, reading: Login, writing: Login) -> AsyncIterator[Database]:
    engine = write_engine(writing, pooler=settings.pooler)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        primary = replica = await _opened_pool(stack, reading, settings)
        if settings.database_replica_url is not None:
            of_replica = replace(reading, url=settings.database_replica_url)
            replica = await _opened_pool(stack, of_replica, settings)
        yield Database(replica, primary, engine)


async def _opened_pool(stack: AsyncExitStack, login: Login, settings: Settings) -> ReadingPool:
    pool = ReadingPool(await asyncpg_pool(login, settings, more=_RESERVED), reserved=_RESERVED)
    stack.push_async_callback(pool.close)
    return pool


def asyncpg_pool(login: Login, settings: Settings, *, more: int = 0) -> "asyncpg.Pool[asyncpg.Record]":
    """The pool of asyncpg whose connections read, not open yet; with so many more than the setting says."""
    return asyncpg.create_pool(
        asyncpg_url(login.url),
        # Connected when there is something to read: a service starts, and waits, while the database is away.
        min_size=0,
        max_size=settings.connections + more,
        command_timeout=settings.statement_timeout_ms / 1000 + 5,
        # A pooler in transaction mode hands a statement prepared on one server to another.
        statement_cache_size=0 if settings.pooler else 256,
        # By default a statement of more than 15 kB is planned again each time; a large document makes a larger one.
        max_cacheable_statement_size=256 * 1024,
        max_cached_statement_lifetime=0,
        max_inactive_connection_lifetime=0,
        connection_class=ReadingConnection,
        reset=close_if_worn,
        server_settings=_POOLER_SETTINGS
        if settings.pooler
        else {
            **_SERVER_SETTINGS,
            **_READING_SETTINGS,
            "default_transaction_read_only": "on",
            "statement_timeout": str(settings.statement_timeout_ms),
            **login.server_settings,
        },
    )


async def let_in(settings: Settings) -> None:
    """Let the roles that the addresses for reading and for commands name sign in, with the passwords of the addresses.

    The owner does so when a service starts. An owner who may not leaves it to whoever runs the server.
    """
    urls = [url for url in (settings.database_reading_url, settings.database_commands_url) if url]
    parts = [urlsplit(url) for url in urls]
    ours = {each.username: each.password for each in parts if each.username in {SERVICE_ROLE, READER_ROLE}}
    if not ours or settings.database_url is None:
        return
    connection = await asyncpg.connect(asyncpg_url(settings.database_url))
    try:
        async with connection.transaction():
            await connection.execute(_ONE_AT_A_TIME)
            if not await connection.fetchval(_MAY_LET_IN):
                return
            for role, password in ours.items():
                given = None if password is None else unquote(password)
                await connection.execute(await connection.fetchval(_LET_IN, role, given))
    finally:
        await connection.close()


def write_engine(login: Login, *, pooler: bool = False) -> AsyncEngine:
    """An engine for commands and migrations. With a pooler, its pool is the only one and nothing is prepared."""
    if pooler:
        arguments = {"statement_cache_size": 0, "prepared_statement_cache_size": 0, "server_settings": _POOLER_SETTINGS}
        return create_async_engine(
            sqlalchemy_url(login.url),
            poolclass=NullPool,
            connect_args={**arguments, "prepared_statement_name_func": lambda: f"tracker_{uuid.uuid4().hex}"},
        )
    return create_async_engine(
        sqlalchemy_url(login.url),
        pool_size=4,
        max_overflow=4,
        connect_args={"server_settings": {**_SERVER_SETTINGS, **_WRITING_SETTINGS, **login.server_settings}},
    )
