"""Tasks: who does or brings what, until when. Hands, tools, knowledge, a place; never money."""

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.thread import note
from icma.matters.models import Matter, Task
from icma.people.models import Organisation, User

MOST_TITLE, MOST_WHO = 160, 40


@action
def set_task(
    *,
    organisation: Organisation,
    title: str,
    at: datetime,
    by: User | None,
    matter: Matter | None = None,
    event: str = "",
    kind: str = Task.Kind.DO,
    who: User | None = None,
    who_said: str = "",
    until: date | None = None,
    is_public: bool = False,
) -> Task:
    """Write down what is to be done. `event` is the code of the meeting that decided it, `who_said` a first
    name or a role where the person has no account. Refused: no words, too long, a day that has passed."""
    title, who_said = " ".join(clean_text(title).split()), " ".join(clean_text(who_said).split())
    if not title:
        raise Refused(_("Say what is to be done."))
    if len(title) > MOST_TITLE or len(who_said) > MOST_WHO:
        raise Refused(_("The text is too long."))
    if kind not in Task.Kind.values:
        raise Refused(_("Choose what is needed."))
    if until is not None and until < legal_day(at):
        raise Refused(_("This day has already passed."))
    task = Task.objects.create(
        code=public_code(), organisation=organisation, matter=matter, event=event, kind=kind, title=title, who=who,
        who_said=who_said, until=until, is_public=is_public and matter is not None, created_at=at,
    )  # fmt: skip
    if matter is not None:
        note(matter=matter, verb="task_made", at=at, by=by, visibility=_seen(task), data={"task": task.code})
    return task


@action
def take_task(
    *, task: Task, at: datetime, by: User | None, who: User | None = None, who_said: str = "", until: date | None = None
) -> Task:
    """Somebody says "I can". Of two who take it one wins; the other is told. Refused when the day has passed."""
    who_said = " ".join(clean_text(who_said).split())[:MOST_WHO]
    if who is None and not who_said:
        raise Refused(_("Say who takes it: a first name or a role is enough."))
    if until is not None and until < legal_day(at):
        raise Refused(_("This day has already passed."))
    values = {"who": who, "who_said": who_said} | ({"until": until} if until else {})
    free = Task.objects.filter(pk=task.pk, who=None, who_said="", done_on=None)
    if free.update(**values) != 1:
        raise Stale(_("Somebody has already taken this. Thank you: look whether something else is needed."))
    task.refresh_from_db()
    return task


@action
def finish_task(*, task: Task, on: date, at: datetime, by: User | None) -> Task:
    """Done, on the day `on`. A second press changes nothing."""
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if Task.objects.filter(pk=task.pk, done_on=None).update(done_on=on) == 1 and task.matter is not None:
        note(matter=task.matter, verb="task_done", at=at, on=on, by=by, visibility=_seen(task), data={"task": task.code})
    task.done_on = on
    return task


@action
def drop_task(*, task: Task, at: datetime, by: User | None) -> None:
    """No longer needed. What was done stays."""
    Task.objects.filter(Q(pk=task.pk), done_on=None).delete()


def _seen(task: Task) -> str:
    return "public" if task.is_public else "team"
