"""What is counted of a version: one column a closed question, or one a choice where several answers are possible.

All tables of a version are margins of one large table, so that what is published of one question is protected beside
what is published of the others: in each of them the same people stand in the sums.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from icma.asks.kinds import REFUSED, Kind, asked, keys, labels
from icma.asks.models import Answer, Question, Response, Version

EMPTY, YES, NO = "unknown", "yes", "no"
Row = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Column:
    """`choice`: of a question with several answers, the one that this column is about."""

    name: str
    version: Version
    question: Question
    choice: str = ""

    def title(self) -> str:
        text = f"{self.question.order}. {asked(self.question, self.version)}"
        return f"{text} – {labels(self.question, self.version)[self.choice]}" if self.choice else text

    def values(self) -> dict[str, str]:
        """{value: words}, "I do not answer" and the empty field apart."""
        if self.choice:
            found = {YES: _("chosen"), NO: _("not chosen")}
        else:
            found = {key: str(words) for key, words in labels(self.question, self.version).items()}
        return found | {REFUSED: _("I do not answer"), EMPTY: _("left empty")}

    def of(self, given: Sequence[str]) -> str:
        """The value of one sheet, from what it answers to this question."""
        if not given:
            return EMPTY
        if REFUSED in given:
            return REFUSED
        return given[0] if not self.choice else YES if self.choice in given else NO


def columns(version: Version) -> list[Column]:
    """`version` with its questions fetched before."""
    found = []
    for question in version.questions.all():
        if question.kind == Kind.MANY:
            found += [Column(f"q{question.order}_{key}", version, question, key) for key in keys(question)]
        elif question.kind != Kind.TEXT:
            found.append(Column(f"q{question.order}", version, question))
    return found


def rows(version: Version, first: date, last: date) -> Iterator[Row]:
    """Sheets of these days by sex, band, region and every column, counted. Two queries."""
    sheets = Response.objects.filter(version=version, on__range=(first, last))
    given: dict[tuple[int, int], list[str]] = defaultdict(list)
    answers = Answer.objects.filter(response__in=sheets)
    for sheet, question, value in answers.values_list("response", "question", "value"):
        given[sheet, question].append(value)
    wanted, found = columns(version), Counter[tuple[str, ...]]()
    for pk, sex, band, region in sheets.values_list("pk", "sex", "band", "region__code"):
        answered = (column.of(given.get((pk, column.question.pk), ())) for column in wanted)
        found[sex, band, region or EMPTY, *answered] += 1
    yield from found.items()
