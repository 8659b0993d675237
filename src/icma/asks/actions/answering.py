"""Taking an answer, from a screen or a sheet of paper, so that no way leads back to whoever gave it.

Nothing of the request comes in here: no account, no address, no hour. Row numbers are random. What was written in own
words goes into a table that knows its question alone. A form's key is kept with the day only, a code without even that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from icma.asks.kinds import REFUSED, Kind, keys
from icma.asks.models import Answer, Batch, Form, Question, Response, Sheet, TextAnswer, Version, number
from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day, moment
from icma.engines.aztext import clean_text
from icma.matters.bands import AgeBand, Channel, Sex
from icma.people.models import Place, User

PURPOSE = "ask"
MOST_CODES, MOST_SHEETS, LONGEST_TEXT = 40, 500, 2000
LATE = 60  # days after the end in which sheets may still be typed in


@dataclass(frozen=True)
class Given:
    """What stands on one sheet: numbers of questions → values, or own words (None: "I do not answer")."""

    chosen: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    said: Mapping[int, str | None] = field(default_factory=dict)
    sex: str = Sex.UNKNOWN
    band: str = AgeBand.UNKNOWN
    region: Place | None = None
    language: str = "az"


def asking(form: Form, on: date) -> Version | None:
    """The version that may be answered on this day, if any."""
    if form.opens_on is None or form.closes_on is None or not form.opens_on <= on <= form.closes_on:
        return None
    return form.versions.filter(state="open").first()


def changed() -> str:
    return _("The questions have changed since you opened this page. Look at every answer and send it again.")


def typed_still(form: Form, on: date) -> list[Version]:
    """Versions whose sheets on paper may still be typed in, the newest first."""
    asked = form.versions.filter(state__in=("open", "closed")).order_by("-number")
    return [version for version in asked if _is_still(version, on)]


@action
def answer(*, form: Form, given: Given, at: datetime, code: str = "", read: Version | None = None) -> None:
    """One answered questionnaire from a screen. Of `at` only the day is used; a paper code is spent, not linked.

    `read`: the version whose questions were answered. Refused when another one has been opened meanwhile.
    """
    on = legal_day(at)
    version = asking(form, on)
    if version is None:
        raise Refused(_("This questionnaire takes no answers now."))
    if read is not None and read.pk != version.pk:
        raise Refused(changed())
    if form.wants_code:
        _spend(form, code, on)
    _lay(version, given, Channel.WEB, on)


@action
def enter_sheet(*, batch: Batch, sheet: int, given: Given, at: datetime, by: User) -> None:
    """One sheet of paper. Refused when its number was typed in before, or the pile is through."""
    version, on = Version.objects.select_for_update(no_key=True).get(pk=batch.version_id), legal_day(at)
    _still(version, on)
    if not 1 <= sheet <= 999_999:
        raise Refused(_("Write the number that stands on the sheet."))
    if Sheet.objects.filter(version=version, number=sheet).exists():
        raise Refused(_("A sheet with this number was typed in before. Take the next one."))
    if batch.sheets.count() >= batch.total:
        raise Refused(
            _("All sheets that were counted are typed in. If there are more, count the pile again.")
        )
    Sheet.objects.create(version=version, batch=batch, number=sheet)
    _lay(version, given, Channel.PAPER, on)


@action
def count_pile(*, version: Version, name: str, total: int, at: datetime, by: User) -> Batch:
    """A pile of sheets, counted before the first is typed in."""
    name, on = " ".join(clean_text(name).split()), legal_day(at)
    Form.objects.select_for_update(no_key=True).get(pk=version.form_id)
    _still(Version.objects.get(pk=version.pk), on)
    if not 2 <= len(name) <= 80:
        raise Refused(_("Write in 2 to 80 letters where the sheets come from, without names of people."))
    _sane(total)
    piles = Batch.objects.filter(version__form=version.form_id)  # one row of numbers for all versions
    n = (piles.aggregate(last=Max("number"))["last"] or 0) + 1
    return Batch.objects.create(version=version, number=n, name=name, total=total, on=on, by=by)


@action
def count_again(*, batch: Batch, total: int, at: datetime, by: User) -> Batch:
    """The pile has another number of sheets than was counted at first."""
    _sane(total)
    if total < batch.sheets.count():
        raise Refused(_("More sheets than that are typed in already."))
    Batch.objects.filter(pk=batch.pk).update(total=total)
    batch.total = total
    return batch


@action
def issue_codes(*, form: Form, n: int, at: datetime, by: User) -> list[str]:
    """Codes to cut out, shown once. Which code gave which answer is known to nobody: a code is only marked as used."""
    if not form.wants_code or form.closes_on is None or form.closes_on < legal_day(at):
        raise Refused(_("This questionnaire does not ask for codes."))
    if not 1 <= n <= MOST_CODES:
        raise Refused(_("Between 1 and 40 codes can be made at a time."))
    days = (form.closes_on - legal_day(at)).days + 1
    return [codes.issue(purpose=PURPOSE, subject=f"form:{form.code}", at=at, days=days) for _n in range(n)]


def _spend(form: Form, text: str, on: date) -> None:
    """Spent, and nothing of when: beside the day of an answer its own day would lead from the slip to the sheet."""
    found = codes.find(text, PURPOSE, moment(on, 0)) if text else None
    if found is None or found.subject != f"form:{form.code}" or found.used_at is not None:
        raise Refused(_("This code is wrong or was used before."))
    assert form.closes_on is not None  # it is open
    if not codes.use(code=found, at=moment(form.closes_on, 0)):
        raise Refused(_("This code is wrong or was used before."))


def _sane(total: int) -> None:
    if not 1 <= total <= MOST_SHEETS:
        raise Refused(_("A pile has 1 to 500 sheets."))


def _is_still(version: Version, on: date) -> bool:
    late = version.closed_on is not None and (on - version.closed_on).days > LATE
    return version.state in ("open", "closed") and not late


def _still(version: Version, on: date) -> None:
    if not _is_still(version, on):
        raise Refused(_("Sheets of this questionnaire are no longer typed in."))


def _lay(version: Version, given: Given, channel: str, on: date) -> None:
    """Check the sheet against the questions and lay it down, the words apart from the rest.

    On paper nobody could be told that an answer is asked for: what is empty there stays empty.
    """
    strict = channel != Channel.PAPER
    if given.sex not in Sex.values or given.band not in AgeBand.values:
        raise ValueError("no such band")  # nobody under 14 has one
    if given.region is not None and given.region.kind != Place.Kind.REGION:
        raise ValueError("a region, nothing finer")
    rows, words = [], []
    response = Response(
        pk=number(),
        version=version,
        on=on,
        channel=channel,
        sex=given.sex,
        band=given.band,
        region=given.region,
    )
    for question in version.questions.all():
        if question.kind == Kind.TEXT:
            words += _words(question, given, strict)
        else:
            rows += [
                Answer(pk=number(), response=response, question=question, value=value)
                for value in _values(question, given, strict)
            ]
    if not rows and not words:
        raise Refused(_("Answer at least one question, or leave the page: nothing is kept then."))
    Response.objects.bulk_create([response])
    Answer.objects.bulk_create(rows)
    TextAnswer.objects.bulk_create(words)


def _values(question: Question, given: Given, strict: bool) -> list[str]:
    values = list(dict.fromkeys(given.chosen.get(question.order, ())))
    if any(value not in (*keys(question), REFUSED) for value in values):
        raise ValueError(f"no such answer: {question.order}")
    if len(values) > 1 and (question.kind != Kind.MANY or REFUSED in values):
        raise ValueError(f"more than one answer: {question.order}")
    if question.is_required and not values and strict:
        raise Refused(_("Question %(n)s: choose an answer, or “I do not answer”.") % {"n": question.order})
    return values


def _words(question: Question, given: Given, strict: bool) -> list[TextAnswer]:
    if question.order not in given.said:
        if question.is_required and strict:
            raise Refused(
                _("Question %(n)s: choose an answer, or “I do not answer”.") % {"n": question.order}
            )
        return []
    said = given.said[question.order]
    text = clean_text(said or "")[:LONGEST_TEXT]
    if said is not None and not text:
        return []
    return [
        TextAnswer(
            pk=number(), question=question, text=text, is_refused=said is None, language=given.language[:2]
        )
    ]
