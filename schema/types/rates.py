"""How much a client has left to ask."""

import datetime as dt

import strawberry

from schema.mapping import entity, field


@entity(None)
@strawberry.type(description="How many requests you can send in a minute, and how many are left of it.")
class RateLimit:
    """How many requests you can send in a minute, and how many are left of it."""

    cost: int = field("What this request counts for: 1, however much it asks for.")
    limit: int = field("How many requests you can send in a minute.")
    remaining: int = field("How many are left of this minute, after this one.")
    reset_at: dt.datetime = field("When the minute ends, and all of them are there again.")
