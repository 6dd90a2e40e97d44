"""All that are measured, by name: how each is served, and what is sent to it for a shape."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette

from service import app
from service.config import Settings
from tests.performance import bare
from tests.performance.rivals.documents import postgraphile
from tests.performance.shapes import Shape
from tests.performance.stock import application as stock


def _graphql(_: Shape) -> str:
    return "/graphql"


def _ours(shape: Shape) -> bytes:
    return shape.body


@dataclass(frozen=True)
class Peer:
    """One of them: an application of ours, or a script that Node runs.

    `path` and `body` are those of its POST for a shape.
    """

    name: str
    about: str
    application: Callable[[Settings], Starlette] | None = None
    script: str = ""
    path: Callable[[Shape], str] = _graphql
    body: Callable[[Shape], bytes] = _ours
    # Whether it is measured at every number of connections, or at one.
    is_rival: bool = True

    def build(self, settings: Settings) -> Starlette:
        """Its application. Refusals: ValueError, for one that Node runs."""
        if self.application is None:
            raise ValueError(f"{self.name} is not an application of ours: Node runs {self.script}")
        return self.application(settings)


def _keeping_nothing(settings: Settings) -> Starlette:
    """The service as it reads everything again, each time."""
    return app.application(settings.model_copy(update={"most_kept_answer_bytes": 0}))


COLD = Peer("cold", "the service, which keeps no answer", _keeping_nothing)
WARM = Peer("warm", "the service as it starts: it keeps answers until the data changes", app.application)
POSTGRAPHILE = Peer(
    "PostGraphile",
    "PostGraphile 5, Amber preset, simplify-inflection, connection-filter",
    script="postgraphile.mjs",
    body=postgraphile,
)
MERCURIUS = Peer("Mercurius", "Mercurius on Fastify, graphql-jit, DataLoader, pg", script="mercurius.mjs")
OUR_SQL = Peer(
    "our SQL", "a bare handler that runs the service's statements", bare.with_our_sql, path=bare.path, is_rival=False
)
BY_HAND = Peer(
    "SQL by hand", "a bare handler that runs statements by hand", bare.with_sql_by_hand, path=bare.path, is_rival=False
)
STOCK = Peer("stock", "Strawberry's own view with data loaders over SQLModel", stock.application, is_rival=False)

RIVALS = (POSTGRAPHILE, MERCURIUS)
PEERS = (COLD, WARM, POSTGRAPHILE, MERCURIUS, OUR_SQL, BY_HAND, STOCK)
OF_PYTHON = tuple(peer for peer in PEERS if peer.application)
