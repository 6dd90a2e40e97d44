"""What a search finds."""

import strawberry

from schema.mapping import entity, field, referred
from schema.types.metrics import Metric
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="An organisation or a metric that a search has found.")
class SearchHit:
    """An organisation or a metric that a search has found."""

    organisation: Organisation | None = field(
        "The organisation. Null when a metric was found.", referred("organisation_id")
    )
    metric: Metric | None = field("The metric. Null when an organisation was found.", referred("metric_id"))
    matched: str = field("The code, the postcode, the name or the former name that matches.")
    score: float = field(
        "How well it matches: 1 is the same code, postcode or name, 0.9 the beginning of a code or a postcode, and "
        "0.8 the beginning of a name. Less: every word is like a word of its name, code or postcode."
    )
