"""Figures: their status, their origin, and how exact they are."""

from enum import StrEnum

from schema.described import described


@described(
    PUBLISHED="Final, unless it is corrected.",
    PROVISIONAL="Published, and expected to be revised.",
    WITHDRAWN="Withdrawn. Kept on record, and left out of lists unless you ask for it.",
)
class FigureStatus(StrEnum):
    """Whether a figure is final, provisional or withdrawn."""

    PUBLISHED = "PUBLISHED"
    PROVISIONAL = "PROVISIONAL"
    WITHDRAWN = "WITHDRAWN"


@described(
    SENT="Somebody sent it, or it was imported from a publication.",
    DERIVED="It was calculated from other figures, such as those of the organisation's members.",
)
class FigureOrigin(StrEnum):
    """Whether a figure was sent, or calculated from other figures."""

    SENT = "SENT"
    DERIVED = "DERIVED"


@described(
    EXACT="The source gives an exact number.",
    MORE_THAN="The source says over, or more than.",
    LESS_THAN="The source says under, or less than.",
    APPROXIMATELY="The source says about, around or some.",
)
class Qualifier(StrEnum):
    """Whether the source gave an exact number or an approximation. 'Over 11 million' is MORE_THAN."""

    EXACT = "EXACT"
    MORE_THAN = "MORE_THAN"
    LESS_THAN = "LESS_THAN"
    APPROXIMATELY = "APPROXIMATELY"
