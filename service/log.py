"""How the service writes what happens: a line of text for people, or a JSON object for programs, to standard error."""

import logging
from typing import Any

_HEAD = "%(asctime)s %(levelname)s %(name)s %(message)s"


class TextFormatter(logging.Formatter):
    """Writes a message of names and values as `name=value`, and others as they are."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        if isinstance(record.msg, dict):
            text = " ".join(f"{name}={value}" for name, value in record.msg.items())
            record = logging.makeLogRecord({**vars(record), "msg": text, "args": None})
        return super().format(record)


def log_configuration(form: str) -> dict[str, Any]:
    """The logging of a process, as `logging.config.dictConfig` takes it: `text`, `json`, or `off` for faults alone."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "service.log.TextFormatter", "fmt": _HEAD},
            "json": {
                "()": "pythonjsonlogger.orjson.OrjsonFormatter",
                "fmt": _HEAD,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json" if form == "json" else "text"}},
        "loggers": {
            "tracker": {"level": "WARNING" if form == "off" else "INFO", "handlers": ["lines"]},
            "uvicorn": {"level": "WARNING", "handlers": ["lines"]},
        },
    }
