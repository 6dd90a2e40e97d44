"""So many are in at once, the next is refused, and whoever leaves makes room, however it leaves."""

import pytest

from schema.errors import Refusal
from service.at_once import AtOnce


def test_the_next_is_refused_and_whoever_leaves_makes_room():
    room = AtOnce(2, "Two are in.")
    with room:
        with room:
            with pytest.raises(Refusal, match="Two are in") as refused, room:
                pass
            assert refused.value.code == "page/busy"
        with pytest.raises(ValueError, match="broken"), room:
            raise ValueError("broken")
        with room:
            pass
