"""Every page with its address. A new page is a module in this folder, and a line here."""

from starlette.routing import BaseRoute, Route

from service.config import Settings
from service.pages import (
    assets,
    clients,
    data_quality,
    dates,
    exports,
    links,
    look,
    messages,
    organisations,
    people,
    quarters,
    reminding,
    sign_in,
    unsubscribe,
)
from service.pages.approvals import routes as approvals
from service.pages.briefing import briefing
from service.pages.changes import routes as changes
from service.pages.charts import charts
from service.pages.figures import routes as figures
from service.pages.papers.routes import routes as papers
from service.pages.recipes import recipes_page
from service.pages.reference import reference
from service.pages.returns.routes import routes as returns
from service.pages.setup import collections, measures, themes
from service.pages.showing import page_for_everybody
from service.pages.targets import routes as targets
from service.pages.templates import quarter_template
from service.pages.uploads import uploads


def routes(settings: Settings) -> list[BaseRoute]:
    """The routes, over the `Answers` and the `Identities` in the application's state."""
    return [
        Route("/charts/{metric}/{organisation}", charts),
        Route("/briefing", briefing),
        Route("/briefing.{ending}", briefing),
        Route("/briefing/{board}", briefing),
        Route("/docs/recipes", page_for_everybody(recipes_page)),
        *clients.routes(),
        *exports.routes(),
        Route("/docs/schema", page_for_everybody(reference)),
        Route("/quarters/{quarter}/template.xlsx", quarter_template),
        Route("/uploads", uploads(settings), methods=["POST"]),
        assets.route(),
        *sign_in.routes(settings),
        *links.routes(settings),
        *people.routes(settings),
        *messages.routes(settings),
        *unsubscribe.routes(settings),
        # Before the page of a measure: "new" is no code.
        *measures.routes(),
        *collections.routes(),
        *themes.routes(),
        # After the files of the same names, which have an ending.
        *look.routes(),
        *data_quality.routes(),
        *organisations.routes(),
        *quarters.routes(),
        *dates.routes(),
        *reminding.routes(settings),
        *returns(settings),
        *approvals(),
        *papers(),
        *figures(),
        *changes(),
        *targets(),
    ]
