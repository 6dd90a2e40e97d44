"""The inputs of the committee paper."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BriefingInputs:
    """All that the paper of one date is made from, as parsed JSON."""

    paper: dict[str, Any]
