"""Practices that are similar in size and deprivation, and how similar they are."""

import strawberry

from schema.enumerations import PopulationTrait
from schema.mapping import Derived, entity, field, referred
from schema.sql.similar import traits_of
from schema.types.metrics import Metric
from schema.types.organisations import Practice


@entity(None)
@strawberry.type(description="How two practices differ in one trait of the people that they serve.")
class TraitDifference:
    """How two practices differ in one trait of the people that they serve."""

    trait: PopulationTrait = field("The trait.")
    metric: Metric = field("The metric that says it.", referred("metric_id"))
    value: float = field("The value of the similar practice.")
    own_value: float = field("The value of the practice that it is compared with.")
    standard_deviation: float = field("The standard deviation of the values of all open practices.")
    apart: float = field("Value minus own value, in standard deviations. 0 where all values are equal.")


@entity(None)
@strawberry.type(description="A practice that is similar to another in size and deprivation.")
class SimilarPractice:
    """A practice that is similar to another in size and deprivation."""

    practice: Practice = field("The similar practice.", referred("practice_id"))
    distance: float = field("How far apart they are: the root of the sum of the squares of `traits { apart }`.")
    traits: list[TraitDifference] = field("How it was calculated: a difference for each trait.", Derived(traits_of, 2))
