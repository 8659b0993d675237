"""Stories of most significant change: rounds, stories, choices with their reasons, told back."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.access import Who, allowed, may
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.core.words import capital
from icma.matters.rules_of_moderation import RULES
from icma.matters.views.steps import press, step
from icma.monitoring.actions import stories as actions
from icma.monitoring.forms.outcomes import (
    BackForm,
    ChoiceForm,
    CodeChoice,
    CollectionForm,
    StoryForm,
    VersionForm,
)
from icma.monitoring.models import Choice, Collection, Story
from icma.people.models import Organisation

OF = ("organisation", "collection", "collection__organisation", "by", "told_by")
FORM, MOST = "monitoring/told_form.html", 200


@holds("coordinator", "officer")
def collections(request: HttpRequest) -> HttpResponse:
    """Rounds, the open ones first; who leads the union opens a new one."""
    at = timezone.now()
    rows = allowed(Collection.objects.all(), request.who, "view", at).order_by("-stage", "-opens_on")
    led = allowed(Organisation.objects.exclude(kind="partner").filter(until=None), request.who, "lead", at)
    mine = led.filter(kind="community", pk__in=request.who.organisations("coordinator"))
    union = led.filter(kind="union").first() if request.who.has("officer") else None
    return render(request, "monitoring/collections.html", {"rows": rows[:50], "mine": mine, "union": union})


@can("lead", Organisation)
def collection_new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    at, form = (
        timezone.now(),
        CollectionForm(request.POST or None, initial={"opens_on": legal_day(timezone.now())}),
    )

    def do() -> None:
        actions.open_collection(organisation=organisation, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"round:{organisation.code}", do, reverse("collections"), at, FORM, organisation=organisation,
        title=_("A new round of stories"), button=_("Open the round"),
        lead=_("People tell what changed most for them; communities, then the union, choose, write down why, and tell the tellers."),
    )  # fmt: skip


@can("view", Collection, select=("organisation",))
def collection(request: HttpRequest, collection: Collection) -> HttpResponse:
    """Its stories, with what was chosen at each level and why; of other communities what a moderator has published."""
    at, who = timezone.now(), request.who
    rows = Story.objects.filter(collection=collection).exclude(stage="withdrawn")
    seen = allowed(rows, who, "view", at)
    chosen = Choice.objects.filter(collection=collection, story__in=seen).select_related(
        "story__organisation"
    )
    leads = may(who, "lead", collection, at)
    return render(request, "monitoring/collection.html", {
        "collection": collection, "leads": leads, "own": set(who.organisations("coordinator", "member")),
        "stories": seen.select_related("organisation").order_by("domain", "-on")[:MOST], "all": who.has("officer", "moderator"),
        "chosen": chosen.order_by("at"), "hidden": rows.count() - seen.count(),
        "untold": actions.untold(collection) if leads else 0,
    })  # fmt: skip


@can("lead", Collection)
def collection_close(request: HttpRequest, collection: Collection) -> HttpResponse:
    at = timezone.now()
    back = reverse("collection", args=[collection.code])
    return press(request, f"close:{collection.code}", lambda: actions.close_collection(collection=collection, at=at, by=request.user), back, at)  # fmt: skip


def rounds_of(who: Who, at: datetime) -> QuerySet[Collection]:
    """Rounds that take stories today, the newest first."""
    today = legal_day(at)
    rows = Collection.objects.filter(stage="open", opens_on__lte=today, closes_on__gte=today)
    return allowed(rows, who, "view", at).order_by("-opens_on")


@can("lead", Organisation)
def story_new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    at = timezone.now()
    rounds = rounds_of(request.who, at)
    form = StoryForm(request.POST or None, initial={"on": legal_day(at), "language": get_language()})
    form.fields["collection"] = CodeChoice(
        rounds, lambda c: f"{c.title}: {c.question}", label=_("Round"), initial=rounds.first()
    )
    form.fields["collection"].required, form.fields["collection"].empty_label = True, None
    form.order_fields(["collection"])

    def do() -> None:
        actions.tell_story(organisation=organisation, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"story:{organisation.code}", do, reverse("results_of", args=[organisation.code]), at, FORM,
        organisation=organisation, title=_("Write down a story"), button=_("Send"),
        lead=_("What changed most, in the words of the one who tells it. A moderator reads it before anybody else does."),
    )  # fmt: skip


@can("view", Story, select=OF)
def story(request: HttpRequest, story: Story) -> HttpResponse:
    at, who = timezone.now(), request.who
    inside = request.user.is_authenticated and may(who, "team", story, at)
    moderates = request.user.is_authenticated and may(who, "moderate", story, at)
    leads = inside and may(who, "lead", story, at)
    choices = list(story.choices.order_by("at"))
    for one in choices:
        one.heading = capital(one.get_level_display())
        one.is_read = inside or moderates or (story.public_at is not None and one.at <= story.public_at)
    return render(request, "monitoring/story.html", {
        "story": story, "inside": inside, "leads": leads,
        "choices": choices, "rule": RULES.get(story.rule),
        "moderates": moderates, "levels": levels_for(who, story, at) if leads else [],
        "community": story.organisation if inside or story.organisation.seen == "full" else None,
    })  # fmt: skip


def levels_for(who: Who, story: Story, at: datetime) -> list[str]:
    """Where this person may choose this story now."""
    above = may(who, "lead", story.collection, at)
    return [one for one in actions.open_levels(story) if above or one == "community"]


@can("lead", Story, select=OF)
def story_choose(request: HttpRequest, story: Story) -> HttpResponse:
    """At the community's level by the community; above it by those who lead the round."""
    at, form = timezone.now(), ChoiceForm(request.POST or None, initial={"on": legal_day(timezone.now())})
    free = levels_for(request.who, story, at)
    levels = [row for row in Choice.Level.choices if row[0] in free]
    form.fields["level"].choices = levels
    form.fields["level"].initial = levels[0][0] if len(levels) == 1 else None

    def do() -> None:
        actions.choose(story=story, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"choose:{story.code}", do, reverse("story", args=[story.code]), at, FORM, title=_("Choose this story"),
        button=_("Keep the choice and the reasons"), organisation=story.organisation, lead=story.title,
    )  # fmt: skip


