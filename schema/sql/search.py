"""What a search finds: organisations and metrics whose code, postcode or name is like a text, the best first."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Text,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from schema.enumerations import OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql.organisations import is_kind, organisations_listed
from schema.sql.sandbox import real_ones
from schema.tables import MetricRow, OrganisationPastRow, OrganisationRow, rows_of

_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_past = rows_of(OrganisationPastRow)

LONGEST_TEXT = 100
# Words that are less alike are different words: the threshold of pg_trgm. A shorter word, or a code, has no slips.
_LEAST_LIKENESS: ColumnElement[Any] = literal_column("0.3")
_MAY_SLIP: ColumnElement[str] = literal_column("'^[^0-9]{4,}$'")
# What people call an organisation of a kind, next to its name.
_SPOKEN = {
    OrganisationKind.PRACTICE: "GP practice",
    OrganisationKind.PRIMARY_CARE_NETWORK: "PCN primary care network",
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP: "HCP",
    OrganisationKind.INTEGRATED_CARE_BOARD: "ICB",
    OrganisationKind.REGION: "region",
    OrganisationKind.TRUST: "NHS trust",
}
# How good a find is: the same, the beginning of a code or a postcode, the beginning of a name; and at most, words.
_SAME: ColumnElement[Any] = literal_column("1.0")
_CODE: ColumnElement[Any] = literal_column("0.9")
_NAME: ColumnElement[Any] = literal_column("0.8")
_WORDS: ColumnElement[Any] = literal_column("0.7")
_NOTHING: ColumnElement[str] = literal_column("''", Text())
_SPACE: ColumnElement[str] = literal_column("' '", Text())
_DIGITS: ColumnElement[int] = literal_column("4")


def found(_: Any, arguments: Arguments) -> Select[Any]:
    """The finds, numbered from the best: the organisation or the metric of each, its score and what matches."""
    asked, known = _asked(arguments), _known(arguments)
    words = _words_alike(asked, known)
    score, matched = _score(asked, known, words.c.least, words.c.mean)
    scored = (
        select(known.c.organisation_id, known.c.metric_id, known.c.sorted, known.c.until)
        .add_columns(score.label("score"), matched.label("matched"))
        .select_from(known.join(asked, asked.c.compact != _NOTHING).join(words, true()))
        .subquery("scored")
    )
    # An organisation is found once, by the best of its names.
    best = (
        select(scored)
        .where(scored.c.score.is_not(None))
        .ext(distinct_on(scored.c.organisation_id, scored.c.metric_id))
        .order_by(
            scored.c.organisation_id, scored.c.metric_id, scored.c.score.desc(), scored.c.until.desc().nulls_first()
        )
        .subquery("best")
    )
    is_metric = best.c.organisation_id.is_(None)
    key = func.coalesce(best.c.organisation_id, best.c.metric_id)
    place = func.row_number().over(order_by=(best.c.score.desc(), is_metric, best.c.sorted, key))
    return select(
        cast(place, BigInteger).label("id"), best.c.organisation_id, best.c.metric_id, best.c.score, best.c.matched
    )


def _asked(arguments: Arguments) -> FromClause:
    """One row: the text without its spaces, as plain words, and the words."""
    plain = _plain(arguments.short_text("text", LONGEST_TEXT))
    made = select(plain.label("plain"), _compact(plain).label("compact"), _split(plain).label("words"))
    # Worked out once: without the offset, PostgreSQL would put it in each place that uses it.
    return made.offset(literal_column("0")).subquery("asked")


def _known(arguments: Arguments) -> FromClause:
    """Every name that there is, with the code and the postcode that go with it."""
    organisation, former, metric = _organisation.alias(), _past.alias(), _metric.alias()
    listed = (*organisations_listed(None, organisation, arguments).where, *real_ones(organisation, arguments))
    if kind := arguments.term("kind"):
        listed = (*listed, is_kind(kind)(organisation))
    now = _named(organisation.c.name, organisation.c.code, organisation.c.postcode, null(), organisation=organisation)
    then = _named(former.c.name, null(), former.c.postcode, former.c.until, organisation=organisation)
    of_metric = _named(metric.c.name, metric.c.code, null(), null(), metric=metric)
    with_past = organisation.join(former, former.c.organisation_id == organisation.c.id)
    everything = union_all(
        select(*now).where(*listed),
        select(*then).select_from(with_past).where(*listed),
        select(*of_metric).where(*real_ones(metric, arguments), *([false()] if kind else [])),
    ).subquery("named")
    plain = _plain(everything.c.name)
    # With other words, a postcode may be one word or two.
    postcode = (everything.c.postcode, func.replace(everything.c.postcode, _SPACE, _NOTHING))
    texts = (everything.c.name, everything.c.code, *postcode, everything.c.spoken)
    every_word = _plain(func.concat_ws(_SPACE, *texts))
    made = select(
        everything,
        plain.label("plain"),
        _compact(plain).label("compact_name"),
        _compact(_plain(everything.c.code)).label("compact_code"),
        _compact(_plain(everything.c.postcode)).label("compact_postcode"),
        _split(every_word).label("words"),
    )
    return made.offset(literal_column("0")).subquery("known")


def _named(
    name: Any, code: Any, postcode: Any, until: Any, *, organisation: Any = None, metric: Any = None
) -> list[ColumnElement[Any]]:
    """The columns of one name; `sorted` is the name that orders equal finds."""
    of = organisation if metric is None else metric
    return [
        cast(null() if organisation is None else organisation.c.id, BigInteger).label("organisation_id"),
        cast(null() if metric is None else metric.c.id, BigInteger).label("metric_id"),
        func.lower(of.c.name).label("sorted"),
        name.label("name"),
        cast(code, Text).label("code"),
        cast(postcode, Text).label("postcode"),
        cast(until, Date).label("until"),
        (constant("metric") if organisation is None else _spoken(organisation)).label("spoken"),
    ]


def _spoken(organisation: FromClause) -> ColumnElement[Any]:
    return case(*((is_kind(kind)(organisation), constant(words)) for kind, words in _SPOKEN.items()))


def _score(
    asked: FromClause, known: FromClause, least: ColumnElement[Any], mean: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ColumnElement[str]]:
    """How good a find is, null where it is none; and the text that matches."""
    code, postcode = known.c.compact_code, known.c.compact_postcode
    ways = (
        (code == asked.c.compact, _SAME, known.c.code),
        (postcode == asked.c.compact, _SAME, known.c.postcode),
        (known.c.compact_name == asked.c.compact, _SAME, known.c.name),
        (func.starts_with(code, asked.c.compact), _CODE, known.c.code),
        (func.starts_with(postcode, asked.c.compact), _CODE, known.c.postcode),
        (func.starts_with(known.c.plain, asked.c.plain), _NAME, known.c.name),
        (least >= _LEAST_LIKENESS, func.round(_WORDS * mean, _DIGITS), known.c.name),
    )
    score = case(*((holds, cast(worth, Numeric)) for holds, worth, _ in ways))
    return score, case(*((holds, text) for holds, _, text in ways))


def _words_alike(asked: FromClause, known: FromClause) -> FromClause:
    """How alike the words of the text are to their likest words of a name: the least of them, and the mean."""
    word = func.unnest(asked.c.words, type_=Text()).table_valued("text", name="word").render_derived()
    each = func.unnest(known.c.words, type_=Text()).table_valued("text", name="each").render_derived()
    likeness = cast(func.likeness(word.c.text, each.c.text), Numeric)
    near = case(
        (func.starts_with(each.c.text, word.c.text), literal_column("1.0")),
        (word.c.text.regexp_match(_MAY_SLIP), func.round(likeness, _DIGITS)),
        else_=literal_column("0.0"),
    )
    likest = select(func.max(near)).select_from(each).correlate(known, word).scalar_subquery()
    of_word = select(likest.label("likest")).select_from(word).correlate(asked, known).subquery("of_word")
    return select(func.min(of_word.c.likest).label("least"), func.avg(of_word.c.likest).label("mean")).lateral("words")


def _plain(text: ColumnElement[Any]) -> ColumnElement[str]:
    """A text as words of small letters and digits, with single spaces: an apostrophe is nothing, and "&" is "and"."""
    without = func.translate(func.lower(text), literal_column("'''’‘`´ʼ'"), _NOTHING)
    spoken = func.replace(without, literal_column("'&'"), literal_column("' and '"))
    spaced = func.regexp_replace(spoken, literal_column("'[^[:alnum:]]+'"), _SPACE, literal_column("'g'"))
    return func.btrim(spaced)


def _compact(plain: ColumnElement[str]) -> ColumnElement[str]:
    return func.replace(plain, _SPACE, _NOTHING)


def _split(plain: ColumnElement[str]) -> ColumnElement[Any]:
    return func.string_to_array(plain, _SPACE, type_=ARRAY(Text))
