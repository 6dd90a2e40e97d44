"""`python -m tests.performance` measures the service and its peers; `… profile 1` shows where its time goes."""

import os
import platform
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from tests.performance import report
from tests.performance.computed import COMPUTED, computed
from tests.performance.database import sandbox
from tests.performance.peers import OURS, PEERS
from tests.performance.profiling import profile
from tests.performance.publishing import while_publishing
from tests.performance.rounds import Effort, compared, measurements
from tests.performance.servers import serve, served
from tests.performance.shapes import SHAPES


@click.group(invoke_without_command=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="How often each has its turn.")
@click.option("--seconds", type=click.FloatRange(0.1), default=2.0, show_default=True, help="How long each turn is.")
@click.option("--connections", type=click.IntRange(1), default=8, show_default=True, help="How many ask at once.")
@click.option(
    "--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Where to write every measurement."
)
@click.pass_context
def main(context: click.Context, rounds: int, seconds: float, connections: int, file: Path | None) -> None:
    """Measure the service, stock Strawberry and a bare handler side by side, over the sandbox."""
    if context.invoked_subcommand is None:
        benchmark(Effort(rounds, seconds, connections), file)


def benchmark(effort: Effort, file: Path | None) -> None:
    """Measure, print and, if a file is given, keep every measurement."""
    with ExitStack() as stack:
        url = stack.enter_context(sandbox())
        ports = {peer.name: stack.enter_context(served(peer, url)) for peer in PEERS}
        for shape in SHAPES:
            print(f"Shape {shape.number}: all give the same data, {compared(ports, shape):,} bytes from us.")
        print(
            f"{effort.rounds} rounds of {effort.seconds:g} s for each, {effort.connections} connections; "
            f"{os.cpu_count()} cores for PostgreSQL, one server and the client; Python {platform.python_version()}.\n"
        )
        found = list(measurements(ports, effort))
        alone = list(computed(ports[OURS.name], effort))
        meanwhile = list(while_publishing(url, ports[OURS.name], effort))
    lines, claims = [*alone[:-2], *meanwhile[:-2]], [*alone[-2:], *meanwhile[-2:]]
    print("\n".join([*report.table(found), *lines, "", *report.claims(found), *claims]))
    if file is not None:
        file.write_bytes(orjson.dumps([asdict(each) for each in found], option=orjson.OPT_INDENT_2))


@main.command("profile")
@click.argument("number", type=click.IntRange(1, len(SHAPES + COMPUTED)))
@click.option("--requests", type=click.IntRange(1), default=1_000, show_default=True, help="How many are profiled.")
def profile_command(number: int, requests: int) -> None:
    """Show where the service's own time goes for one shape."""
    with sandbox() as url:
        profile(url, (SHAPES + COMPUTED)[number - 1], requests)


@main.command("serve", hidden=True)
@click.argument("name", type=click.Choice([peer.name for peer in PEERS]))
def serve_command(name: str) -> None:
    """Serve one peer over the database of the environment: what the benchmark starts."""
    serve(next(peer for peer in PEERS if peer.name == name))


if __name__ == "__main__":
    main()
