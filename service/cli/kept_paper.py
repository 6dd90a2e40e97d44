"""`tracker paper`: the paper of a quarter as a file."""

from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.cli.shared import OPERATOR, data_option, database_of, plainly, run
from service.config import settings
from service.database import Database
from service.pages.papers.files import made
from service.pages.papers.kept import paper_for
from service.pages.showing import BOARD, main_board

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("paper")
@click.argument("quarter")
@click.option("--docx", type=_FILE, help="Write it here as a Word document.")
@click.option("--pdf", type=_FILE, help="Write it here as a PDF.")
@data_option
@plainly
def write_paper(quarter: str, docx: Path | None, pdf: Path | None, data: Path | None) -> None:
    """Write the committee paper of a quarter, such as 2024-25-Q4, with what people wrote for it."""
    files = {"docx": docx, "pdf": pdf}
    wanted = {ending: path for ending, path in files.items() if path is not None}
    if not wanted:
        raise click.UsageError("Name a file with --docx or --pdf.")

    async def write(database: Database) -> dict[str, bytes]:
        ask = partial(_answer, Executor(graph._schema, database))
        paper = await paper_for(OPERATOR, ask, quarter, main_board(await ask(BOARD)))
        return {ending: await made(paper, ending) for ending in wanted}

    with database_of(settings(data=data)) as ready:
        contents = run(ready, write)
    for ending, path in wanted.items():
        try:
            path.write_bytes(contents[ending])
        except OSError as reason:
            raise click.ClickException(f"The paper cannot be written to {path}: {reason.strerror}.") from reason


async def _answer(executor: Executor, document: str, **variables: Any) -> Any:
    request = GraphQLRequest(document, variables)
    return orjson.loads(await executor.data(request, Caller(OPERATOR), may_write=False))
