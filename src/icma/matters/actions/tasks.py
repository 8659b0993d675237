"""Who does what until when: hands, tools, knowledge, a place. No money, not even for materials."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.thread import note
from icma.matters.models import Matter, Task
from icma.people.actions.review import ask_review
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import Organisation, Review, User

READ = "task.words"  # kind of review: a moderator reads it first
FURTHEST = timedelta(days=3 * 366)


@action
def set_task(
    *,
    organisation: Organisation,
    title: str,
    at: datetime,
    by: User | None,
    kind: str = Task.Kind.DO,
    matter: Matter | None = None,
    event: str = "",
    who: User | None = None,
    who_said: str = "",
    until: date | None = None,
    is_public: bool = False,
    told: bool = True,
) -> Task:
    """Something to be done or brought. `is_public`: a need on the matter's page that anyone may take.

    The team sees it at once, everybody once a moderator has read it; what officers and moderators write has been read
    by writing it. `told` False: the thread says nothing of it (a plan has many steps).
    """
    title, who_said = _line(title), _line(who_said)
    if not title:
        raise Refused(_("Say what is to be done or brought."))
    if len(title) > 160 or len(who_said) > 40:
        raise Refused(_("The text is too long. What takes 160 characters, who 40."))
    if kind not in Task.Kind.values:
        raise Refused(_("Choose what is needed: hands, tools, knowledge or a place."))
    if until is not None and until > legal_day(at) + FURTHEST:
        raise Refused(_("This date is too far away. Check the year."))
    wish = is_public and matter is not None
    waits = wish and by is not None and not reads_for_everybody(by, legal_day(at))
    task = Task.objects.create(
        code=public_code(), organisation=organisation, matter=matter, event=event, kind=kind, title=title, who=who,
        who_said=who_said, until=until, is_public=wish and not waits, created_at=at,
    )  # fmt: skip
    if waits and matter is not None and by is not None:
        data = {"matter": matter.code, "title": title, "told": told}
        ask_review(kind=READ, subject=task.code, when="before", by=by, at=at, data=data)
    elif matter is not None and told:
        _note(task, "task_made", at, by, legal_day(at))
    return task


@action
def let_out(*, review: Review, by: User, at: datetime) -> None:
    """A moderator has read it: a need on the matter's page from now on, and a step of its thread."""
    task = Task.objects.select_related("matter").filter(code=review.subject, done_on=None).first()
    if task is None or task.matter is None:
        raise Stale(_("This is done already."))
    task.is_public = True
    task.save(update_fields=["is_public"])
    if review.data["told"]:
        _note(task, "task_made", at, review.asked_by, legal_day(task.created_at))


def _note(task: Task, verb: str, at: datetime, by: User | None, on: date) -> None:
    seen = "public" if task.is_public else "team"
    assert task.matter is not None
    note(matter=task.matter, verb=verb, at=at, by=by, on=on, visibility=seen, data={"task": task.code})


def with_reading(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with `waits` (a moderator has still to read it) and `refused` (it stays with the community)."""
    asked = Review.objects.filter(kind=READ, subject=OuterRef("code"))
    return rows.annotate(
        waits=Exists(asked.filter(verdict="")), refused=Exists(asked.filter(verdict="refused"))
    )


def _read_no_more(task: Task) -> None:
    Review.objects.filter(kind=READ, subject=task.code, verdict="").delete()


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


@action
def take_task(
    *, task: Task, at: datetime, by: User | None = None, who_said: str = "", until: date | None = None
) -> None:
    """Somebody takes it: an account, or a first name that the coordinator enters. The second one gets Stale."""
    who_said = _line(who_said)[:40]
    if by is None and not who_said:
        raise Refused(_("Say who takes it: a first name or a role is enough."))
    if until is not None and not legal_day(at) <= until <= legal_day(at) + FURTHEST:
        raise Refused(_("Choose a day from today on."))
    free = Task.objects.filter(pk=task.pk, who=None, who_said="", done_on=None)
    values = {"who": by, "who_said": who_said} | ({"until": until} if until else {})
    if free.update(**values) != 1:
        raise Stale(_("Somebody has taken this already. Thank you: look whether something else is needed."))


@action
def give_back(*, task: Task, at: datetime, by: User) -> None:
    """Whoever took it cannot do it after all."""
    Task.objects.filter(pk=task.pk, done_on=None).update(who=None, who_said="")


@action
def drop_task(*, task: Task, at: datetime, by: User) -> None:
    """No longer needed; what was done stays."""
    if Task.objects.filter(pk=task.pk, done_on=None).delete()[0] == 0:
        raise Stale(_("This is done already."))
    _read_no_more(task)


@action
def finish_task(*, task: Task, on: date, at: datetime, by: User | None) -> None:
    """Done on the day `on`. Stale when it was done already."""
    if on > legal_day(at):
        raise Refused(_("This day lies ahead. Enter the day on which it was done."))
    if Task.objects.filter(pk=task.pk, done_on=None).update(done_on=on) != 1:
        raise Stale(_("This is done already."))
    task.refresh_from_db(fields=["done_on", "is_public"])
    _read_no_more(task)
    if task.matter is not None:
        _note(task, "task_done", at, by, on)
