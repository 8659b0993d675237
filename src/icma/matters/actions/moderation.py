"""Nothing is public before a moderator has seen it; every refusal cites a rule and can be looked at again."""

from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.access import MODERATION_LOG
from icma.matters.actions.documents import keep_private, show_photo
from icma.matters.actions.own_terms import MODERATE, TAKE_UP, kept, promise
from icma.matters.actions.raising import keep_until_ended
from icma.matters.actions.telling import HELD, let_out
from icma.matters.actions.thread import erase_words, note
from icma.matters.bands import Topic
from icma.matters.flow import MATTER
from icma.matters.models import Clock, Document, Entry, Matter, Words
from icma.matters.rules_of_moderation import RULES, SLOW, WITHDRAWN
from icma.matters.similar import search_text_of
from icma.people.models import Place, User

GAP = "[…]"  # stands in a published text where personal data was taken out
WORDED = (
    "added",
    "remarked",
    HELD,
)  # what the author adds; a remark on a decision; words beside a public fact
WAITING_WORDS = Q(entry__verb__in=WORDED, entry__visibility="staff", erased_at=None)
PROPOSALS = Q(
    entry__verb="proposed", entry__visibility="staff", erased_at=None
)  # corrections of what is public


def waiting() -> QuerySet[Clock]:
    """What a moderator owes: own.moderate clocks that run, the oldest first, flooded ones last."""
    rows = Clock.objects.filter(rule=MODERATE, state="running").exclude(matter__stage="merged")
    flooded = Case(When(matter__reason=SLOW, then=1), default=0, output_field=IntegerField())
    return rows.select_related("matter__place", "matter__village").order_by(flooded, "due_on", "id")


def first_rejecter(matter: Matter) -> int | None:
    """Id of the moderator whose rejection stands; somebody else decides the appeal."""
    entry = Entry.objects.filter(matter=matter, verb="rejected").order_by("-id").first()
    return entry.by_id if entry else None


def is_appealed(matter: Matter) -> bool:
    return matter.stage == "rejected" and Entry.objects.filter(matter=matter, verb="appealed").exists()


def _second_look(matter: Matter, by: User) -> None:
    """After an appeal another person decides; nobody decides about a text of one's own."""
    if matter.parts.filter(role="author", user=by).exists():
        raise Refused(_("This is your own matter: somebody else has to decide."))
    if matter.stage == "rejected" and first_rejecter(matter) == by.pk:
        raise Refused(_("You decided before: another moderator has to look at the appeal."))


@action
def publish(*, matter: Matter, at: datetime, by: User) -> None:
    """Everybody sees it from now on, and a community is owed. Stale when somebody decided first."""
    _second_look(matter, by)
    if matter.stage == "rejected" and (matter.reason == WITHDRAWN or not is_appealed(matter)):
        raise Refused(_("Only what its author appealed can be published after all."))
    if matter.stage == "rejected":
        keep_until_ended(matter=matter, at=at, ended=False)
    own = matter.community_id is not None  # a community prepared it itself: nobody has to take it up
    MATTER.take(matter, "publish_own" if own else "publish", published_at=at, changed_at=at, reason="")
    note(matter=matter, verb="published", at=at, by=by)
    all_seen(matter, at, by)
    if not own:
        promise(matter=matter, rule=TAKE_UP, at=at, by=by)


