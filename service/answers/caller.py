"""Who sent a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from service.viewer import Viewer


@dataclass(frozen=True)
class Caller:
    """The person or program that sent a request; without a viewer, an anonymous one.

    `rate` is what is left of its requests a minute, where they are counted.
    """

    viewer: Viewer | None
    rate: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def rows(self) -> dict[str, str]:
        """The rows that come with the request."""
        viewer = {"viewer": self.viewer.row} if self.viewer else {}
        return viewer if self.rate is None else {**viewer, "rate_limit": orjson.dumps([self.rate]).decode()}
