"""The union, communities and partners: founded, described, seen as they wish, closed."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.aztext import clean_text, fold, sort_text
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.review import ask_review
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import Milestone, Organisation, Place, Review, User

FIELDS = (
    "kind", "form", "name", "place", "seen", "topics", "aims", "needs", "offers", "public_contact", "mentor",
    "since", "until",
)  # fmt: skip
EDITABLE = ("name", "form", "place", "seen", "topics", "aims", "needs", "offers", "public_contact", "mentor")
WORDS = ("name", "aims", "needs", "offers", "public_contact")  # public with the community, once they are read
READ = "community.words"  # kind of review: a moderator reads them first
# How much a community shows unless it chooses: unregistered groups are not listed at all.
SEEN = {"group": "unlisted", "cbo": "region", "registered": "full"}


@action
def create_organisation(
    *,
    name: str,
    at: datetime,
    by: User | None,
    kind: str = "community",
    form: str = "group",
    place: Place | None = None,
    seen: str | None = None,
    since: date | None = None,
    code: str | None = None,
    **more: Any,
) -> Organisation:
    """Found a community (or the union, a partner). `seen` defaults by form: groups are not listed.

    `more`: topics, aims, needs, offers, public_contact, mentor.
    """
    if kind != Organisation.Kind.COMMUNITY:
        seen = seen or "full"
    row = Organisation(
        code=code or public_code(), kind=kind, form=form, place=place, seen=seen or SEEN[form],
        since=since or legal_day(at), **{key: value for key, value in more.items() if key in EDITABLE},
    )  # fmt: skip
    _name(row, name)
    row.save()
    log_change(table="organisation", row=row.code, before=None, after=snapshot(row, FIELDS), by=by, at=at)
    return row


@action
def edit_organisation(*, organisation: Organisation, by: User, at: datetime, **values: Any) -> bool:
    """Change what is in EDITABLE; the change is logged. True: words of it wait for a moderator, the old ones stand.

    What officers and moderators write is read by writing it, and a community that nobody sees writes as it likes. One
    that comes into sight is seen once its words are read.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {unknown}")
    values = {key: clean_text(value) if isinstance(value, str) else value for key, value in values.items()}
    if "name" in values:
        values["name"] = _line(values["name"])
    before = snapshot(organisation, FIELDS)
    held = {} if reads_for_everybody(by, legal_day(at)) else _held(organisation, values)
    for key, value in values.items():
        if key not in held:
            setattr(organisation, key, value)
    _name(organisation, organisation.name)
    organisation.save()
    after = snapshot(organisation, FIELDS)
    log_change(table="organisation", row=organisation.code, before=before, after=after, by=by, at=at)
    _wait(organisation, held, values, by, at)
    return bool(held)


def _held(row: Organisation, values: dict[str, Any]) -> dict[str, Any]:
    """What of `values` everybody would read, and what of it is new."""
    waiting = waiting_words(row)
    seen = values.get("seen", waiting.get("seen", row.seen))
    if seen == Organisation.Seen.UNLISTED:
        return {}
    wanted = {name: value for name, value in {**waiting, **values}.items() if name in WORDS}
    if row.seen == Organisation.Seen.UNLISTED:
        wanted["seen"] = seen
    return {name: value for name, value in wanted.items() if value != getattr(row, name)}


def waiting_words(row: Organisation) -> dict[str, Any]:
    """What of a community waits for a moderator, by field."""
    asked = Review.objects.filter(kind=READ, subject=row.code, verdict="").order_by("-pk").first()
    return dict(asked.data["values"]) if asked is not None else {}


def _wait(row: Organisation, held: dict[str, Any], given: dict[str, Any], by: User, at: datetime) -> None:
    """A newer wish takes the place of the older one; words that somebody else lets stand go on waiting."""
    waits = Review.objects.filter(kind=READ, subject=row.code, verdict="")
    if held and held != waiting_words(row):
        waits.delete()
        comes = "seen" in held
        data = {
            "name": row.name, "values": held, "was": {name: getattr(row, name) for name in held},
            "all": {name: getattr(row, name) for name in WORDS} if comes else {},
        }  # fmt: skip
        ask_review(kind=READ, subject=row.code, when="before", by=by, at=at, data=data)
    elif not held and given and not reads_for_everybody(by, legal_day(at)):
        waits.delete()


@action
def let_out_words(*, review: Review, by: User, at: datetime) -> None:
    """A moderator has read them: they stand from now on. Stale when what is public was changed meanwhile."""
    row = Organisation.objects.select_for_update(no_key=True).get(code=review.subject)
    before, data = snapshot(row, FIELDS), review.data
    if any(getattr(row, name) != stood for name, stood in {**data["all"], **data["was"]}.items()):
        raise Refused(_("What is public was changed meanwhile. Do not publish this; it can be sent anew."))
    for name, value in data["values"].items():
        setattr(row, name, value)
    _name(row, row.name)
    row.save()
    log_change(
        table="organisation", row=row.code, before=before, after=snapshot(row, FIELDS), by=review.asked_by, at=at
    )  # fmt: skip


@action
def close_organisation(*, organisation: Organisation, until: date, by: User, at: datetime) -> Organisation:
    """The last day of a community; its matters stay, its seats end on the same day."""
    if until > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if organisation.kind == Organisation.Kind.UNION:
        raise Refused(_("The union itself is not closed here."))
    if organisation.until is not None:
        raise Refused(_("It is closed already."))
    if until < organisation.since:
        raise Refused(_("The last day lies before the first."))
    before = snapshot(organisation, FIELDS)
    organisation.until = until
    organisation.save(update_fields=["until"])
    organisation.memberships.filter(until=None).update(until=until + timedelta(days=1))
    after = snapshot(organisation, FIELDS)
    log_change(table="organisation", row=organisation.code, before=before, after=after, by=by, at=at)
    return organisation


@action
def tick_step(*, organisation: Organisation, step: str, on: date, by: User | None) -> Milestone:
    """Tick a step of the founding path; a second tick changes nothing."""
    return Milestone.objects.get_or_create(
        organisation=organisation, step=step, defaults={"on": on, "by": by}
    )[0]


@action
def untick_step(*, organisation: Organisation, step: str) -> int:
    """Take a tick back."""
    return Milestone.objects.filter(organisation=organisation, step=step).delete()[0]


@action
def search_again(*, place: Place) -> None:
    """A place has another name: its organisations are found by that one."""
    for row in Organisation.objects.filter(place=place):
        row.place = place
        _name(row, row.name)
        row.save(update_fields=["search_text"])


def _line(name: str) -> str:
    name = " ".join(clean_text(name).split())
    if not 2 <= len(name) <= 120:
        raise Refused(_("Write a name of 2 to 120 letters."))
    return name


def _name(row: Organisation, name: str) -> None:
    row.name = _line(name)
    row.sort_key = sort_text(row.name)
    row.search_text = fold(f"{row.name} {row.place.name_az if row.place else ''}")