@action
def reject(*, matter: Matter, rule: str, at: datetime, by: User, text: str = "") -> None:
    """Do not publish, citing a rule of the closed list; `text` is for the author. After an appeal: final.

    What is said to the author stays so when an appeal puts the matter before everybody: the log tells the rule.
    The author's contact goes 90 days later.
    """
    if rule not in RULES:
        raise Refused(_("Choose the rule by which it is not published."))
    _second_look(matter, by)
    again = matter.stage == "rejected"
    if again:
        if not Clock.objects.filter(matter=matter, rule=MODERATE, state="running").exists():
            raise Stale(_("This has been decided already."))
        Matter.objects.filter(pk=matter.pk, stage="rejected").update(reason=rule)
    else:
        MATTER.take(matter, "reject", reason=rule)
    note(
        matter=matter,
        verb="rejected",
        at=at,
        by=by,
        visibility="team",
        text=clean_text(text),
        data={"rule": rule, "again": again},
    )
    kept(matter=matter, rule=MODERATE, at=at, by=by)
    keep_until_ended(matter=matter, at=at, ended=True)


@action
def appeal(*, matter: Matter, text: str, at: datetime, by: User | None = None) -> None:
    """The author asks for another look, once; another moderator owes a decision in two working days."""
    if matter.stage != "rejected" or matter.reason == WITHDRAWN:
        raise Refused(_("Only a decision not to publish can be appealed."))
    if Entry.objects.filter(matter=matter, verb="appealed").exists():
        raise Refused(_("You have asked for another look already. Its decision is final."))
    if len(clean_text(text)) > 2000:
        raise Refused(_("The text is too long. It takes 2,000 characters."))
    note(matter=matter, verb="appealed", at=at, by=by, visibility="staff", text=clean_text(text))
    promise(matter=matter, rule=MODERATE, at=at, by=by)


def all_seen(matter: Matter, at: datetime, by: User) -> None:
    """Stop our term when nothing of this matter waits for a moderator any more."""
    if matter.stage != "raised" and not something_waits(matter):
        kept(matter=matter, rule=MODERATE, at=at, by=by)


def something_waits(matter: Matter) -> bool:
    """Words, corrections or photos of a matter that was let out already."""
    words = Words.objects.filter(WAITING_WORDS | PROPOSALS, entry__matter=matter)
    return words.exists() or Document.objects.filter(matter=matter, state="waiting").exists()


# --- what came later: words and photos -------------------------------------------------------------
def waiting_words(matter: Matter) -> QuerySet[Words]:
    return Words.objects.filter(WAITING_WORDS, entry__matter=matter).select_related("entry").order_by("pk")


def public_words(matter: Matter) -> QuerySet[Words]:
    """Words of steps that everybody reads; a moderator may erase each."""
    rows = Words.objects.filter(entry__matter=matter, entry__visibility="public", erased_at=None)
    return rows.exclude(text="").select_related("entry").order_by("entry__on", "pk")


@action
def show_words(*, entry: Entry, at: datetime, by: User, text: str = "") -> Entry:
    """Make what somebody wrote public, as it is or with passages taken out (`text`, gaps marked […]).

    Returns the public step that was made; words that were held stand with their own fact.
    """
    words = _waiting(entry, by)
    shown = clean_text(text) or words.text
    if not is_redaction(words.text, shown):
        raise Refused(_("Only passages may be taken out; put […] where they stood."))
    made: Entry | None = entry
    if entry.verb == HELD:
        let_out(held=entry, text=shown, at=at)
    else:
        made = note(
            matter=entry.matter, verb=entry.verb, at=at, by=entry.by, on=entry.on, text=shown, read=True,
            data=entry.data | {"seen": True}, language=words.language,
        )  # fmt: skip
    erase_words(entry=entry, reason="shown", by=by, at=at)
    all_seen(entry.matter, at, by)
    assert made is not None
    return made


def _waiting(entry: Entry, by: User) -> Words:
    """The words, locked. Nobody decides about a text of one's own."""
    words = Words.objects.filter(WAITING_WORDS, entry=entry).select_for_update(no_key=True).first()
    if words is None:
        raise Stale(_("Somebody has already decided this."))
    if entry.by_id == by.pk:
        raise Refused(_("These are your own words: somebody else has to decide."))
    return words


