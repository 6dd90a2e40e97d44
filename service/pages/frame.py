"""The frame of every page, and what its templates may say: numbers, days and statuses in words."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from schema.enumerations import Assurance, OrganisationKind, Qualifier, TargetStatus, Unit, Variation
from schema.periods import long_date
from service.assets import BUILT
from service.briefing.wording import qualified
from service.charts.words import legible
from service.pages.icons import ASSURANCES, ICONS, VARIATIONS
from service.reads.moments import HERE
from service.statistics.sentences import number

SERVICE = "Primary care tracker"
NAVIGATION = (
    ("/", "Home"),
    ("/quarters", "Quarters"),
    ("/measures", "Measures"),
    ("/organisations", "Organisations"),
    ("/targets", "Targets"),
    ("/papers", "Papers"),
    ("/data-quality", "Data quality"),
)
# What the style of the service manual has no class for, and enough for pages where it has not been fetched.
_STYLE = (
    "body{font:16px/1.5 Arial,Helvetica,sans-serif;color:#212b32;margin:0}"
    ".nhsuk-width-container{max-width:60rem;margin:0 auto;padding:0 1rem}"
    ".bar{background:#005eb8;padding:1rem 0}.bar a{color:#fff}.bar ul{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;"
    "list-style:none;margin:.75rem 0 0;padding:0}.bar .service{font-size:1.25rem;font-weight:bold}"
    ".bar .nhsuk-width-container{display:block}.bar li{margin:0}.bar a[aria-current]{font-weight:bold}"
    ".bar a:focus{color:#212b32}"
    ".search{display:flex;gap:.5rem;max-width:30rem;margin-top:.75rem}.search input{flex:1;min-width:0;max-width:none}"
    ".search .nhsuk-button{margin:0;padding:.25rem 1rem;width:auto;font-size:1rem;min-height:2.5rem}"
    ".account{color:#fff;margin:.75rem 0 0}.link{background:none;border:0;padding:0;color:#fff;font:inherit;"
    "text-decoration:underline;cursor:pointer}.link:focus{background:#ffeb3b;color:#212b32}"
    ".hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}"
    "main{overflow-wrap:anywhere}h1{font-size:2rem;line-height:1.2}h2{font-size:1.5rem;line-height:1.3}svg{max-width:100%;height:auto}"
    ".box{overflow-x:auto;position:relative;margin:1rem 0}.box svg{min-width:34rem}"
    "table{border-collapse:collapse;width:100%;margin:0}"
    "caption{text-align:left;font-weight:bold}th,td{border-bottom:1px solid #aeb7bd;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top;overflow-wrap:normal}th.number,td.number{text-align:right;white-space:nowrap}"
    ".box td:last-child,.box th:last-child{padding-right:.6rem}tbody th{font-weight:normal}"
    "a{color:#005eb8}:target{background:#fff59d}"
    ".tiles{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}"
    ".tiles li{border:1px solid #aeb7bd;padding:.75rem 1rem;margin:0}.count{font-size:1.5rem}"
    ".headlines li{flex:1 1 14rem;background:#fff}.headlines p{margin:.25rem 0}"
    ".icon{vertical-align:middle}.status{white-space:nowrap}.narrative{border-left:4px solid #005eb8;padding-left:1rem}"
    ".chart{margin:1rem 0}a.figure{color:inherit;text-decoration-color:#aeb7bd}"
    "pre{overflow-x:auto;background:#f0f4f5;padding:1rem;font-size:14px}"
    "@media print{.bar,footer,.nhsuk-skip-link{display:none}a{color:inherit;text-decoration:none}"
    "tr{break-inside:avoid}h2{break-after:avoid}}"
)
_FORMS = (
    ".filters{display:flex;flex-wrap:wrap;gap:0 1rem;align-items:end}.filters .nhsuk-select{max-width:100%}"
    ".question{border-bottom:1px solid #aeb7bd;margin:0 0 1.5rem;padding:0 0 .5rem}"
    ".question .said{color:#4c6272;margin:.25rem 0 .5rem}.worked-out{color:#4c6272}"
    ".question .nhsuk-button,.question .nhsuk-details{margin-bottom:1rem}"
)
_STATUSES = {
    TargetStatus.MET: ("Met", "nhsuk-tag--green"),
    TargetStatus.MET_AT_RISK: ("Met, at risk", "nhsuk-tag--aqua-green"),
    TargetStatus.LOST: ("No longer met", "nhsuk-tag--red"),
    TargetStatus.ON_TRACK: ("On track", "nhsuk-tag--blue"),
    TargetStatus.ACCELERATE: ("Faster progress needed", "nhsuk-tag--yellow"),
    TargetStatus.LIMITED: ("Limited progress", "nhsuk-tag--orange"),
    TargetStatus.DETERIORATING: ("Getting worse", "nhsuk-tag--red"),
    TargetStatus.MISSED: ("Missed", "nhsuk-tag--red"),
    TargetStatus.NO_DATA: ("No figure yet", "nhsuk-tag--grey"),
    TargetStatus.NOT_ASSESSABLE: ("Cannot be assessed", "nhsuk-tag--grey"),
}


def rendered(template: str, title: str, **values: Any) -> str:
    """A whole page; texts are escaped."""
    page: str = _environment().get_template(template).render(title=title, **values)
    return page


@cache
def _environment() -> Environment:
    """The templates. Parts of the service manual come from its port to Jinja, which needs this kind of undefined."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("service.pages", "jinja"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: legible(value) if type(value) is str else value,
    )
    made.globals.update(
        service=SERVICE,
        navigation=NAVIGATION,
        own_style=_STYLE + _FORMS,
        has_style=(BUILT / "nhsuk.css").exists(),
    )
    made.filters.update(
        value_words=value_words,
        day_words=lambda day: long_date(dt.date.fromisoformat(day)),
        moment_words=moment_words,
        status_words=status_words,
        status_colour=lambda status: _STATUSES[TargetStatus(status)][1],
        status_icon=lambda status: ICONS[TargetStatus(status)],
        variation=lambda found: VARIATIONS[Variation(found)],
        assurance=lambda found: ASSURANCES[Assurance(found)],
        paragraphs=lambda words: words.split("\n\n"),
        kind_words=lambda kind: OrganisationKind(kind).one,
    )
    return made


def moment_words(instant: str) -> str:
    """An instant in words, as clocks show it where the NHS is: "31 March 2025 at 14:02"."""
    there = dt.datetime.fromisoformat(instant).astimezone(HERE)
    return f"{long_date(there.date())} at {there:%H:%M}"


def status_words(status: str) -> str:
    """The status of a target in words."""
    return _STATUSES[TargetStatus(status)][0]


def value_words(figure: Mapping[str, Any], unit: str) -> str:
    """The value of a figure with its unit, and whether it is more or less than that: "81.71%", "over 11,000,000"."""
    return qualified(Qualifier(figure["qualifier"]), number(Unit(unit), figure["value"]))
