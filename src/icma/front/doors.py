"""Where each step of a matter is taken: the flow's buttons on the matter's own page."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from icma.core.access import Who
from icma.matters.calls import REACH, reachable
from icma.matters.models import Matter
from icma.people.models import Organisation


def _at(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.code])


DOORS: dict[str, Callable[[Matter], str]] = {
    "publish": _at("moderate_matter"),
    "reject": _at("moderate_matter"),
    "take_up": _at("take_up"),
    "leave": _at("leave"),
    "hand_back": _at("hand_back"),
    "start_doing": _at("choose_way"),
    "press": _at("choose_way"),
    "close_untaken": _at("close"),
    "close": _at("close"),
    "reopen": _at("reopen"),
    "merge": _at("merge"),
    "split": _at("split"),
}
# What those who lead a matter do besides, while it is in their hands.
TOOLS = (
    ("letter_new", _("Write a letter")),
    ("tasks", _("Say what is needed")),
    ("paper_codes", _("Codes on paper")),
    ("support_sheet", _("Enter a list of supporters")),
    ("by_voice", _("People to be told by voice")),
)
IN_HAND = ("taken", "doing", "pressing", "answered")


def desk(matter: Matter, who: Who) -> list[dict[str, Any]]:
    """For moderators the way to what they do with a public matter: correct, erase words, hide after a notice."""
    if matter.published_at is None or not who.has("moderator", "officer"):
        return []
    return [{"url": reverse("moderate_matter", args=[matter.code]), "label": _("Moderate")}]


# What else may grow from a matter of a community.
GROWN = (
    ("decision_new", _("Watch a decision")),
    ("commitment_new", _("Record a promise")),
    ("initiative_new", _("Begin an initiative")),
)

# What the chosen way asks for first.
MAIN = {"authority": "letter_new", "both": "letter_new", "self": "tasks"}


def _lives(community: Organisation | None) -> bool:
    """Only there something new begins: what a community led that has ended, the union's desk goes on with."""
    return community is not None and community.until is None


def tools(matter: Matter) -> list[dict[str, Any]]:
    """Addresses of the tools; `main` marks the one that the way taken asks for, the first of all."""
    if matter.stage not in IN_HAND:
        return []
    main = MAIN.get(matter.way)
    found = [
        {"url": reverse(name, args=[matter.code]), "label": label, "main": name == main}
        for name, label in (*TOOLS, *([("contact", REACH)] if reachable(matter) else []))
    ]
    if _lives(matter.community) and matter.kind in ("issue", "request"):
        url = f"{reverse('campaign_new', args=[matter.community.code])}?mesele={matter.code}"
        found.append({"url": url, "label": _("Start a campaign"), "main": False})
        for name, label in GROWN:
            url = f"{reverse(name, args=[matter.community.code])}?mesele={matter.code}"
            found.append({"url": url, "label": label, "main": False})
    return sorted(found, key=lambda tool: not tool["main"])
