"""How it ended: what changed and for whom, with evidence; the residents say whether it is so."""

import hashlib
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.acts import note_act
from icma.matters.actions.clocks import close_clocks, wait_again
from icma.matters.actions.documents import attach
from icma.matters.actions.moderation import something_waits
from icma.matters.actions.own_terms import MODERATE, TAKE_UP, kept, promise
from icma.matters.actions.raising import DAYS_KEPT, keep_until_ended
from icma.matters.actions.support import canonical, family, supports_of, tag_of
from icma.matters.actions.telling import tell
from icma.matters.actions.thread import erase_words, note
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.flow import MATTER
from icma.matters.lateness import is_silent
from icma.matters.models import Clock, Document, Entry, Matter, Part
from icma.people.models import User

Outcome = Matter.Outcome
SAID = ("outcome_confirmed", "outcome_denied")


@action
def close_matter(
    *,
    matter: Matter,
    outcome: str,
    at: datetime,
    by: User | None,
    changed: str = "",
    whom: str = "",
    evidence: bytes | None = None,
) -> Entry:
    """Record the outcome. Solved or partly: `changed` says what is different now and `whom` for whom.

    `evidence` (bytes of a photo or PDF) waits for a moderator like every photo, and so do the words of all but
    officers and moderators. Contacts expire 90 days from now.
    """
    changed, whom = clean_text(changed), " ".join(clean_text(whom).split())
    _check(matter, outcome, changed, whom)
    # Stale when a community takes it up meanwhile.
    was = matter.stage
    early = was in MATTER.steps["close_untaken"].start
    MATTER.take(matter, "close_untaken" if early else "close", outcome=outcome, changed_at=at)
    text = f"{changed}\n\n{_for_whom(matter)} {whom}" if whom else changed
    data = {"outcome": outcome, "was": was}
    entry = tell(matter=matter, verb="closed", at=at, by=by, text=text, data=data)
    if evidence is not None:
        attach(matter=matter, data=evidence, kind=Document.Kind.PROOF, at=at, by=by)
    kept(matter=matter, rule=TAKE_UP, at=at, by=by)
    if something_waits(
        matter
    ):  # the evidence, and what was added before: a moderator owes a look all the same
        promise(matter=matter, rule=MODERATE, at=at, by=by)
    else:
        kept(matter=matter, rule=MODERATE, at=at, by=by)
    close_clocks(matter=matter, on=legal_day(at), at=at, by=by)
    keep_until_ended(matter=matter, at=at, ended=True)
    return entry


def _check(matter: Matter, outcome: str, changed: str, whom: str) -> None:
    if outcome not in Outcome.values:
        raise Refused(_("Choose how it ended."))
    if outcome in (Outcome.SOLVED, Outcome.PARTLY) and not changed:
        raise Refused(_("Say what has changed: that is what others can learn from."))
    if outcome == Outcome.UNANSWERED and not _confirmed_silent(matter):
        raise Refused(
            _(
                "That nobody answered is recorded once the last day that the law could allow has passed and somebody "
                "has asked after it. Confirm it on the page of the letter, or choose another outcome."
            )
        )
    if len(changed) > 2000 or len(whom) > 200:
        raise Refused(_("The text is too long. What changed takes 2,000 characters, for whom 200."))


def _confirmed_silent(matter: Matter) -> bool:
    waiting = Clock.objects.filter(matter=matter, owner=Clock.Owner.AUTHORITY, state=Clock.State.RUNNING)
    return any(is_silent(clock) for clock in waiting.filter(disputed_at=None))


def _for_whom(matter: Matter) -> str:
    """The two words stand in the text that is kept: in the language of the matter, whoever types it."""
    with override(matter.language):
        return _("For whom:")


def closing(matter: Matter) -> Entry | None:
    """The entry that recorded the outcome that stands now."""
    if matter.stage != "closed":
        return None
    return Entry.objects.filter(matter=matter, verb__in=("closed", "withdrawn")).order_by("-id").first()


def may_confirm(matter: Matter, person: str, key: str) -> bool:
    """Residents who had a part, also in what was joined with it: author, follower, supporter."""
    parts = Part.objects.filter(matter__in=family(matter), person=person, role__in=("author", "follower"))
    if person and parts.exists():
        return True
    return bool(key) and supports_of(matter).filter(tag=tag_of(key)).exists()