@action
def drop_words(*, entry: Entry, rule: str, at: datetime, by: User) -> None:
    """Do not publish what somebody wrote; the words are erased, a rule is cited."""
    if rule not in RULES:
        raise Refused(_("Choose the rule by which it is not published."))
    _waiting(entry, by)
    if entry.verb == HELD:
        let_out(held=entry, text="", rule=rule, at=at)
    erase_words(entry=entry, reason=rule, by=by, at=at)
    note(
        matter=entry.matter,
        verb="rejected",
        at=at,
        by=by,
        visibility="staff",
        data={"rule": rule, "part": True},
    )
    all_seen(entry.matter, at, by)


@action
def decide_photo(*, document: Document, show: bool, at: datetime, by: User, clean: bool = False) -> None:
    """A photo becomes public small, or stays with the team."""
    if show:
        show_photo(document=document, clean=clean, at=at, by=by)
    else:
        keep_private(document=document, at=at, by=by)
    all_seen(document.matter, at, by)


# --- corrections -----------------------------------------------------------------------------------
def is_redaction(before: str, after: str) -> bool:
    """True when `after` is `before` with passages replaced by […]: nothing put into somebody's mouth."""
    place = 0
    for piece in after.split(GAP):
        piece = piece.strip()
        found = before.find(piece, place) if piece else place
        if found < 0:
            return False
        place = found + len(piece)
    return len(after) <= len(before) + len(GAP)


@action
def correct(
    *,
    matter: Matter,
    at: datetime,
    by: User,
    why: str,
    title: str = "",
    text: str | None = None,
    place: Place | None = None,
    village: Place | None = None,
    topic: str = "",
    spot: str | None = None,
) -> None:
    """Correct title, place or topic; shorten the author's text by passages. The original is erased, `why` is shown.

    None or '' leaves a value as it is; `place` sets `village` with it. Refused: a text that says more than before,
    but for a matter without one: somebody called, or read the handwriting, and types it in.
    """
    if matter.stage in ("merged",):
        raise Refused(_("This matter was joined with another; correct that one."))
    if not clean_text(why):
        raise Refused(_("Say in a few words why you correct it: the note is shown."))
    changes = _changes(matter, title, text, place, village, topic, spot)
    if not changes:
        raise Refused(_("Nothing was changed."))
    for name, value in changes.items():
        setattr(matter, name, value)
    changes["search_text"] = search_text_of(matter.title, matter.text, matter.place, matter.spot)
    Matter.objects.filter(pk=matter.pk).update(**changes)
    fields = sorted(name for name in changes if name != "search_text")
    note(matter=matter, verb="corrected", at=at, by=by, text=clean_text(why)[:500], data={"fields": fields})


def _changes(
    matter: Matter,
    title: str,
    text: str | None,
    place: Place | None,
    village: Place | None,
    topic: str,
    spot: str | None,
) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if title:
        wanted["title"] = " ".join(clean_text(title).split())[:140]
    if spot is not None:
        wanted["spot"] = " ".join(clean_text(spot).split())[:120]
    if text is not None:
        wanted["text"] = clean_text(text)
        if matter.text and not is_redaction(matter.text, clean_text(text)):
            raise Refused(_("Only passages may be taken out; put […] where they stood."))
    if place is not None:
        if village is not None and village.parent_id != place.pk:
            raise Refused(_("This village is not in the district that you chose."))
        wanted |= {"place": place, "village": village}
    if topic:
        if topic not in Topic.values:
            raise Refused(_("Choose a topic."))
        wanted["topic"] = topic
    return {name: value for name, value in wanted.items() if value != getattr(matter, name)}


def moderation_log(queryset: QuerySet[Entry]) -> QuerySet[Entry]:
    """The decisions among `queryset`, newest first: verb, rule in `data`, district; whose they were is not said."""
    rows = queryset.filter(verb__in=MODERATION_LOG).select_related("matter__place")
    return rows.defer("by", "matter__text", "matter__search_text").order_by("-at", "-id")
