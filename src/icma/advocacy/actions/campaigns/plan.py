"""A campaign is made from a template, written, and sent to a moderator."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.campaigns import notes, power
from icma.advocacy.actions.campaigns.corrections import LEARNED, TEXTS, correct_campaign, may_propose
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.gates import missing
from icma.advocacy.made import made_by
from icma.advocacy.models import Campaign, Indicator, Message, Reach, Tactic
from icma.advocacy.plans import Plan, plan
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions import preparing
from icma.matters.actions.tasks import drop_task, set_task
from icma.matters.models import Matter, Task
from icma.people.models import Authority, Organisation, Place, User

LENGTHS = {"evidence": 3000, "demand": 1000, "fallback": 1000, "decider_post": 160}
PUBLIC = ("evidence", "demand", "decider_post", "decides_on", "level")  # what a moderator has read
MOST_INDICATORS, MOST_TACTICS = 8, 40


@action
def start_campaign(
    *,
    template: str,
    community: Organisation,
    title: str,
    text: str,
    place: Place,
    at: datetime,
    by: User,
    level: str = Campaign.Level.LOCAL,
    authority: Authority | None = None,
    topic: str = "",
    grew_from: list[Matter] | None = None,
    language: str = "az",
) -> Campaign:
    """A campaign in planning, filled from its template; the days of its steps count from `at`, `by` holds them all."""
    if template not in Campaign.Template.values:
        raise Refused(_("Choose what kind of campaign it is."))
    if level not in Campaign.Level.values:
        raise Refused(_("Choose the level: local or central."))
    first = plan(template, language)
    matter = preparing.prepare(
        kind=Matter.Kind.CAMPAIGN, title=title, text=text, place=place, topic=topic or first.topic,
        community=community, authority=authority, grew_from=grew_from, language=language, at=at, by=by,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        matter=matter, template=template, level=level, demand=first.demand, fallback=first.fallback,
    )  # fmt: skip
    _fill_map(campaign, first, authority, at, by)
    _fill_plan(campaign, first, at, by)
    return campaign


def _fill_plan(campaign: Campaign, first: Plan, at: datetime, by: User) -> None:
    today = legal_day(at)
    for kind, days, words in first.tactics:
        until = today + timedelta(days=days)
        add_tactic(campaign=campaign, kind=kind, title=words, until=until, who=by, at=at, by=by)
    set_messages(campaign=campaign, texts=first.messages, at=at, by=by)
    set_indicators(campaign=campaign, rows=[{"label": label} for label in first.indicators], at=at, by=by)
    for kind, words, answer in first.risks:
        notes.add_note(campaign=campaign, kind=kind, text=words, answer=answer, at=at, by=by)


def _fill_map(campaign: Campaign, first: Plan, authority: Authority | None, at: datetime, by: User) -> None:
    made = [
        power.add_stakeholder(
            campaign=campaign, kind=kind, post=post, influence=influence, support=support, at=at, by=by,
            authority=authority if kind == "decider" else None,
        )
        for kind, influence, support, post in first.stakeholders
    ]  # fmt: skip
    Reach.objects.bulk_create(
        [Reach(source=made[a], target=made[b], kind=kind) for a, b, kind in first.reaches]
    )


@action
def write_plan(
    *,
    campaign: Campaign,
    title: str,
    text: str,
    place: Place,
    topic: str,
    authority: Authority | None,
    level: str,
    evidence: str,
    demand: str,
    fallback: str,
    decider_post: str,
    decides_on: date | None,
    at: datetime,
    by: User,
    learned: str | None = None,
) -> None:
    """Problem, evidence, demand, decider. What the public reads changes through a moderator: here only what the team
    alone sees is written at once."""
    values = {
        "evidence": clean_text(evidence), "demand": clean_text(demand), "fallback": clean_text(fallback),
        "decider_post": " ".join(clean_text(decider_post).split()),
    }  # fmt: skip
    for name, most in LENGTHS.items():
        if len(values[name]) > most:
            raise Refused(_("The text is too long."))
    kept = {**values, "decides_on": decides_on, "level": level}
    matter = campaign.matter
    if may_write(campaign):
        preparing.change(
            matter=matter, title=title, text=text, place=place, topic=topic, authority=authority, at=at
        )
    else:
        kept = {name: value for name, value in kept.items() if name not in PUBLIC}
        _propose(campaign, values | {"title": " ".join(title.split()), "text": text}, learned, at, by)
    Campaign.objects.filter(pk=campaign.pk).update(**kept)
    for name, value in kept.items():
        setattr(campaign, name, value)


def _propose(
    campaign: Campaign, values: Mapping[str, str], learned: str | None, at: datetime, by: User
) -> None:
    """Other words than the public ones go to a moderator."""
    if not may_propose(campaign):
        return
    texts = {name: clean_text(values[name]) for name in TEXTS}
    texts |= {} if learned is None else {LEARNED: clean_text(learned)}
    correct_campaign(campaign=campaign, texts=texts, at=at, by=by)


def may_write(campaign: Campaign) -> bool:
    """True while no moderator has read it: what is public changes only through a moderator."""
    return campaign.matter.stage in ("planned", "rejected")


@action
def add_tactic(
    *,
    campaign: Campaign,
    kind: str,
    title: str,
    at: datetime,
    by: User,
    until: date | None = None,
    who: User | None = None,
    who_said: str = "",
) -> Tactic:
    """A step of the plan: a task of the campaign's matter that only its team sees."""
    community = campaign.matter.community
    if kind not in Tactic.Kind.values:
        raise Refused(_("Choose what kind of step it is."))
    if community is None or Tactic.objects.filter(campaign=campaign).count() >= MOST_TACTICS:
        raise Refused(_("No more steps can be added."))
    task = set_task(
        organisation=community, matter=campaign.matter, title=title, until=until, who=who, who_said=who_said,
        at=at, by=by, told=False,
    )  # fmt: skip
    return Tactic.objects.create(task=task, campaign=campaign, kind=kind)


