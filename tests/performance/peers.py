"""All that are measured, by name: how each is built, and where it answers a shape."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette

from service import app
from service.config import Settings
from tests.performance import bare
from tests.performance.shapes import Shape
from tests.performance.stock import application as stock


@dataclass(frozen=True)
class Peer:
    """One of them. `path` says where it answers a shape, by POST."""

    name: str
    application: Callable[[Settings], Starlette]
    path: Callable[[Shape], str]


def _graphql(_: Shape) -> str:
    return "/graphql"


def _keeping_nothing(settings: Settings) -> Starlette:
    """The service as it reads everything again, each time."""
    return app.application(settings.model_copy(update={"most_kept_answer_bytes": 0}))


OURS = Peer("ours", _keeping_nothing, _graphql)
KEPT = Peer("kept", app.application, _graphql)
STOCK = Peer("stock", stock.application, _graphql)
BARE = Peer("bare", bare.application, bare.path)
PEERS = (OURS, KEPT, STOCK, BARE)
