"""From draft to closed: a moderator reads it first, then it is open for its days."""

import json
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from icma.asks.flow import VERSION
from icma.asks.models import Form, Version
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review, User

QUESTIONNAIRE = "questionnaire"  # the kind of review that officers and moderators decide
LONGEST = timedelta(days=366)


@action
def submit(*, version: Version, at: datetime, by: User) -> Version:
    """Put a draft before a moderator."""
    if not version.questions.exists():
        raise Refused(_("There is no question yet."))
    VERSION.take(version, "submit", returned="")
    data = {"title": version.title, "community": version.form.organisation.name}
    ask_review(
        kind=QUESTIONNAIRE, subject=f"form:{version.form.code}", when="before", by=by, at=at, data=data
    )
    return version


def waiting_review(form: Form) -> Review | None:
    """The request to look at this questionnaire that nobody has decided yet."""
    return Review.objects.filter(kind=QUESTIONNAIRE, subject=f"form:{form.code}", verdict="").first()


def mark_of(version: Version) -> str:
    """Changes with every word that is asked, in every language."""
    said = [version.title, version.intro, version.texts]
    rows = version.questions.values_list("order", "kind", "text", "choices", "texts", "is_required")
    return sha256(json.dumps([said, *map(list, rows)], sort_keys=True).encode()).hexdigest()[:16]


@action
def moderate(
    *, version: Version, verdict: str, read: str, words: str = "", at: datetime, by: User
) -> Version:
    """The second person has read it: "agreed", or "refused" with words for those who wrote it.

    `read` is `mark_of` the questions that were read: what was sent anew meanwhile is read first.
    """
    request, words = waiting_review(version.form), " ".join(clean_text(words).split())
    if request is None:
        raise Refused(_("Somebody has already decided this."))
    if verdict != "agreed" and not 3 <= len(words) <= 400:
        raise Refused(_("Say in 3 to 400 letters what should be changed."))
    decide_review(review=request, verdict=verdict, by=by, at=at)
    if verdict == "agreed":
        now = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
        if read != mark_of(now):
            raise Refused(_("The text has changed since you opened it. Read it again, please."))
        VERSION.take(version, "agree")
    else:
        VERSION.take(version, "send_back", returned=words)
    return version


@action
def take_back(*, version: Version, at: datetime, by: User) -> Version:
    """Change once more what a moderator has read; it is read anew."""
    VERSION.take(version, "take_back")
    return version


@action
def open_form(
    *, version: Version, opens_on: date, closes_on: date, wants_code: bool = False, at: datetime, by: User
) -> Version:
    """Ask. The version that was open before ends on the spot; its answers stay its own."""
    today = legal_day(at)
    if not opens_on <= closes_on or closes_on < today or closes_on - today > LONGEST:
        raise Refused(_("Choose a last day after the first, and within a year."))
    if opens_on < today:
        raise Refused(_("The first day lies in the past."))
    form = Form.objects.select_for_update(no_key=True).get(pk=version.form_id)
    for earlier in form.versions.filter(state="open"):
        VERSION.take(earlier, "close", closed_on=today)
    VERSION.take(version, "open", opened_on=opens_on)
    values = {"opens_on": opens_on, "closes_on": closes_on, "wants_code": wants_code}
    Form.objects.filter(pk=form.pk).update(**values)
    for name, value in values.items():
        setattr(version.form, name, value)
    return version


@action
def close_form(*, version: Version, at: datetime, by: User | None) -> Version:
    """No answer is taken any more; sheets on paper that lie there already may still be typed in."""
    VERSION.take(version, "close", closed_on=legal_day(at))
    return version
