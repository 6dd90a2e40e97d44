"""What somebody writes into the form of a return becomes figures; what cannot be understood is said at its field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schema.enumerations import Qualifier
from schema.periods import period_named
from service.pages.acting import Fault
from service.pages.forms import Fields
from service.pages.returns.questions import Question, Return, typed
from service.sheets.cells import Cell
from service.sheets.written import Read, read_number, read_period, read_value

# The parts of an answer, as their fields are called: `value-gp_fte`.
PARTS = ("value", "nil", "numerator", "denominator", "period", "note", "reason")
_NUMBERS = ("value", "numerator", "denominator")
# What a row keeps when its value is the same.
_KEPT = ("lowerConfidenceLimit", "upperConfidenceLimit", "isProvisional")


@dataclass(frozen=True)
class Answer:
    """What stands in the fields of a question, as texts by their parts."""

    question: Question
    texts: Mapping[str, str]

    def __getitem__(self, part: str) -> str:
        return self.texts.get(part, "")

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing yet. A note alone is no answer."""
        return not any(self[part] for part in ("value", "nil", "numerator", "denominator"))


def stored(question: Question) -> Answer:
    """The answer that is in the draft, as its fields show it."""
    row = question.row
    if row is None:
        return Answer(question, {})
    numbers = {part: typed(row, question.unit, part) for part in _NUMBERS}
    period = period_named(row["periodCode"])
    words = {"note": row["note"] or "", "reason": row["reason"] or "", "nil": "yes" if row["isNilReturn"] else ""}
    return Answer(question, {**numbers, **words, "period": row["periodCode"] if period is None else period.label})


def written(question: Question, fields: Fields) -> Answer | None:
    """The answer that a form brings; None where the form has no field for the question."""
    texts = {part: value.strip() for part in PARTS if isinstance(value := fields.get(f"{part}-{question.code}"), str)}
    if fields.get("same") == question.code and question.last is not None:
        texts |= {"value": question.last[0], "nil": "", "numerator": "", "denominator": ""}
    return Answer(question, texts) if texts else None


def figures(asked: Return, fields: Fields) -> tuple[list[dict[str, Any]], list[Fault]]:
    """All figures of the draft after a form: those of its questions, and before them whatever else is in the draft.

    What cannot be understood stays as it was in the draft.
    """
    known = {id(each.row) for each in asked.questions if each.row is not None}
    kept = [_kept(row) for row in (asked.draft["sent"] if asked.draft else ()) if id(row) not in known]
    faults: list[Fault] = []
    for question in asked.questions:
        answer = written(question, fields)
        wrong = [] if answer is None else list(_wrong(answer))
        faults += wrong
        if answer is None or wrong:
            kept += [] if question.row is None else [_kept(question.row)]
        elif not answer.is_empty:
            kept.append(_figure(answer, asked.organisation["code"]))
    return kept, faults


def _wrong(answer: Answer) -> Iterator[Fault]:
    for part in _NUMBERS:
        if answer[part] and (wrong := _read(answer, part).wrong):
            yield Fault(f"{part}-{answer.question.code}", f"{answer.question.name}: {wrong}")
    if answer["nil"] and any(answer[part] and not _read(answer, part).is_nil for part in _NUMBERS):
        message = f"{answer.question.name}: give a number, or say that there is nothing to report."
        yield Fault(f"value-{answer.question.code}", message)


def _read(answer: Answer, part: str) -> Read:
    cell = Cell(answer[part])
    return read_value(cell, answer.question.unit) if part == "value" else read_number(cell)


def _figure(answer: Answer, organisation: str) -> dict[str, Any]:
    question, row = answer.question, answer.question.row
    read = {part: _read(answer, part) for part in _NUMBERS if answer[part]}
    numbers = {part: each.number for part, each in read.items()}
    before = stored(question)
    has_new_parts = any(before[part] != answer[part] for part in ("numerator", "denominator"))
    if len(numbers) == len(_NUMBERS) and before["value"] == answer["value"] and has_new_parts:
        # The value was made of the earlier two numbers.
        numbers.pop("value")
    qualifier = read["value"].qualifier if "value" in numbers else Qualifier.EXACT
    is_nil = bool(answer["nil"]) or any(each.is_nil for each in read.values())
    same = row is not None and before["value"] == answer["value"]
    period: str | None = read_period(Cell(answer["period"]))[0]
    if row is not None and answer["period"] in ("", before["period"]):
        period = row["periodCode"]
    return {
        **({name: row[name] for name in _KEPT} if row is not None and same else {}),
        "metric": question.code,
        "organisation": organisation,
        **(dict.fromkeys(_NUMBERS) if is_nil else {part: numbers.get(part) for part in _NUMBERS}),
        "qualifier": Qualifier.EXACT if is_nil else qualifier,
        "isNilReturn": is_nil,
        "period": period or None,
        "note": answer["note"] or None,
        "reason": answer["reason"] or None,
    }


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the draft, to be saved again as it is."""
    source = {"title": row["sourceTitle"], "reference": row["sourceReference"]} if row["sourceTitle"] else None
    return {
        **{name: row[name] for name in (*_NUMBERS, *_KEPT, "qualifier", "isNilReturn", "note", "reason")},
        "metric": row["metricCode"],
        "organisation": row["organisationCode"],
        "period": row["periodCode"],
        "source": source,
    }
