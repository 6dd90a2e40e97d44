"""Submissions in every state: drafts with rows that name nothing, and a chain of amendments over published figures."""

from dataclasses import dataclass

COMPLETE, RISING = "sandbox_complete_percent", "sandbox_rising_percent"
Q3, Q4 = "2024-25-Q3", "2024-25-Q4"


@dataclass(frozen=True)
class Entry:
    """One row as it was sent. Without a value it is a nil return, unless it is `bare`."""

    organisation: str
    value: str | None = None
    period: str = Q4
    metric: str = RISING
    numerator: str | None = None
    denominator: str | None = None
    note: str | None = None
    reason: str | None = None
    is_bare: bool = False
    qualifier: str = "EXACT"
    # The lower and the upper confidence limit.
    limits: tuple[str | None, str | None] = (None, None)
    is_provisional: bool = False
    # A title, and a reference.
    source: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True)
class Finding:
    """One finding; `accepted` is the reason with which it stands."""

    severity: str
    accepted: str | None = None
    row: int | None = None
    organisation: str | None = None


@dataclass(frozen=True)
class Submission:
    """A submission, the state that it is taken to, and who (`identity/name/role`) wrote and decided it."""

    title: str
    organisation: str
    quarter: str
    status: str
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    amends: str | None = None
    first: str | None = None
    by: str = "bbbbbbbb/Bob/SUBMITTER"
    decided_by: str = "aaaaaaaa/Ada/APPROVER"
    created_at: str = "2025-04-10T09:00:00Z"
    is_late: bool = False
    reason: str | None = None
    # The cells that it publishes, as `organisation period value status`; others are nobody's.
    publishes: tuple[str, ...] = ()


OPEN_FINDINGS = (
    Finding("BLOCK", row=0),
    Finding("NEEDS_REASON", row=1, organisation="Z90001"),
    Finding("NEEDS_REASON", "The system was off: Ørchard.", row=2),
    Finding("INFO"),
)
EVE, ROOT, OTHER_BOB = (
    "https://sign-in.example|42/Éve Ørchard/APPROVER",
    "cccccccc/Root/ADMINISTRATOR",
    "bbbb2222/bob/APPROVER",
)

# The chain: a first version, its amendment, which is published now, and one of that on its way. A cell of the second
# was published again by a submission that is no part of it.
CHAIN = (
    Submission(
        "First", "Z90007", Q4, "SUPERSEDED",
        (Entry("Z90001", "50"), Entry("Z90002", "60.0"), Entry("Z90003", "70"), Entry("Z90007"),
         Entry("Z90001", "40", Q3)),
        publishes=(f"Z90001 {Q4} 50 PUBLISHED", f"Z90002 {Q4} 60 PUBLISHED", f"Z90003 {Q4} 70 PUBLISHED",
                   f"Z90001 {Q3} 40 PUBLISHED"),
    ),
    Submission(
        "Second", "Z90007", Q4, "PUBLISHED",
        (Entry("Z90001", "55", reason="Counted again."), Entry("Z90002", "60.00"), Entry("Z90003"),
         Entry("Z90001", "40", Q3), Entry("Z90003", "30", Q3), Entry("Z90007")),
        (Finding("NEEDS_REASON", "Counted again.", 0, "Z90001"), Finding("INFO", row=1)),
        amends="First", first="First", is_late=True, reason="Counted again.", created_at="2025-05-10T09:00:00.5Z",
        publishes=(f"Z90001 {Q4} 55 PUBLISHED", f"Z90003 {Q4} 70 WITHDRAWN", f"Z90003 {Q3} 30 PUBLISHED"),
    ),
    Submission(
        "Aside", "Z90003", Q3, "PUBLISHED", (Entry("Z90003", "33.333333333333333333", Q3, reason="Ours."),),
        by="aaaaaaaa/Ada/SUBMITTER", decided_by=EVE, publishes=(f"Z90003 {Q3} 33.333333333333333333 PUBLISHED",),
    ),
    Submission(
        "Not needed", "Z90007", Q4, "DISCARDED", (Entry("Z90001", "56"),), amends="Second", first="First",
        reason="Not needed.",
    ),
    Submission(
        "Third", "Z90007", Q4, "DRAFT",
        (Entry("Z90001", "55.000"), Entry("Z90003", "71", note="Back again."), Entry("Z90001", None, Q3),
         Entry("Z90001", "10", metric="no_such_metric"), Entry("nowhere", "11"), Entry("Z90001", "12", "2099-00-Q1"),
         Entry("Z90001", "61.57", metric=COMPLETE), Entry("Z90001", "69.57", Q3, metric=COMPLETE),
         Entry("Z90004", is_bare=True), Entry("Z90003", "71"),
         Entry("Z90001", "55", qualifier="MORE_THAN"), Entry("Z90001", "55", limits=("50", "60.5")),
         Entry("Z90001", "55", is_provisional=True), Entry("Z90001", "55", source=("Elsewhere", None))),
        OPEN_FINDINGS, amends="Second", first="First", reason="Counted a third time.",
        created_at="2025-06-10T09:00:00Z",
    ),
)  # fmt: skip

# A practice that is in the network, in none, and in another partnership from one quarter to the next; submissions of
# it and of everybody else, by one person under two names and by two people of one name.
OTHERS = (
    Submission("In East Kent", "Z90001", "2024-25-Q1", "APPROVED", (Entry("Z90001", "1", "2024-25-Q1"),), by=OTHER_BOB),
    Submission(
        "In West Kent", "Z90001", "2024-25-Q2", "RETURNED", (Entry("Z90001", "0.1", "2024-25-Q2"),),
        OPEN_FINDINGS[1:], is_late=True,
    ),
    Submission("In no network", "Z90001", Q3, "SUBMITTED", (Entry("Z90001", "2", Q3),), OPEN_FINDINGS[2:]),
    Submission(
        "Withdrawn", "Z90001", Q4, "WITHDRAWN", (Entry("Z90004", metric=COMPLETE), Entry("Z90001", "3", Q3)),
        decided_by=ROOT, created_at="2025-04-10T09:00:00.000001Z",
    ),
    Submission(
        "By Ada", "HCP-EAST-KENT", Q4, "SUBMITTED",
        (Entry("Z90004", "12.5", numerator="1", denominator="8", note="", reason="é"),), OPEN_FINDINGS,
        by="aaaaaaaa/Ada Lovelace/APPROVER",
    ),
    Submission(
        "By another Ada", "Z90007", Q3, "SUBMITTED", (Entry("Z90003", "4", Q3),), by="aaaa2222/ ADA /ADMINISTRATOR",
        decided_by="Ada/Ada/APPROVER",
    ),
    Submission("Éverything % _of_ it", "QKS", Q4, "SUBMITTED", (Entry("QKS", "5"),), by=OTHER_BOB, is_late=True),
    Submission("Empty", "QKS", "2025-26-Q1", "DRAFT", by=ROOT, created_at="2025-07-01T00:00:00Z"),
    Submission("empty", "HCP-EAST-KENT", "2025-26-Q1", "DRAFT", (), OPEN_FINDINGS[3:]),
    Submission("Of nobody's", "Z90006", Q4, "DRAFT", (Entry("Z90006", "6"),), created_at="2025-07-01T00:00:00Z"),
    Submission("Of what is closed", "Z90002", "2025-26-Q1", "RETURNED", (Entry("Z90002", "7"), Entry("Z90002", "8"))),
    Submission("Given up", "Z90004", Q4, "DISCARDED", (Entry("Z90004", "9"),)),
)  # fmt: skip

SUBMISSIONS = (*CHAIN, *OTHERS)
