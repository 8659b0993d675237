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
from icma.people.actions.roles import is_officer
from icma.people.models import Change, Milestone, Organisation, Place, Review, User

FIELDS = (
    "kind", "form", "name", "place", "seen", "topics", "aims", "needs", "offers", "public_contact", "mentor",
    "since", "until",
)  # fmt: skip
EDITABLE = ("name", "form", "place", "seen", "topics", "aims", "needs", "offers", "public_contact", "mentor")
WORDS = (
    "name",
    "aims",
    "needs",
    "offers",
    "public_contact",
)  # public with the community, as soon as they are saved
READ = "community.words"  # kind of review: somebody else reads them afterwards
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
def edit_organisation(*, organisation: Organisation, by: User, at: datetime, **values: Any) -> Organisation:
    """Change what is in EDITABLE; the change is logged, and public words that are no officer's are read afterwards."""
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {unknown}")
    before = snapshot(organisation, FIELDS)
    for key, value in values.items():
        setattr(organisation, key, clean_text(value) if isinstance(value, str) else value)
    _name(organisation, organisation.name)
    organisation.save()
    after = snapshot(organisation, FIELDS)
    change = log_change(table="organisation", row=organisation.code, before=before, after=after, by=by, at=at)
    moved = any(before[name] != after[name] for name in (*WORDS, "seen"))
    seen = organisation.seen != Organisation.Seen.UNLISTED
    if change is not None and moved and seen and not is_officer(by, legal_day(at)):
        data = {"changes": [change.pk]}
        ask_review(kind=READ, subject=organisation.code, when="after", by=by, at=at, data=data)
    return organisation


@action
def undo_words(*, review: Review, by: User, at: datetime) -> None:
    """A second person takes the public words of a community back to what they were; later changes of others stay."""
    for change in Change.objects.filter(pk__in=review.data["changes"]):
        row = Organisation.objects.select_for_update(no_key=True).get(code=change.row)
        before = snapshot(row, FIELDS)
        for name in WORDS:
            if getattr(row, name) == change.after[name]:
                setattr(row, name, change.before[name])
        _name(row, row.name)
        row.save()
        log_change(
            table="organisation", row=row.code, before=before, after=snapshot(row, FIELDS), by=by, at=at, why="undone"
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


def _name(row: Organisation, name: str) -> None:
    row.name = " ".join(clean_text(name).split())
    if not 2 <= len(row.name) <= 120:
        raise Refused(_("Write a name of 2 to 120 letters."))
    row.sort_key = sort_text(row.name)
    row.search_text = fold(f"{row.name} {row.place.name_az if row.place else ''}")
