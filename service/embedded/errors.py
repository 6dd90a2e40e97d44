"""Turns what can go wrong with the embedded server into exceptions: their text is a sentence and a remedy."""

from service.mistakes import Mistake


class EmbeddedPostgresError(Mistake):
    """The embedded server cannot do what was asked; the text says why and what to do."""


class AlreadyRunning(EmbeddedPostgresError):
    """Another process uses the data directory, and attaching to its server was not possible or not wanted."""
