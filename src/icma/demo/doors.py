"""The demo's doors: whom one may be, what that person does here, and what to try first."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from icma.demo.cast import BY_KEY

KEPT = "numune.json"  # in ICMA_HOME: codes that a visitor may try; the database knows their hashes alone


@dataclass(frozen=True)
class Door:
    """`key` of the cast; `to` is the url name that opens behind the door."""

    key: str
    title: Any
    who: Any
    first: Any
    to: str = "mine"

    @property
    def name(self) -> str:
        return BY_KEY[self.key].pseudonym


DOORS = (
    Door(
        "coordinator", _("Coordinator of a community"),
        _("Leads the community of Göyçay: takes matters up, writes letters, enters answers, holds meetings."),
        _("Look at what is due: one term ends within days, one letter has no record of an answer, an answer was "
          "only formal."),
    ),
    Door(
        "officer", _("Officer of the union"),
        _("One of five who look after every community, the directory and the places without a community."),
        _("Open the Monday page and print it. Then look at the desk: Astara has no community."),
    ),
    Door(
        "moderator", _("Moderator"),
        _("Reads what people wrote before anybody else sees it, and cites the rule when something is not published."),
        _("Two texts and a call are waiting. Publish one, then look for it on the list of matters."),
    ),
    Door(
        "official", _("Official of an authority"),
        _("Works in the water office of Göyçay and sees every letter to it, with number and date."),
        _("Answer a letter, or say “we have answered”: lateness is hidden while we look."), "official",
    ),
    Door(
        "advocate", _("Advocate"),
        _("Confirms or corrects the terms of law; only then may a letter say that a term was broken."),
        _("Open a term of law that nobody has confirmed and check its three examples."), "law_rules",
    ),
    Door(
        "lawyer", _("Lawyer"),
        _("Helps with letters and knows the law; only an advocate may confirm its terms."),
        _("Compare a confirmed and an unconfirmed term, then propose a change of the directory."),
    ),
    Door(
        "resident", _("Resident with an account"),
        _("Follows matters and gets news by mail; supports without showing a name."),
        _("Support a matter, follow it, then read what is kept about you and who has looked."),
    ),
    Door(
        "officer2", _("The second officer"),
        _("Nobody decides alone: directory, roles and rules are looked over by a second person."),
        _("Open “To review” and agree to a change, or undo it."), "reviews",
    ),
    Door(
        "moderator2", _("The second moderator"),
        _("A scan with covered names becomes public only when a second person has looked at it."),
        _("Open “To review”: a redacted answer is waiting."), "reviews",
    ),
    Door(
        "researcher", _("Researcher"),
        _("Works with what anyone may see: lists as CSV, feeds and the API. Persons never appear in them."),
        _("Take the table of letters and compare the authorities."), "data",
    ),
)  # fmt: skip
BY_NAME = {door.key: door for door in DOORS}


def to_try() -> dict[str, str]:
    """{"code": return code of a matter, "official": one-time code}; empty when the build left none."""
    try:
        return json.loads((settings.HOME / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def keep_to_try(codes: dict[str, str]) -> None:
    """Leave codes for visitors; the demo's matters are invented, so nothing secret is told."""
    (settings.HOME / KEPT).write_text(json.dumps(codes), encoding="utf-8")
