"""`RESULTS.md`: what the last run printed, so that no number in it is typed by hand."""

import datetime as dt
import os
import platform
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from tests.performance import report
from tests.performance.report import Section
from tests.performance.rivals import node

RESULTS = Path(__file__).with_name("RESULTS.md")

_ABOUT = """
All peers are on one machine, over one PostgreSQL with the same data, each in a process of its own. They take turns: in
each round every peer is measured at every shape, so a noisy moment falls on all. What counts are the ratios within a
round. Answers are compared before they are timed. A peer whose answer is wrong at a shape is not measured there.
Answers for each core-second are those of the server and PostgreSQL together. They depend least on who else uses the
machine, so look at them first where the lowest and the highest rate are far apart.

The rivals have small tables of today's organisations in a schema of their own. They need not think of dates, scopes or
withdrawn targets, which the service does. An asterisk means that the process that asks worked for more than 90 % of the
time: then the peer can do more than the table says.
"""


# The sizes that were asked for, in millions of figures.
SIZES = (0.17, 1.5, 10)


def results(sections: Sequence[Section], command: str, left_out: Sequence[str]) -> Iterator[str]:
    """The lines of the file; `left_out` names what the run did not measure."""
    yield "# What the benchmark found"
    yield ""
    yield "This file is written by the benchmark. Do not edit it: run the command again."
    yield ""
    yield f"- Command: `{command}`"
    yield f"- Date: {dt.datetime.now(dt.UTC):%d %B %Y}"
    yield (
        f"- Machine: {os.cpu_count()} shared cores for PostgreSQL, one server and the process that asks; "
        f"Python {platform.python_version()}, Node {node.version().removeprefix('v')}"
    )
    yield f"- Load average when this was written: {os.getloadavg()[0]:.1f}. Well above 2, others were at work meanwhile"
    yield f"- Not measured in this run: {', '.join(left_out) or 'nothing'}"
    yield _ABOUT
    yield from report.who()
    yield ""
    yield from behind(sections)
    for section in sections:
        yield from ("", f"## {section.title}", "", *section.lines)
        if section.goals:
            yield from ("", *report.goals(section.goals))


def behind(sections: Sequence[Section]) -> Iterator[str]:
    """How many goals are met, and where we are behind."""
    goals = list(chain.from_iterable(section.goals for section in sections))
    missed = [goal for goal in goals if not goal.is_met]
    yield "## Where we are behind"
    yield ""
    yield f"{len(goals) - len(missed)} of {len(goals)} goals are met. These are not:"
    yield ""
    yield from (f"- {goal.asked}: {goal.found}" for goal in missed)