@can("lead", Story, select=OF)
def story_back(request: HttpRequest, story: Story) -> HttpResponse:
    at, form = timezone.now(), BackForm(request.POST or None, initial={"on": legal_day(timezone.now())})
    if story.agreed or story.rule:
        del form.fields["agreed"]

    def do() -> None:
        actions.tell_back(story=story, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"back:{story.code}", do, reverse("story", args=[story.code]), at, FORM,
        title=_("The teller was told"), button=_("Keep"), organisation=story.organisation,
        lead=_("Which story was chosen, at which level, and why."),
    )  # fmt: skip


@can("lead", Story)
def story_withdraw(request: HttpRequest, story: Story) -> HttpResponse:
    at = timezone.now()
    back = reverse("story", args=[story.code])
    return press(request, f"withdraw:{story.code}", lambda: actions.withdraw_story(story=story, at=at, by=request.user), back, at)  # fmt: skip


@can("moderate", Story, select=OF)
def story_decide(request: HttpRequest, story: Story) -> HttpResponse:
    at = timezone.now()
    form = VersionForm(request.POST or None, initial={"version": story.choices.count()})

    def do() -> None:
        given: dict[str, Any] = {"story": story, "at": at, "by": request.user}
        if request.POST.get("do") == "publish":
            actions.publish_story(seen=form.cleaned_data["version"], **given)
        else:
            actions.keep_story(rule=form.cleaned_data["rule"], **given)

    return step(
        request, form, f"decide:{story.code}", do, reverse("story", args=[story.code]), at, "monitoring/told_decide.html",
        title=story.title, story=story, own=actions.is_writer(story, request.user), thanks=_("It is decided."),
    )  # fmt: skip
