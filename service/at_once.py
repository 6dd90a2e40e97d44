"""What costs much is done for so many at once in this process: the next is asked to come back."""

from types import TracebackType

from schema.errors import Refusal


class AtOnce:
    """A context that so many may be in at once. Refusals: `page/busy`, with a sentence, for the next."""

    def __init__(self, most: int, sentence: str) -> None:
        self._most, self._sentence = most, sentence
        self._inside = 0

    def __enter__(self) -> None:
        if self._inside >= self._most:
            raise Refusal("page/busy", self._sentence)
        self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._inside -= 1
