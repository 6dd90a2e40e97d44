"""Published figures as a file: /quarters/2024-25-Q4.csv, /organisations/QKS.xlsx, /measures/call_back_percent.zip.

    .csv    for Excel and programs      .xlsx   a workbook      .zip   open data, described by Frictionless and CSVW

Each takes the others' codes too: /quarters/2024-25-Q4.csv?measure=call_back_percent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.errors import Refusal
from schema.ods_codes import ods_code
from service.answers.answers import Answers
from service.pages.showing import refused
from service.reads.reader import today
from service.sheets.exporting import Wanted, exported
from service.sheets.files import MEDIA_TYPES
from service.sheets.forms import FORMS

_SUBJECTS = {"quarters": "quarter", "organisations": "organisation", "measures": "measure"}


def routes() -> list[Route]:
    """The addresses of the exports."""
    return [Route(f"/{path}/{{code}}.{{ending}}", _endpoint(subject)) for path, subject in _SUBJECTS.items()]


def _endpoint(subject: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await _export(request, subject)
        except Exception as reason:
            return await refused(request, reason)

    return endpoint


async def _export(request: Request, subject: str) -> Response:
    await Answers.of(request).caller(request)
    ending = request.path_params["ending"]
    if ending not in FORMS:
        raise Refusal("page/unknown", f"Figures come as .{', .'.join(FORMS)}.")
    asked = {name: text for name in _SUBJECTS.values() if (text := request.query_params.get(name))}
    asked[subject] = request.path_params["code"]
    if "organisation" in asked:
        asked["organisation"] = ods_code(asked["organisation"])
    table = await exported(partial(Answers.of(request).read, request), Wanted(**asked))
    # Other requests are answered while it is written.
    body = await asyncio.to_thread(FORMS[ending], table, today())
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{ending}"'}
    return Response(body, headers=headers, media_type=MEDIA_TYPES[ending])
