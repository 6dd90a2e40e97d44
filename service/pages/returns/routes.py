"""The addresses of returns."""

from starlette.routing import BaseRoute, Route

from service.pages.acting import acting
from service.pages.returns import check, form
from service.pages.scripts import with_script

_FORMS = ["GET", "POST"]


def routes() -> list[BaseRoute]:
    """The form of a return, its check, that it has been sent, and taking it back."""
    of = "/quarters/{quarter}/{organisation}"
    return [
        Route(of, with_script(acting(form.show, form.act)), methods=_FORMS),
        Route(f"{of}/check", acting(check.show_check, check.send), methods=_FORMS),
        Route(f"{of}/sent", acting(check.show_sent, check.recall), methods=_FORMS),
    ]
