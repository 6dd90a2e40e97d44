"""What messages to people are about."""

from enum import StrEnum


class MessageKind(StrEnum):
    """Why somebody gets a message. Not a part of GraphQL: messages are between the service and one person."""

    INVITATION = "INVITATION"
    SIGN_IN = "SIGN_IN"
    OPENS = "OPENS"
    DUE_IN_A_WEEK = "DUE_IN_A_WEEK"
    DUE_TOMORROW = "DUE_TOMORROW"
    OVERDUE = "OVERDUE"
    # The day by which it is due has moved.
    DEADLINE_MOVED = "DEADLINE_MOVED"
    # What somebody sends from the page of a quarter, or by `tracker quarter remind`.
    REMINDER = "REMINDER"
    RETURNED = "RETURNED"
    WAITING = "WAITING"
    PUBLISHED = "PUBLISHED"
    CORRECTED = "CORRECTED"
