"""Counts what each client has used of the current minute."""

import datetime as dt
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

SECONDS = 60
# The counts that are kept. Someone with more addresses than this cannot be stopped by a limit for each address.
MOST_COUNTED = 10_000


@dataclass
class Count:
    """How much one client has used of the current minute."""

    ends: float
    used: int = 0


class Counter:
    """The counts of all clients for one limit; a limit of 0 is none."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._counts: OrderedDict[Hashable, Count] = OrderedDict()

    def of(self, client: Hashable) -> Count:
        """The count of a client; a new one when its minute is over."""
        now = self._clock()
        count = self._counts.get(client)
        if count is None or count.ends <= now:
            count = self._counts[client] = Count(now + SECONDS)
            self._counts.move_to_end(client)
            if len(self._counts) > MOST_COUNTED:
                self._counts.popitem(last=False)
        return count

    def is_used_up(self, client: Hashable) -> bool:
        """Whether a client has used its minute up."""
        return bool(self.most) and self.of(client).used >= self.most

    def seconds_left(self, client: Hashable) -> int:
        """Whole seconds until a client's minute is over."""
        return max(1, math.ceil(self.of(client).ends - self._clock()))

    def left(self, client: Hashable) -> int:
        """How many requests a client can still send in its minute."""
        return max(0, self.most - self.of(client).used)

    def row(self, client: Hashable) -> dict[str, Any] | None:
        """What is left to a client, as the row of `rateLimit`; None without a limit."""
        if not self.most:
            return None
        ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.of(client).ends - self._clock())
        return {"cost": 1, "limit": self.most, "remaining": self.left(client), "reset_at": ends.isoformat()}