@action
def confirm_outcome(
    *,
    matter: Matter,
    agrees: bool,
    at: datetime,
    by: User | None = None,
    person: str = "",
    key: str = "",
    own: str = "",
    sex: str = Sex.UNKNOWN,
    band: str = AgeBand.UNKNOWN,
) -> bool:
    """One resident's word on the outcome, counted once; who it was is not kept. False: it was counted before.

    By account (`by`), by a proven address (`person`, `key`) or by the return code of the matter `own`: this one, or
    one that was joined with it.
    """
    last = closing(matter)
    if last is None:
        raise Refused(_("There is no outcome to confirm at the moment."))
    if by is not None:
        person, key = by.person, canonical(by.email)
    joined = family(matter)
    if own not in joined.values() and not may_confirm(matter, person, key):
        raise Refused(_("Only those who raised, supported or follow this matter can confirm its outcome."))
    wrote = Part.objects.filter(matter__in=joined, person=person, role=Part.Role.AUTHOR).order_by("matter")
    if not own and (part := wrote.first()) is not None:
        own = joined[part.matter_id]
    key = f"own:{own}" if own else key  # by account or by code: the author is one person
    who = hashlib.sha256(tag_of(key or f"own:{matter.code}").encode()).hexdigest()[:32]
    said = note(
        matter=matter, verb=SAID[0] if agrees else SAID[1], at=at, visibility="staff",
        once=f"said:{matter.code}:{last.pk}:{who}",
    )  # fmt: skip
    if said is not None:
        place, on = matter.place, legal_day(at)
        note_act(verb=Doing.VOTE, channel=Channel.WEB, place=place, matter=matter, sex=sex, band=band, on=on)
    return said is not None


def outcome_counts(matter: Matter) -> dict[str, int]:
    """{"agree": n, "deny": n} for the outcome that stands now; two zeros when there is none."""
    last = closing(matter)
    found = {"agree": 0, "deny": 0}
    if last is not None:
        said = Entry.objects.filter(matter=matter, verb__in=SAID, pk__gt=last.pk).values_list(
            "verb", flat=True
        )
        for verb in said:
            found["agree" if verb == SAID[0] else "deny"] += 1
    return found


@action
def reopen(*, matter: Matter, at: datetime, by: User | None, why: str = "", author: bool = False) -> None:
    """Open again what was closed too early: whoever led it goes on where it stood. Else it waits for a community.

    `author`: the one who raised it and does not lead it. Once, and while the contacts of a matter that ended are kept:
    a code on a lost paper must not undo for ever what a community has recorded.
    """
    why = clean_text(why)
    if author and (refusal := too_late_for_author(matter, at)):
        raise Refused(refusal)
    if matter.outcome == Outcome.WITHDRAWN:
        raise Refused(_("The author withdrew it; it cannot be opened again."))
    if len(why) > 1000:
        raise Refused(_("The text is too long. It takes 1,000 characters."))
    before, was = matter.outcome, _stood(matter)
    MATTER.take(matter, f"reopen_{was}" if was else "reopen", outcome="", reason="", changed_at=at)
    data = {"outcome": before} | ({"author": True} if author else {})
    tell(matter=matter, verb="reopened", at=at, by=by, text=why, data=data)
    keep_until_ended(matter=matter, at=at, ended=False)
    wait_again(matter=matter, at=at, by=by)
    if not was:
        promise(matter=matter, rule=TAKE_UP, at=at, by=by)


def too_late_for_author(matter: Matter, at: datetime) -> str:
    """Why its author, who does not lead it, cannot open it again (any more); '' while that is possible."""
    if Entry.objects.filter(matter=matter, verb="reopened", data__author=True).exists():
        return _(
            "The author has opened it again once already. Say that the outcome is not true, or raise it anew."
        )
    last = closing(matter)
    if last is not None and last.at < at - timedelta(days=DAYS_KEPT):
        return _("It ended more than 90 days ago. Raise it anew: a moderator and a community look at it.")
    return ""


def _stood(matter: Matter) -> str:
    """The stage before the outcome of what somebody leads; '' of what nobody does. An answer may have come since."""
    last = closing(matter)
    if last is None or matter.community_id is None:
        return ""
    was = str(last.data.get("was", "taken"))
    came = Entry.objects.filter(matter=matter, verb="answer_came", pk__gt=last.pk)
    return "answered" if was == "pressing" and came.exists() else was


@action
def erase_step(*, entry: Entry, reason: str, at: datetime, by: User) -> None:
    """Take the words of a step away; the step stays and says that something was here."""
    words = getattr(entry, "words", None)
    if words is None or words.erased_at is not None:
        raise Stale(_("There are no words here (any more)."))
    erase_words(entry=entry, reason=reason[:24], by=by, at=at)
    note(matter=entry.matter, verb="erased", at=at, by=by, data={"rule": reason[:24]})
