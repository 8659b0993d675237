"""What is public changes only through a moderator: a correction waits, and the old text stands until it is decided."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.acts import act_of
from icma.matters.actions.moderation import PROPOSALS, all_seen
from icma.matters.actions.own_terms import MODERATE, promise
from icma.matters.actions.thread import erase_words, note
from icma.matters.bands import Doing
from icma.matters.models import Matter, Words
from icma.matters.rules_of_moderation import RULES
from icma.matters.similar import search_text_of
from icma.people.models import User

LONGEST = 5000
OURS = ("title", "text")  # of the matter itself; what else there is stands in a table above
SHOWN, REPLACED = "shown", "replaced"  # why the words of a proposal are gone; else the rule that was cited


def proposals(matter: Matter, lock: bool = False) -> dict[str, Words]:
    """What waits, by the name of the text that it would change. `lock`: nobody else decides meanwhile."""
    rows = Words.objects.filter(PROPOSALS, entry__matter=matter).select_related("entry").order_by("pk")
    rows = rows.select_for_update(no_key=True, of=("self",)) if lock else rows
    return {str(row.entry.data["field"]): row for row in rows}


def refusal(matter: Matter) -> str:
    """The rule by which the latest proposal was not published; '' where it was, or one waits."""
    rows = Words.objects.filter(entry__matter=matter, entry__verb="proposed").exclude(erased_for=REPLACED)
    last = rows.order_by("-pk").first()
    return last.erased_for if last is not None and last.erased_for in RULES else ""


@action
def propose(
    *, matter: Matter, texts: Mapping[str, str], now: Mapping[str, str], at: datetime, by: User
) -> list[str]:
    """Texts that are to stand in place of what is public (`now`); the names of those that wait from here on.

    A newer proposal takes the place of an older one; the public text itself takes it back.
    """
    if matter.published_at is None or matter.stage == "merged":
        raise Refused(_("Only what is public is corrected through a moderator."))
    waiting = proposals(matter)
    for name, text in texts.items():
        text, before = clean_text(text), waiting.get(name)
        if len(text) > LONGEST:
            raise Refused(_("The text is too long."))
        if before is not None and before.text != text:
            erase_words(entry=before.entry, reason=REPLACED, by=by, at=at)
        if text != now[name] and (before is None or before.text != text):
            _propose(matter, name, text, now[name], at, by)
    left = list(proposals(matter))
    if left:
        promise(matter=matter, rule=MODERATE, at=at, by=by)
        act_of(person=by.person, verb=Doing.PROPOSE, matter=matter, on=legal_day(at))
    elif waiting:
        all_seen(matter, at, by)
    return left


def _propose(matter: Matter, name: str, text: str, now: str, at: datetime, by: User) -> None:
    data = {"field": name, "was": digest(now)}
    entry = note(matter=matter, verb="proposed", at=at, by=by, visibility="staff", text=text, data=data)
    if not text:  # a text that is taken away has words too: none
        Words.objects.create(entry=entry, text="", language=matter.language)


def digest(text: str) -> str:
    """A short name of a text, to notice that it has changed."""
    return sha256(text.encode()).hexdigest()[:32]


@action
def decide_proposals(
    *, matter: Matter, publish: bool, now: Mapping[str, str], at: datetime, by: User, rule: str = ""
) -> dict[str, str]:
    """A moderator has read them: all become public, or none, by a rule. Returns what the tables above must take over.

    Nobody decides about a text of one's own. Stale where it was decided, or the public text changed meanwhile.
    """
    waiting = proposals(matter, lock=True)
    if not waiting:
        raise Stale(_("Somebody has already decided this."))
    if any(row.entry.by_id == by.pk for row in waiting.values()):
        raise Refused(_("These are your own words: somebody else has to decide."))
    if not publish and rule not in RULES:
        raise Refused(_("Choose the rule by which it is not published."))
    if publish and any(row.entry.data["was"] != digest(now[name]) for name, row in waiting.items()):
        raise Stale(_("What is public was changed meanwhile. Do not publish this; it can be sent anew."))
    texts = {name: row.text for name, row in waiting.items()}
    for row in waiting.values():
        erase_words(entry=row.entry, reason=SHOWN if publish else rule, by=by, at=at)
    if publish:
        _take_over(matter, texts)
    else:
        data = {"rule": rule, "part": True}
        note(matter=matter, verb="rejected", at=at, by=by, visibility="staff", data=data)
    all_seen(matter, at, by)
    return {name: text for name, text in texts.items() if publish and name not in OURS}


def _take_over(matter: Matter, texts: Mapping[str, str]) -> None:
    for name in OURS:
        setattr(matter, name, texts.get(name, getattr(matter, name)))
    found = search_text_of(matter.title, matter.text, matter.place, matter.spot)
    Matter.objects.filter(pk=matter.pk).update(title=matter.title, text=matter.text, search_text=found)
