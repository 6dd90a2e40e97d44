"""The frame of every page, and what its templates may say: numbers, days and statuses in words."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from schema.enumerations import Assurance, ChangeKind, OrganisationKind, Qualifier, TargetStatus, Unit, Variation
from schema.london import HERE, day_of
from schema.periods import long_date
from schema.remedies import for_people
from service.assets import BUILT
from service.briefing.wording import qualified, some_of
from service.charts.words import legible_lines
from service.pages.icons import ASSURANCES, ICONS, VARIATIONS
from service.pages.written import blocks
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
_COLOURS = {
    TargetStatus.MET: "nhsuk-tag--green",
    TargetStatus.MET_AT_RISK: "nhsuk-tag--aqua-green",
    TargetStatus.LOST: "nhsuk-tag--red",
    TargetStatus.ON_TRACK: "nhsuk-tag--blue",
    TargetStatus.ACCELERATE: "nhsuk-tag--yellow",
    TargetStatus.LIMITED: "nhsuk-tag--orange",
    TargetStatus.DETERIORATING: "nhsuk-tag--red",
    TargetStatus.MISSED: "nhsuk-tag--red",
    TargetStatus.NO_DATA: "nhsuk-tag--grey",
    TargetStatus.NOT_ASSESSABLE: "nhsuk-tag--grey",
}


def rendered(template: str, title: str, **values: Any) -> str:
    """A whole page; texts are escaped."""
    page: str = _environment().get_template(template).render(title=title, **values)
    return page


class _Templates(Environment):
    """Templates over what GraphQL answers, which is nearly all dictionaries."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        # Jinja looks for an attribute first, and a failure for each name in a table of hundreds of rows takes time. So
        # templates write `themes|items`: a key of that name goes before a method.
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)


@cache
def _environment() -> Environment:
    """The templates. Parts of the service manual come from its port to Jinja, which needs this kind of undefined."""
    made = _Templates(
        loader=ChoiceLoader([PackageLoader("service.pages", "jinja"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: legible_lines(value) if type(value) is str else value,
    )
    made.globals.update(
        service=SERVICE,
        navigation=NAVIGATION,
        has_style=(BUILT / "nhsuk.css").exists(),
        variation_signs=tuple(VARIATIONS.values()),
        assurance_signs=tuple(ASSURANCES.values()),
    )
    made.filters.update(
        value_words=value_words,
        of_some=of_some,
        day_words=day_words,
        day_of_moment=day_of_moment,
        moment_words=moment_words,
        status_words=status_words,
        standing=standing,
        status_colour=lambda status: _COLOURS[TargetStatus(status)],
        status_icon=lambda status: ICONS[TargetStatus(status)],
        variation=lambda found: VARIATIONS[Variation(found)],
        assurance=lambda found: ASSURANCES[Assurance(found)],
        blocks=blocks,
        remedy=for_people,
        kind_words=lambda kind: OrganisationKind(kind).one,
        kind_name=lambda kind: opened(OrganisationKind(kind).words),
        opened=opened,
    )
    return made


def opened(words: str) -> str:
    """Words as a sentence opens. Jinja's `capitalize` would write the names in them in lower case."""
    return words[:1].upper() + words[1:]


def day_words(day: str) -> str:
    """A day in words: "31 March 2025"."""
    return long_date(dt.date.fromisoformat(day))


def day_of_moment(instant: str) -> str:
    """The day in London of an instant, in words."""
    return long_date(day_of(dt.datetime.fromisoformat(instant)))


def moment_words(instant: str) -> str:
    """An instant in words, as clocks show it where the NHS is: "31 March 2025 at 14:02"."""
    there = dt.datetime.fromisoformat(instant).astimezone(HERE)
    return f"{long_date(there.date())} at {there:%H:%M}"


def status_words(status: str) -> str:
    """The status of a target in words."""
    return TargetStatus(status).words


def standing(target: Mapping[str, Any]) -> str:
    """The status of a target of a paper, and from how many members' figures: "Met (from 2 of 43 members)"."""
    # A paper that was frozen before they were kept has no such numbers.
    some = of_some(target)
    return status_words(target["status"]) + (f" ({some})" if some else "")


def must_be_seen(change: Mapping[str, Any]) -> bool:
    """Whether somebody who checks a return has to see a change: a first "nothing to report" changes no number."""
    return bool(change["kind"] != ChangeKind.UNCHANGED or change["before"] is change["after"] is None)


# What `value_words` and `of_some` need of a figure.
VALUE = "value qualifier restsOn of"


def of_some(figure: Mapping[str, Any] | None) -> str:
    """From how many members' figures one is calculated, unless it is from all: "from 1 of 43 members"."""
    members = some_of(figure.get("restsOn"), figure.get("of")) if figure else ""
    return f"from {members}" if members else ""


def value_words(figure: Mapping[str, Any], unit: str) -> str:
    """The value of a figure with its unit, and whether it is more or less than that: "81.71%", "over 11,000,000"."""
    return qualified(Qualifier(figure["qualifier"]), number(Unit(unit), figure["value"]))
