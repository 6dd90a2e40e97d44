"""Why a statistic of an object is null, empty or NOT_ASSESSABLE."""

import strawberry

from schema import mapping
from schema.enumerations import NotCalculatedCode


@mapping.entity(None)
@strawberry.type(description="A statistic that is not calculated, and why.")
class NotCalculated:
    """A statistic that is not calculated, and why."""

    field: str = mapping.field("The name of the field; of one in another object, with a dot: `growth.progress`.")
    code: NotCalculatedCode = mapping.field("The reason.")
    sentence: str = mapping.field("The reason in a sentence.")
