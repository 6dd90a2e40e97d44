"""What becomes of each box of a document that comes back."""

import pytest

from service.pages.papers.boxes import Said
from service.pages.papers.marks import Marks, digest
from service.pages.papers.review import Review, review

OTHERS = ("Practices: 178.", "Dentists: 80.")
CONFLICT = "Somebody changed this since the document was downloaded."
NEWER = f"{CONFLICT} The document has the older text, so the paper stays as it is."


def looked_at(
    then: str,
    now: str,
    document: dict[str, str | None],
    others: tuple[str, ...] = OTHERS,
    paper: tuple[str, ...] = OTHERS,
) -> Review:
    """What a document changes, of which the summary said `then`, and of which the paper says `now`."""
    marks = Marks("2024-25-Q4", "QKS", {"summary": digest(then)}, digest(*OTHERS))
    return review(Said(document, others), marks, Said({"summary": now}, paper), ["Summary"])


@pytest.mark.parametrize(
    ("then", "now", "document", "becomes"),
    [
        ("Old.", "Old.", "New.", "New."),
        ("", "", "New.", "New."),
        ("Old.", "Old.", "", ""),
        ("Old.", "Old.", "Old.", None),
        ("Old.", "Theirs.", "Theirs.", None),
        ("", "Theirs.", None, None),
        ("Old.", "Old.", None, None),
        ("", "", "", None),
        ("Old.", "Theirs.", "Old.", NEWER),
        ("Old.", "", "Old.", NEWER),
        ("Old.", "Theirs.", "New.", CONFLICT),
        ("", "Theirs.", "New.", CONFLICT),
        ("Old.", "Theirs.", "", CONFLICT),
    ],
)
def test_a_box_is_taken_only_where_nobody_changed_the_narrative_since(then, now, document, becomes):
    found = looked_at(then, now, {"summary": document})
    assert [each.will_be for each in found.changes] + [each.why for each in found.left] == (
        [] if becomes is None else [becomes]
    )


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("Old.", "its box is missing, so its text stays."),
        ("", "its box is missing, so it still has no text."),
    ],
)
def test_a_box_that_is_missing_deletes_nothing(now, why):
    found = looked_at("Old.", now, {})
    assert (found.changes, [each.why for each in found.left]) == ([], [why])


def test_a_box_of_no_section_is_not_passed_over():
    [left] = looked_at("Old.", "Old.", {"summary": "Old.", "dental-care": "Lost?"}).left
    assert (left.heading, left.words) == ("Dental care", "Lost?")


def test_what_somebody_changed_outside_of_the_boxes_is_listed():
    found = looked_at("", "", {"summary": None}, ("Practices: many.", "Dentists: 80."))
    assert (found.added, found.missing) == (["Practices: many."], ["Practices: 178."])


def test_figures_that_were_published_since_are_no_changes_of_the_document():
    found = looked_at("", "", {"summary": None}, paper=("Practices: 179.", "Dentists: 80."))
    assert (found.added, found.missing) == ([], [])


def test_another_text_to_write_over_is_another_version():
    first, same, other = (looked_at(now, now, {"summary": "New."}) for now in ("Old.", "Old.", "Theirs."))
    assert first.version == same.version != other.version
