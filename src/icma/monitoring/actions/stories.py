"""Stories of most significant change: told, read, chosen for reasons, and told back to the teller."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.tasks import drop_task, finish_task, set_task
from icma.matters.models import Task
from icma.matters.rules_of_moderation import RULES
from icma.monitoring.flow_outcomes import COLLECTION, STORY
from icma.monitoring.models import Choice, Collection, Story
from icma.people.models import Organisation, User

SHORTEST, BACK = 20, timedelta(days=14)
LEVELS = ("community", "region", "union")


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


@action
def open_collection(
    *,
    organisation: Organisation,
    title: str,
    question: str,
    opens_on: date,
    closes_on: date,
    at: datetime,
    by: User,
) -> Collection:
    """A round: one question to everybody, from–to."""
    title, question = _line(title), _line(question)
    if len(title) < 3 or len(question) < SHORTEST:
        raise Refused(_("Give the round a title, and ask one question in a whole sentence."))
    if closes_on < opens_on:
        raise Refused(_("The last day lies before the first."))
    return Collection.objects.create(
        code=public_code(), organisation=organisation, title=title, question=question, opens_on=opens_on,
        closes_on=closes_on, at=at, by=by,
    )  # fmt: skip


@action
def tell_story(
    *, collection: Collection, organisation: Organisation, domain: str, title: str, text: str, teller: str,
    on: date, agreed: bool, at: datetime, by: User, **more: Any,
) -> Story:  # fmt: skip
    """Write down what somebody told. `more`: matters, language, english. Only with `agreed` can it become public."""
    if not Collection.objects.filter(pk=collection.pk, stage="open").exists():
        raise Stale(_("The round is closed."))
    if not collection.opens_on <= on <= min(legal_day(at), collection.closes_on):
        raise Refused(_("Enter the day on which it was told: within the round, and not ahead."))
    text = clean_text(text).strip()
    if len(text) < 2 * SHORTEST:
        raise Refused(_("Tell it whole: what was before, what happened, what is different now."))
    return Story.objects.create(
        code=public_code(), collection=collection, organisation=organisation, domain=domain, title=_line(title),
        text=text, teller=_line(teller)[:40], on=on, agreed=agreed, at=at, by=by,
        **{name: clean_text(value).strip() for name, value in more.items()},
    )  # fmt: skip


@action
def publish_story(*, story: Story, at: datetime, by: User, seen: int | None = None) -> None:
    """A moderator has read it, with the reasons of choice that are there: later ones are read anew.

    Never without the teller's word, never by one who wrote what is read. `seen`: how many choices the page showed.
    """
    _locked(story)
    if seen is not None and story.choices.count() != seen:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    _read(story, by)
    if not story.agreed:
        raise Refused(_("The teller has not agreed that everybody may read it."))
    STORY.take(story, "publish", public_at=at, rule="")


@action
def keep_story(*, story: Story, rule: str, at: datetime, by: User) -> None:
    """Not for everybody; it can still be chosen."""
    _read(story, by)
    if rule and rule not in RULES:
        raise Refused(_("Choose the rule that it does not keep."))
    if not rule and story.agreed:
        raise Refused(_("Choose the rule that it does not keep."))
    STORY.take(story, "keep", rule=rule, public_at=None)


def is_writer(story: Story, user: User) -> bool:
    """Has this person written what a moderator is to read: the story, or once it is public the new reasons?"""
    if story.stage == "public":
        return unread_choices(story).filter(by=user).exists()
    return story.by_id == user.pk


def _read(story: Story, by: User) -> None:
    if is_writer(story, by):
        raise Refused(_("You have written it yourself: somebody else reads it."))


@action
def withdraw_story(*, story: Story, at: datetime, by: User) -> None:
    """The teller takes it back: words and name go, what was chosen and why stays without them."""
    Choice.objects.filter(story=story).update(scope=story.code)  # its place is free for another story
    for task in _tasks(story):
        drop_task(task=task, at=at, by=by)
    STORY.take(
        story, "withdraw", title=_("a story that was taken back"), text="", matters="", teller="", english="",
        agreed=False, public_at=None,
    )  # fmt: skip


# --- choosing --------------------------------------------------------------------------------------
def may_stand(story: Story, level: str) -> bool:
    """At the first level every story; above only what the level below has chosen."""
    at = LEVELS.index(level)
    return at == 0 or Choice.objects.filter(story=story, level=LEVELS[at - 1]).exists()


def _spot(story: Story, level: str) -> dict[str, Any]:
    """Where one story can be chosen; at the first level each community has its own."""
    scope = story.organisation.code if level == "community" else ""
    return {"collection": story.collection, "level": level, "scope": scope, "domain": story.domain}


def open_levels(story: Story) -> list[str]:
    """Where this story can be chosen now."""
    if story.stage == "withdrawn" or story.collection.stage != "open":
        return []
    free = (one for one in LEVELS if not Choice.objects.filter(**_spot(story, one)).exists())
    return [one for one in free if may_stand(story, one)]


def unread_choices(story: Story) -> QuerySet[Choice]:
    """Whose reasons no moderator has read: they came after the story was published."""
    return story.choices.filter(at__gt=story.public_at) if story.public_at else story.choices.all()


def _locked(story: Story) -> Story:
    """As it is now; publishing and choosing wait for each other."""
    return Story.objects.select_for_update(no_key=True).get(pk=story.pk)


def _tasks(story: Story) -> QuerySet[Task]:
    return Task.objects.filter(event=story.code, organisation=story.organisation_id, done_on=None)


@action
def choose(
    *, story: Story, level: str, reasons: str, deciders: str, on: date, at: datetime, by: User
) -> Choice:
    """At this level, among the stories of its domain, this one; with the reasons. The teller is to be told.

    One a level and domain (at the first level: and community). Refused without reasons.
    """
    reasons, deciders = clean_text(reasons).strip(), _line(deciders)
    if level not in LEVELS:
        raise ValueError(level)
    if len(reasons) < SHORTEST:
        raise Refused(_("Write down why this one: the reasons are what is learned from it (at least 20 characters)."))  # fmt: skip
    if not deciders or len(deciders) > 120:
        raise Refused(_("Say who chose: how many, in which role."))
    if on > legal_day(at):
        raise Refused(_("This day lies ahead. Enter the day on which it was chosen."))
    if story.stage == "withdrawn" or not may_stand(story, level):
        raise Refused(_("Only a story that the level below has chosen can be chosen here."))
    if not Collection.objects.filter(pk=story.collection_id, stage="open").exists():
        raise Stale(_("The round is closed."))
    read = _locked(story).public_at
    if read is not None and read > at:  # these reasons would pass for read
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    spot = _spot(story, level)
    if Choice.objects.filter(**spot).exists():
        raise Refused(_("Here a story was chosen already."))
    made = Choice.objects.create(story=story, reasons=reasons, deciders=deciders, on=on, at=at, by=by, **spot)
    Story.objects.filter(pk=story.pk).update(told_on=None, told_by=None)
    for task in _tasks(story):  # who was not told yet of a level below is told of both at once
        drop_task(task=task, at=at, by=by)
    # The task names the round, not the story: when the teller takes it back, no word of it stays behind.
    about = f"{story.collection.title[:80]}, {story.get_domain_display()}"
    set_task(
        organisation=story.organisation, title=_("Tell the teller what was chosen, and why: %(title)s") % {"title": about},
        at=at, by=by, event=story.code, until=legal_day(at) + BACK, told=False,
    )  # fmt: skip
    return made


@action
def tell_back(*, story: Story, on: date, at: datetime, by: User, agreed: bool = False) -> None:
    """The teller knows what was chosen and why; `agreed`: and now lets everybody read it, so a moderator reads it anew."""
    if not story.choices.exists():
        raise Refused(_("Nothing was chosen yet that could be told."))
    if on > legal_day(at):
        raise Refused(_("This day lies ahead. Enter the day on which it was told."))
    if story.choices.filter(on__gt=on).exists():
        raise Refused(_("It was chosen after this day. Enter the day on which the teller was told."))
    for task in _tasks(story):
        finish_task(task=task, on=on, at=at, by=by)
    Story.objects.filter(pk=story.pk).update(told_on=on, told_by=by)
    story.told_on, story.told_by = on, by
    if agreed and not story.agreed and not story.rule:
        STORY.take(story, "agree", agreed=True)


def untold(collection: Collection) -> int:
    """How many chosen stories whose tellers were not told."""
    rows = Story.objects.filter(collection=collection, told_on=None, choices__isnull=False)
    return rows.exclude(stage="withdrawn").distinct().count()


@action
def close_collection(*, collection: Collection, at: datetime, by: User) -> None:
    """The round ends when each teller of a chosen story has been told."""
    if n := untold(collection):
        raise Refused(_("Tellers who were not told yet: %(n)s. Then the round can be closed.") % {"n": n})
    COLLECTION.take(collection, "close")
