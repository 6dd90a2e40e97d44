"""Links that a command prints lead to the service that runs over the same directory."""

from pathlib import Path

import pytest

from service.cli.shared import note_port, noted_port
from service.config import settings


def test_the_port_of_the_service_that_was_started_last_counts(tmp_path: Path):
    assert noted_port(settings({}, data=tmp_path)) == {}
    for port in (9411, 9412):
        note_port(tmp_path, port)
        chosen = settings({}, data=tmp_path)
        assert chosen.model_copy(update=noted_port(chosen)).home == f"http://127.0.0.1:{port}"


def test_a_port_that_is_set_counts_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    note_port(tmp_path, 9411)
    assert noted_port(settings({}, data=tmp_path, port=9500)) == {}
    monkeypatch.setenv("TRACKER_PORT", "9501")
    assert noted_port(settings(data=tmp_path)) == {}
