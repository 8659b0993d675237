"""Who may do what with a matter, a letter, a task, a document.

Public: published, not hidden, not merged away. Coordinators lead what their community took up; the
union's officers lead everything; moderators see what waits; a proven return code opens one's own matter.
"""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from icma.core.access import EVERYBODY, NOBODY, STRANGER, Who, rules
from icma.matters.models import Clock, Document, Entry, InMail, Letter, Matter, Notice, Task

PUBLIC = Q(published_at__isnull=False, hidden_at=None) & ~Q(stage__in=("planned", "raised", "rejected"))


def view_matter(who: Who, at: datetime) -> Q:
    if who.has("officer", "moderator"):
        return EVERYBODY
    return PUBLIC | own(who) | _led(who)


def own(who: Who) -> Q:
    """One's own matters: by account, or by a return code proven in this session."""
    mine = Q(code__in=who.codes) if who.codes else NOBODY
    if who.person:
        mine |= Q(parts__person=who.person, parts__role="author", parts__until=None)
    return mine


def _led(who: Who) -> Q:
    led = who.organisations("coordinator")
    return Q(community__in=led) if led else NOBODY


def lead_matter(who: Who, at: datetime) -> Q:
    """Coordinators of the community that took it up, and the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    return _led(who)


def moderate_matter(who: Who, at: datetime) -> Q:
    return EVERYBODY if who.has("moderator", "officer") else NOBODY


def take_up_matter(who: Who, at: datetime) -> Q:
    if who.has("officer"):
        return PUBLIC
    return PUBLIC & Q(stage__in=("open", "untaken")) if who.organisations("coordinator") else NOBODY


WAITS = Q(stage__in=("open", "untaken"))  # nobody has taken it up, or it was handed back
OUT = ("sent", "registered", "silent")  # a letter that is with an authority


def close_matter(who: Who, at: datetime) -> Q:
    """Who leads; its author while no community does and no letter of it is out: later one may only leave it."""
    return lead_matter(who, at) | (own(who) & WAITS & ~Exists(_letters_out()))


def _letters_out() -> QuerySet:
    return Letter.objects.filter(matter=OuterRef("pk"), direction="out", stage__in=OUT)


def reopen_matter(who: Who, at: datetime) -> Q:
    """The author too says that it has not ended."""
    return lead_matter(who, at) | own(who)


def public_only(who: Who, at: datetime) -> Q:
    """What anyone can list: used for lists, feeds and the API, whoever asks."""
    return PUBLIC & Q(merged_into=None)


FEW = 3  # public matters from which a village may be seen, so that none of them points at one house


def seen_villages(at: datetime) -> QuerySet:
    """Numbers of the villages that the public may see."""
    rows = Matter.objects.filter(public_only(STRANGER, at), village__isnull=False).order_by()
    return rows.values("village").annotate(n=Count("pk")).filter(n__gte=FEW).values("village")


def desk(who: Who, at: datetime) -> Q:
    return EVERYBODY if who.has("officer") else NOBODY


rules(
    Matter,
    view=view_matter, list=public_only, lead=lead_matter, edit=lead_matter, moderate=moderate_matter,
    take_up=take_up_matter, close=close_matter, reopen=reopen_matter, own=lambda who, at: own(who), desk=desk,
)  # fmt: skip


def within(rule):
    """The rule of a matter, asked of rows that belong to it: each looks its own matter up by key."""

    def inner(who: Who, at: datetime) -> Q:
        of_matter = rule(who, at)
        if of_matter in (EVERYBODY, NOBODY):
            return of_matter
        return Q(Exists(Matter.objects.filter(of_matter, pk=OuterRef("matter_id"))))

    return inner


SENT = ~Q(stage__in=("draft", "dropped"))


def view_letter(who: Who, at: datetime) -> Q:
    """Drafts are for those who lead; what was sent or came is public with its matter (never its scan)."""
    return (within(view_matter)(who, at) & SENT) | within(lead_matter)(who, at)


rules(
    Letter,
    view=view_letter, list=lambda who, at: within(public_only)(who, at) & SENT,
    lead=within(lead_matter), edit=within(lead_matter), read_scan=within(lead_matter),
)  # fmt: skip
rules(Clock, view=within(view_matter), list=within(public_only), lead=within(lead_matter))
rules(
    Entry,
    view=lambda who, at: Q(visibility="public") & within(view_matter)(who, at),
    moderate=within(moderate_matter),
)


def view_document(who: Who, at: datetime) -> Q:
    public = Q(state="public") & within(view_matter)(who, at)
    return public | within(moderate_matter)(who, at) | within(lead_matter)(who, at)


rules(Document, view=view_document, moderate=within(moderate_matter), lead=within(lead_matter))


def drop_task(who: Who, at: datetime) -> Q:
    """Only the community says that something is no longer needed, not the one who took it."""
    if who.has("officer"):
        return EVERYBODY
    led = who.organisations("coordinator")
    return Q(organisation__in=led) if led else NOBODY


def lead_task(who: Who, at: datetime) -> Q:
    """The community's coordinators, and whoever took it."""
    mine = Q(who=who.user_id) if who.user_id else NOBODY
    return drop_task(who, at) | mine


