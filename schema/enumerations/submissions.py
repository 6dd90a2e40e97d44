"""Submissions: who may do what with them, their findings, and how far an answer has come."""

from enum import StrEnum

from schema.described import described


@described(
    READER="Reads published figures.",
    SUBMITTER="Drafts and submits figures.",
    APPROVER="Approves and publishes figures.",
    ADMINISTRATOR="Does all of this, and manages metrics, targets and keys.",
)
class Role(StrEnum):
    """What a person or a key can do."""

    READER = "READER"
    SUBMITTER = "SUBMITTER"
    APPROVER = "APPROVER"
    ADMINISTRATOR = "ADMINISTRATOR"

    @property
    def one(self) -> str:
        """Somebody with it, in words: an approver."""
        return f"{'an' if self[0] in 'AEIOU' else 'a'} {self.lower()}"


@described(
    DRAFT="Being written. Nobody outside its scope sees it.",
    SUBMITTED="Waiting for a second person.",
    RETURNED="Sent back with a reason, to be edited and submitted again.",
    APPROVED="Approved by a second person, and not yet published.",
    PUBLISHED="Its figures are published.",
    SUPERSEDED="Replaced by a published amendment.",
    WITHDRAWN="Withdrawn after publication, with a reason.",
    DISCARDED="Discarded before publication. Kept on record, and left out of lists unless you ask for it.",
)
class SubmissionStatus(StrEnum):
    """The status of a submission."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"
    DISCARDED = "DISCARDED"


@described(
    BLOCK="You must correct it.",
    NEEDS_REASON="You must correct it, or give a reason why it is right.",
    INFO="For information. No action needed.",
)
class Severity(StrEnum):
    """What you need to do about a finding."""

    BLOCK = "BLOCK"
    NEEDS_REASON = "NEEDS_REASON"
    INFO = "INFO"


@described(
    EDIT="Change the figures or the title.",
    VALIDATE="Check the figures again, against what is published now.",
    SUBMIT="Send it to a second person for approval.",
    RECALL="Take it back before it is approved.",
    APPROVE="Approve it.",
    RETURN="Send it back with a reason.",
    PUBLISH="Publish its figures.",
    AMEND="Create an amendment of what is published.",
    WITHDRAW="Withdraw what is published.",
    DISCARD="Discard it.",
)
class SubmissionAction(StrEnum):
    """An action on a submission."""

    EDIT = "EDIT"
    VALIDATE = "VALIDATE"
    SUBMIT = "SUBMIT"
    RECALL = "RECALL"
    APPROVE = "APPROVE"
    RETURN = "RETURN"
    PUBLISH = "PUBLISH"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"
    DISCARD = "DISCARD"


@described(
    REFUSE="Nothing is done while a row has an open finding.",
    SKIP="Rows with open findings are left out, and the others go on.",
)
class OnConflict(StrEnum):
    """What to do when some rows cannot go on: others have published their figures, or a finding is open."""

    REFUSE = "REFUSE"
    SKIP = "SKIP"


@described(
    DRAFT="It is saved, and not submitted.",
    SUBMITTED="It waits for a second person.",
    APPROVED="It is approved, and not yet published.",
    CREATED="A new figure is published.",
    CHANGED="A new revision of a published figure is published.",
    UNCHANGED="It is the same as what is published.",
    NIL="A nil return is published. A figure that was published is withdrawn.",
    SKIPPED="It is left out. Its `problems` say why.",
)
class RowOutcome(StrEnum):
    """What became of a row."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    NIL = "NIL"
    SKIPPED = "SKIPPED"


@described(
    PUBLISHED="Its figures are published.",
    REFUSED="It is as it was. Its `problems` say why.",
    HELD_BACK="It is as it was: another one was refused, and you asked for all or nothing.",
)
class PublishOutcome(StrEnum):
    """What became of a submission."""

    PUBLISHED = "PUBLISHED"
    REFUSED = "REFUSED"
    HELD_BACK = "HELD_BACK"


@described(
    ADDED="No figure is published for it.",
    CHANGED="A different value is published, or its qualifier, limits, status or source differ.",
    UNCHANGED="The same is published.",
    REMOVED="A figure is published, and this version withdraws it.",
)
class ChangeKind(StrEnum):
    """How publishing an entry changes what is published."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REMOVED = "REMOVED"


@described(
    NOT_STARTED="Nothing has been sent, as far as you can see: drafts outside your scope count as not started.",
    DRAFT="It is in a draft.",
    SUBMITTED="It has been submitted, and waits for approval or publication.",
    RETURNED="It was returned to the person who sent it.",
    PUBLISHED="A figure is published.",
    NIL="A nil return is published: there is no figure.",
    EXEMPT="The organisation does not have to answer.",
)
class RequestState(StrEnum):
    """How far the answer to a request for a figure has come."""

    NOT_STARTED = "NOT_STARTED"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    PUBLISHED = "PUBLISHED"
    NIL = "NIL"
    EXEMPT = "EXEMPT"
