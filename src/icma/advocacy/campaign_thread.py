"""The thread of a campaign: that of its matter, with what was handed over, what became of its petitions, and one step
a question to many bodies."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _t

from icma.advocacy.models import Campaign, Delivery, MassRow
from icma.core.words import amount
from icma.matters.models import Letter
from icma.matters.story import Story
from icma.matters.threadview import steps_of

Step = dict[str, Any]
NAMES = {
    "title": _t("Name of the campaign"), "text": _t("The problem"), "evidence": _t("Evidence"), "demand": _t("Demand"),
    "decider_post": _t("Post of the person who decides"), "learned": _t("What we have learned"),
}  # fmt: skip


def steps_of_campaign(
    story: Story, campaign: Campaign, deliveries: Iterable[Delivery], petitions: Iterable[dict[str, Any]]
) -> list[Step]:
    """Two queries at most, whatever the number of letters. `petitions`: as the page lists them."""
    beside = [
        *_take_out(story, campaign),
        *(step for one in petitions for step in _petition(one, story.today)),
    ]
    steps = steps_of(story)
    by_letter = {f"l-{row.letter.code}": row for row in deliveries}
    for step in steps:
        row = by_letter.get(str(step.get("id", "")))
        if row is not None and row.letter.direction == "out":
            step["html"] = format_html("{}{}", _handed_over(story.matter.code, row), step.get("html", ""))
    _say_what_changed(story, steps)
    for one in beside:
        place = next((n for n, step in enumerate(steps) if _after(step, one)), len(steps))
        steps.insert(place, one)
    return steps


def _say_what_changed(story: Story, steps: list[Step]) -> None:
    """Which parts a correction changed. Under it stands what was demanded before, unless a moderator erased that."""
    parts = {entry.pk: entry.data["fields"] for entry in story.entries if entry.verb == "corrected"}
    for step in steps:
        if (names := parts.get(step.get("entry"))) and step["state"] != "gone":
            said = ", ".join(str(NAMES[name]) for name in names if name in NAMES)
            before = _("What was demanded before:") if "demand" in names and step.get("html") else ""
            step["body"] = f"{said}. {before}".strip()


def _after(step: Step, one: Step) -> bool:
    """A step from beside stands before what is dated later, and before what has not happened yet."""
    return step["state"] in ("now", "next") or (step.get("on") is not None and step["on"] > one["on"])


def _petition(one: dict[str, Any], today: date) -> Iterator[Step]:
    """From when it could be supported, and with which number it ended."""
    link = format_html('<p><a href="{}">{}</a></p>', one["url"], one["title"])
    if one["opens_on"] and one["opens_on"] <= today:
        yield {
            "state": "done",
            "on": one["opens_on"],
            "title": _("A petition can be supported"),
            "html": link,
        }
    if one["ended_on"]:
        said = _("The petition ended. Confirmed support: %(n)s") % {"n": amount(one["shown"])}
        yield {"state": "done", "on": one["ended_on"], "title": said, "html": link}


def _handed_over(code: str, row: Delivery) -> SafeString:
    many = (
        format_html("{} <strong>{}</strong> ", _("People behind it:"), amount(row.count)) if row.count else ""
    )
    url = reverse("delivery", args=[code, row.letter.code])
    return format_html('<p>{}<a href="{}">{}</a></p>', many, url, _("What was handed over"))


def _take_out(story: Story, campaign: Campaign) -> list[Step]:
    """Letters of a question to many bodies leave the story; what they came to is one step each."""
    rows = MassRow.objects.filter(mass__campaign=campaign.pk).select_related("mass").order_by("mass_id", "pk")
    ours: dict[int, list[Letter]] = {}
    masses = {}
    for row in rows:
        letter = story.letters.pop(row.letter_id, None)
        masses[row.mass_id] = row.mass
        if letter is not None and letter.sent_on:
            ours.setdefault(row.mass_id, []).append(letter)
    if not masses:
        return []
    out = {letter.pk for letters in ours.values() for letter in letters}
    replies = [letter.pk for letter in story.letters.values() if letter.answers and letter.answers.pk in out]
    for pk in replies:
        del story.letters[pk]
    return [_question(story, masses[pk], letters) for pk, letters in ours.items()]


def _question(story: Story, mass: Any, letters: list[Letter]) -> Step:
    answered = sum(letter.stage == "answered" for letter in letters)
    said = _("Asked: %(n)s. Answered: %(m)s.") % {"n": len(letters), "m": answered}
    url = reverse("mass", args=[story.matter.code, mass.code])
    return {
        "state": "done", "on": min(letter.sent_on for letter in letters if letter.sent_on),
        "title": _("One question to many bodies"), "body": mass.subject, "meta": said,
        "html": format_html('<p><a href="{}">{}</a></p>', url, _("Who answered, when and what")),
    }  # fmt: skip
