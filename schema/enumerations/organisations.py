"""Organisations: their kinds, and how practices are rated."""

from enum import StrEnum

from schema.described import described


@described(
    PRACTICE="A general practice that holds a contract with the ICB.",
    PRIMARY_CARE_NETWORK="A group of practices that work together for some 30,000 to 50,000 patients.",
    HEALTH_AND_CARE_PARTNERSHIP="A place within the ICB's area. It has no ODS code.",
    INTEGRATED_CARE_BOARD="The statutory body that commissions primary care in an area.",
    REGION="A region of NHS England.",
    TRUST="A provider of hospital or community services.",
)
class OrganisationKind(StrEnum):
    """The kind of an organisation."""

    PRACTICE = "PRACTICE"
    PRIMARY_CARE_NETWORK = "PRIMARY_CARE_NETWORK"
    HEALTH_AND_CARE_PARTNERSHIP = "HEALTH_AND_CARE_PARTNERSHIP"
    INTEGRATED_CARE_BOARD = "INTEGRATED_CARE_BOARD"
    REGION = "REGION"
    TRUST = "TRUST"

    @property
    def one(self) -> str:
        """One of them in words: an integrated care board."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"

    @property
    def many(self) -> str:
        """Several of them in words: integrated care boards."""
        return f"{self.words}s"

    @property
    def words(self) -> str:
        """The kind in words, without an article: integrated care board."""
        return self.replace("_", " ").lower()


@described(
    OUTSTANDING="The service is performing exceptionally well.",
    GOOD="The service is performing well and meets expectations.",
    REQUIRES_IMPROVEMENT="The service is not performing as well as it should.",
    INADEQUATE="The service is performing badly and action has been taken.",
    UNRATED="Awaiting its first inspection.",
)
class CqcRating(StrEnum):
    """An overall rating by the Care Quality Commission (CQC)."""

    OUTSTANDING = "OUTSTANDING"
    GOOD = "GOOD"
    REQUIRES_IMPROVEMENT = "REQUIRES_IMPROVEMENT"
    INADEQUATE = "INADEQUATE"
    UNRATED = "UNRATED"


@described(
    CQC_RATING="By the overall CQC rating.",
    PRIMARY_CARE_NETWORK="By the primary care network.",
    HEALTH_AND_CARE_PARTNERSHIP="By the health and care partnership.",
)
class PracticeGrouping(StrEnum):
    """What practices are counted by."""

    CQC_RATING = "CQC_RATING"
    PRIMARY_CARE_NETWORK = "PRIMARY_CARE_NETWORK"
    HEALTH_AND_CARE_PARTNERSHIP = "HEALTH_AND_CARE_PARTNERSHIP"
