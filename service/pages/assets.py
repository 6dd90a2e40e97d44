"""What browsers load from us at /assets/{name}: compressed for whoever takes it, and sent only when it changed."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from schema.errors import Refusal
from service.assets import ADDRESS, BUILT, HOW_TO_FETCH, OWN, files_in
from service.pages.showing import refused

_HEADERS = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"}


def route(folder: Path = BUILT) -> Route:
    """The address of the files that are there when the service starts."""
    built = files_in(folder)
    files = files_in(OWN) | built

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            more = "" if built else f" {HOW_TO_FETCH}"
            return await refused(request, Refusal("page/unknown", f"There is no such file.{more}"))
        encoded = files.get(f"{name}.br") if "br" in request.headers.get("accept-encoding", "") else None
        return _response(request, name, encoded or files[name], is_encoded=encoded is not None)

    return Route(f"{ADDRESS}/{{name:path}}", asset)


def _response(request: Request, name: str, path: Path, *, is_encoded: bool) -> Response:
    headers = {**_HEADERS, "Content-Encoding": "br"} if is_encoded else _HEADERS
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(path, headers=headers, media_type=kind, stat_result=path.stat())
    etag = response.headers["etag"]
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={**_HEADERS, "ETag": etag})
    return response
