"""The service put together: settings in, a Starlette application out. Composition and nothing else.

Every door brings its own routes; all of them answer from the application's state, which the lifespan fills.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from schema.graph import graph
from service import farewell, gate, health, identity, lifeline
from service.answers.access import Access
from service.answers.answers import Answers
from service.answers.executor import Executor
from service.answers.registered import Registered
from service.answers.streams import Streams
from service.bounds import Bounds
from service.config import Settings, settings
from service.database import Database, connected_to_serve
from service.events.hub import Hub
from service.events.listener import following
from service.graphql import routes as graphql
from service.identity import Identities
from service.judging.start import judging_ahead
from service.messages.sender import messaging
from service.pages import routes as pages
from service.pages.showing import no_such_page
from service.quality.noticing import noticing
from service.webhooks.sender import sending


def application(given: Settings | None = None) -> Starlette:
    """The application for settings; for those of the environment when none are given, as a worker starts it."""
    chosen = given or settings()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Bounds]]:
        with lifeline.held(chosen.launcher_pid):
            hub = Hub()
            async with connected_to_serve(chosen) as database, following(chosen, hub) as listener:
                app.state.database, app.state.events, app.state.launcher = database, listener, chosen.launcher_pid
                app.state.identities = Identities(database, chosen)
                executor = _executor(database, chosen)
                app.state.answers = _answers(executor, database, hub, app.state.identities, chosen)
                streams = app.state.answers.streams
                async with (
                    judging_ahead(executor.answering.judging),
                    sending(database, streams, hub),
                    messaging(database, executor, chosen),
                    noticing(database),
                ):
                    with farewell.before_stopping(hub.end):
                        yield {"bounds": chosen}

    return Starlette(
        routes=[*graphql.routes(chosen), *pages.routes(chosen), *health.routes()],
        middleware=[*gate.middleware(chosen), *graphql.middleware(chosen), *identity.middleware(chosen)],
        exception_handlers={404: no_such_page},
        lifespan=lifespan,
    )


def _executor(database: Database, chosen: Settings) -> Executor:
    """What carries out the requests."""
    return Executor(
        graph._schema,
        database,
        second_person_always=chosen.second_person_always,
        seconds_without_key=chosen.anonymous_statement_timeout_ms / 1_000,
        most_kept_bytes=chosen.most_kept_answer_bytes,
        registered=Registered(database.reading.reserved, chosen.documents, chosen.most_registered_bytes),
    )


def _answers(executor: Executor, database: Database, hub: Hub, identities: Identities, chosen: Settings) -> Answers:
    """What the doors answer from."""
    access = Access(identities, reads_without_key=chosen.reads_without_key)
    return Answers(executor, Streams(executor, database.primary, hub), access)
