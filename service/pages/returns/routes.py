"""The addresses of returns."""

from functools import partial

from starlette.routing import BaseRoute, Route

from service.config import Settings
from service.pages.acting import acting
from service.pages.returns import check, form, upload
from service.pages.scripts import with_script

_FORMS = ["GET", "POST"]


def routes(settings: Settings) -> list[BaseRoute]:
    """The form of a return, its check, that it has been sent, and the upload of returns as a file."""
    of = "/quarters/{quarter}/{organisation}"
    most = settings.most_body_bytes
    take = partial(upload.act, most_body_bytes=most)
    return [
        Route("/quarters/{quarter}/upload", acting(upload.show, take, most), methods=_FORMS),
        Route(of, with_script(acting(form.show, form.act)), methods=_FORMS),
        Route(f"{of}/check", acting(check.show_check, check.send), methods=_FORMS),
        Route(f"{of}/sent", acting(check.show_sent, check.recall), methods=_FORMS),
    ]