@action
def change_tactic(
    *, tactic: Tactic, kind: str, title: str, until: date | None, who: User | None, who_said: str,
    at: datetime, by: User,
) -> None:  # fmt: skip
    """Another day, owner or wording. Refused when it is done."""
    title, who_said = " ".join(clean_text(title).split()), " ".join(clean_text(who_said).split())
    if not title or len(title) > 160 or len(who_said) > 40 or kind not in Tactic.Kind.values:
        raise Refused(_("Say in at most 160 characters what is to be done."))
    rows = Task.objects.filter(pk=tactic.pk, done_on=None)
    if not rows.update(title=title, until=until, who=who, who_said=who_said):
        raise Refused(_("This step is done already."))
    Tactic.objects.filter(pk=tactic.pk).update(kind=kind)


@action
def link_tactic(*, tactic: Tactic, made: str, at: datetime, by: User) -> None:
    """Name what came of a step: a petition, letter, meeting or question of the same campaign; '' takes it back."""
    if made and made not in {one.key for one in made_by(tactic.campaign)}:
        raise Refused(_("Choose something of this campaign."))
    Tactic.objects.filter(pk=tactic.pk).update(made=made)
    tactic.made = made


@action
def drop_tactic(*, tactic: Tactic, at: datetime, by: User) -> None:
    """A step that is not needed; what was done stays."""
    drop_task(task=tactic.task, at=at, by=by)


@action
def set_messages(*, campaign: Campaign, texts: Mapping[str, str], at: datetime, by: User) -> None:
    """What is said to each audience; an empty text takes the message away."""
    for audience in Message.Audience.values:
        if audience not in texts:
            continue
        text = clean_text(texts[audience]).strip()
        if len(text) > 500:
            raise Refused(_("A message takes 500 characters."))
        rows = Message.objects.filter(campaign=campaign, audience=audience)
        if not text:
            rows.delete()
        elif not rows.update(text=text):
            Message.objects.create(campaign=campaign, audience=audience, text=text)


@action
def set_indicators(*, campaign: Campaign, rows: list[dict[str, Any]], at: datetime, by: User) -> None:
    """The whole list anew: {label, baseline, target, value}. A value that changed was seen today."""
    if len(rows) > MOST_INDICATORS:
        raise Refused(_("Eight indicators are enough."))
    before = {row.label: row for row in Indicator.objects.filter(campaign=campaign)}
    made = []
    for row in rows:
        label = " ".join(clean_text(row["label"]).split())
        if not label or len(label) > 160:
            raise Refused(_("Name the indicator in at most 160 characters."))
        values: dict[str, Decimal | None] = {name: row.get(name) for name in ("baseline", "target", "value")}
        old = before.get(label)
        same = old is not None and old.value == values["value"]
        on = old.on if old and same else legal_day(at) if values["value"] is not None else None
        made.append(Indicator(campaign=campaign, label=label, on=on, **values))
    Indicator.objects.filter(campaign=campaign).delete()
    Indicator.objects.bulk_create(made)


@action
def submit_campaign(*, campaign: Campaign, at: datetime, by: User) -> None:
    """Send it to a moderator. Refused with the first thing that must not be missing."""
    lacks = [gate for gate in missing(campaign) if gate.must]
    if lacks:
        raise Refused(str(lacks[0].words))
    preparing.submit(matter=campaign.matter, at=at, by=by)
    if campaign.stage == "plan":  # after a rejection it runs already
        CAMPAIGN.take(campaign, "start")
