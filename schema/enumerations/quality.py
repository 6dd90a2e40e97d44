"""Data quality: what becomes of a doubt."""

from enum import StrEnum

from schema.described import described


@described(
    OPEN="Nobody looks into it yet, or it has changed since somebody explained it.",
    INVESTIGATING="Somebody looks into it.",
    EXPLAINED="It still stands, and a comment says why the figures are right.",
    CORRECTED="It is no longer found: figures were corrected, or later ones took their place.",
    WILL_NOT_BE_FIXED="It still stands, and a comment says why it stays.",
)
class DataQualityState(StrEnum):
    """What has become of a data quality issue."""

    OPEN = "OPEN"
    INVESTIGATING = "INVESTIGATING"
    EXPLAINED = "EXPLAINED"
    CORRECTED = "CORRECTED"
    WILL_NOT_BE_FIXED = "WILL_NOT_BE_FIXED"


# What somebody still has to do something about.
UNSETTLED = (DataQualityState.OPEN, DataQualityState.INVESTIGATING)