def take_task(who: Who, at: datetime) -> Q:
    """Anybody with an account takes what a public matter needs; who leads names somebody."""
    if who.user_id is None:
        return NOBODY
    return (Q(is_public=True) & within(public_only)(who, at)) | lead_task(who, at)


rules(Task, lead=lead_task, view=lead_task, take=take_task, drop=drop_task)

# The public log of moderation: what was decided and by which rule, never whose text it was.
MODERATION_LOG = ("rejected", "appealed", "corrected", "hidden", "shown", "merged", "split")
rules(Entry, log=lambda who, at: Q(verb__in=MODERATION_LOG))
rules(Notice, list=lambda who, at: EVERYBODY)


def reply_letter(who: Who, at: datetime) -> Q:
    """The body it went to: its officials, and who holds the one-time code that was printed in it."""
    bodies = who.authorities()
    mine = Q(authority__in=bodies) & within(public_only)(who, at) if bodies else NOBODY
    if who.scope.startswith("letter:"):
        mine |= Q(code=who.scope.removeprefix("letter:"))
    return mine & SENT & Q(direction="out")


def confirm_letter(who: Who, at: datetime) -> Q:
    """An answer that came through the one-time code: the union's officers or the body's own officials know."""
    waiting = Q(direction="in", confirmed=False, stage="received")
    if who.has("officer"):
        return waiting
    bodies = who.authorities()
    return waiting & Q(authority__in=bodies) if bodies else NOBODY


def redact_scan(who: Who, at: datetime) -> Q:
    return within(moderate_matter)(who, at) | within(lead_matter)(who, at)


rules(Letter, reply=reply_letter, confirm=confirm_letter)
rules(Document, redact=redact_scan)
# The second person who releases a copy is often a moderator.
rules(Letter, redact=redact_scan)


def find_matter(who: Who, at: datetime) -> Q:
    """Its address answers: with the page, or with the tombstone of what a legal notice has hidden."""
    return view_matter(who, at) | Q(published_at__isnull=False, hidden_at__isnull=False)


rules(Matter, find=find_matter)

# An authority's objection is decided by the union, not by the community that wrote the letter.
rules(Letter, decide=within(desk))


def read_document(who: Who, at: datetime) -> Q:
    """The whole photo: those who moderate or lead, and the author of the matter."""
    return redact_scan(who, at) | within(lambda who, at: own(who))(who, at)


rules(Document, read=read_document)


def typed_matter(who: Who, at: datetime) -> Q:
    """A matter that this person typed in from paper, until a moderator has decided: its photos may follow. It is not
    the author's door: no code stays in the session of who types in."""
    if not who.has("coordinator", "officer"):
        return NOBODY
    mine = Entry.objects.filter(matter=OuterRef("pk"), verb="raised", by=who.user_id)
    return Q(stage="raised") & ~Q(channel="web") & Exists(mine)


rules(Matter, typed=typed_matter)


def lead_mail(who: Who, at: datetime) -> Q:
    """What was mailed for a letter is for those who lead its matter, and nothing of it for anybody else."""
    led = lead_matter(who, at)
    if led in (EVERYBODY, NOBODY):
        return led
    return Q(Exists(Letter.objects.filter(within(lead_matter)(who, at), pk=OuterRef("letter_id"))))


rules(InMail, lead=lead_mail)
