"""A voice is raised: by anyone without an account, or by a coordinator from paper and telephone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.access import OUT
from icma.matters.actions.acts import note_act
from icma.matters.actions.documents import attach, remove_document
from icma.matters.actions.own_terms import MODERATE, kept, no_longer, promise
from icma.matters.actions.thread import note
from icma.matters.bands import AgeBand, Channel, Doing, Sex, Topic
from icma.matters.flow import MATTER
from icma.matters.models import Document, Entry, Matter, Part, Words
from icma.matters.rules_of_moderation import MOVED, SLOW, WITHDRAWN
from icma.matters.similar import search_text_of
from icma.people.actions.contacts import erase_contact, give_consent, keep_contact, set_contact_expiry
from icma.people.actions.places import add_village
from icma.people.models import Place, User, person_key

RETURN = "return"  # purpose of return codes
CONSENT_TEXT = "contact-1"  # version of the script in templates/matters/raise_consent.html
MOST_TEXT, MOST_TITLE, MOST_SPOT = 5000, 140, 120
DAYS_KEPT = 90
UNTIL_THEN = timedelta(days=2 * 365)  # at most, should the matter never end
BEFORE_TAKING = ("open", "untaken")


@dataclass(frozen=True)
class Raised:
    """`code` is the secret return code: shown once, kept nowhere but as a hash."""

    matter: Matter
    code: str


@action
def raise_matter(
    *,
    title: str,
    place: Place,
    topic: str,
    at: datetime,
    text: str = "",
    village: Place | None = None,
    village_said: str = "",
    spot: str = "",
    channel: str = Channel.WEB,
    language: str = "az",
    by: User | None = None,
    contact: dict[str, Any] | None = None,
    consented: bool = False,
    wordless: bool = False,
    sex: str = Sex.UNKNOWN,
    band: str = AgeBand.UNKNOWN,
    slow: bool = False,
) -> Raised:
    """Keep a matter; it waits for a moderator. Refused with the reader's words when something is missing.

    `by`: the author's account, or for another channel than WEB the coordinator who typed it in. `contact`
    (phone, hour, woman, name, mail) is sealed; typed in by somebody else it needs `consented`. `wordless`:
    a call or a photo of handwriting stands for the text. `slow` puts it behind others in the queue.
    Sex and band go into one Act without the matter. `village_said`: one that is not on the district's list; only
    those who lead or moderate read it, and a coordinator who types a matter in puts it on the list.
    """
    title, text, spot = _checked(title, text, spot, wordless)
    _check_where(place, village, topic)
    typed_in = channel != Channel.WEB
    if village_said and typed_in and by is not None:
        village, village_said = add_village(unit=place, name=village_said, by=by, at=at), ""
    if contact and typed_in and not consented:
        raise Refused(_("Name or phone can be kept only after the consent was read out and given."))
    matter = Matter.objects.create(
        code=codes.public_code(), title=title, text=text, language=language, place=place, village=village, spot=spot,
        topic=topic, channel=channel, raised_at=at, changed_at=at, reason=SLOW if slow else "",
        search_text=search_text_of(title, text, place, spot),
    )  # fmt: skip
    _keep_author(matter, by, contact, typed_in, at)
    note_act(verb=Doing.RAISE, channel=channel, place=place, sex=sex, band=band, on=legal_day(at))
    note(matter=matter, verb="raised", at=at, by=by, data={"channel": channel})
    if clean_text(village_said).strip():
        note(matter=matter, verb="village_said", at=at, visibility="team", text=clean_text(village_said)[:80])
    promise(matter=matter, rule=MODERATE, at=at, by=by)
    return Raised(matter, codes.issue(purpose=RETURN, subject=f"matter:{matter.code}", at=at))


def _checked(title: str, text: str, spot: str, wordless: bool) -> tuple[str, str, str]:
    title, text, spot = (
        " ".join(clean_text(title).split()),
        clean_text(text),
        " ".join(clean_text(spot).split()),
    )
    if not title:
        raise Refused(_("Say in a few words what it is about."))
    if not text and not wordless:
        raise Refused(_("Write what happened, or ask us to call you."))
    if len(title) > MOST_TITLE or len(text) > MOST_TEXT or len(spot) > MOST_SPOT:
        raise Refused(
            _("The text is too long. The title takes 140 characters, the text 5,000, the spot 120.")
        )
    return title, text, spot


def _check_where(place: Place, village: Place | None, topic: str) -> None:
    if place.kind != Place.Kind.UNIT:
        raise Refused(_("Choose the district or city."))
    if village is not None and village.parent_id != place.pk:
        raise Refused(_("This village is not in the district that you chose."))
    if topic not in Topic.values:
        raise Refused(_("Choose a topic."))


def _keep_author(
    matter: Matter, by: User | None, contact: dict[str, Any] | None, typed_in: bool, at: datetime
) -> None:
    """The author's part, by account, or opaque when there is something to reach the person by; else nothing."""
    author = None if typed_in else by
    if author is None and not contact:
        return
    person = author.person if author else person_key()
    Part.objects.create(matter=matter, person=person, role=Part.Role.AUTHOR, user=author, since=at)
    if not contact:
        return
    keep_contact(
        person=person, purpose="call" if contact.get("phone") else "reach", scope=f"matter:{matter.code}",
        values=contact, at=at, expires_on=legal_day(at) + UNTIL_THEN,
    )  # fmt: skip
    give_consent(
        person=person, purpose="contact", text=CONSENT_TEXT, language=matter.language, channel=matter.channel,
        at=at, by=by if typed_in else None,
    )  # fmt: skip


@action
def add_words(*, matter: Matter, text: str, at: datetime, by: User | None = None) -> Entry:
    """The author adds something; it waits for a moderator like the matter itself."""
    text = clean_text(text)
    if not text:
        raise Refused(_("Write what you want to add."))
    if len(text) > MOST_TEXT:
        raise Refused(_("The text is too long. It takes 5,000 characters."))
    if matter.stage in ("merged", "closed", "rejected"):
        raise Refused(_("This matter is finished; nothing can be added to it."))
    entry = note(matter=matter, verb="added", at=at, by=by, visibility="staff", text=text)
    assert entry is not None
    note_act(
        verb=Doing.COMMENT, channel=Channel.WEB, place=matter.place, matter=matter, on=legal_day(at),
        person_key=by.person if by else "",
    )  # fmt: skip
    promise(matter=matter, rule=MODERATE, at=at, by=by)
    return entry


@action
def add_photo(
    *,
    matter: Matter,
    data: bytes,
    at: datetime,
    by: User | None = None,
    kind: str = Document.Kind.PHOTO,
    caption: str = "",
) -> Document:
    """One photo (bytes of the upload) of the author's; at most four, each waits for a moderator."""
    if matter.stage in ("merged", "rejected"):
        raise Refused(_("This matter is finished; nothing can be added to it."))
    document = attach(matter=matter, data=data, kind=kind, caption=caption, at=at, by=by)
    promise(matter=matter, rule=MODERATE, at=at, by=by)
    return document


@action
def withdraw(*, matter: Matter, at: datetime, by: User | None = None) -> None:
    """The author takes the matter back.

    Not public, also where it was not published: its words are erased. Public and not taken up: closed as withdrawn.
    Taken up, or handed back with a letter that is with an authority: the author leaves it, others decide what becomes
    of it. What is known about the author, and words and photos
    that nobody has made public, are erased in any case.
    """
    if matter.stage == "raised":
        MATTER.take(
            matter, "reject", reason=WITHDRAWN, title=_("Withdrawn"), text="", spot="", search_text="",
            changed_at=at,
        )  # fmt: skip
        no_longer(matter=matter, at=at, by=by)
    elif matter.reason == MOVED:  # nothing is here any more; "withdrawn" would say that it is nowhere
        raise Refused(
            _(
                "It lies with legal aid now. To have it erased there, call or come and name the reference of this page."
            )
        )
    elif matter.stage == "rejected" and matter.reason != WITHDRAWN:
        gone = {"reason": WITHDRAWN, "title": _("Withdrawn"), "text": "", "spot": "", "search_text": ""}
        if not Matter.objects.filter(pk=matter.pk, stage="rejected").update(**gone, changed_at=at):
            raise Stale(_("Somebody has already decided this."))
        for name, value in gone.items():
            setattr(matter, name, value)
    elif matter.stage in BEFORE_TAKING and not _waits_for_an_answer(matter):
        MATTER.take(matter, "close_untaken", outcome=Matter.Outcome.WITHDRAWN)
        no_longer(matter=matter, at=at, by=by)
    elif matter.stage in ("rejected", "merged", "closed"):
        raise Refused(_("This matter is finished already."))
    _erase_unseen(matter, at)
    kept(matter=matter, rule=MODERATE, at=at, by=by)
    note(matter=matter, verb="withdrawn", at=at, by=by)
    _forget_author(matter, at)


def _waits_for_an_answer(matter: Matter) -> bool:
    return matter.letters.filter(direction="out", stage__in=OUT).exists()


@action
def erase_moved(*, matter: Matter, at: datetime, by: User) -> None:
    """What was never public is kept elsewhere now: its words, photos and contact go; what happened and when stay.

    Refused for what everybody could read. Stale when another moderator was quicker.
    """
    if matter.published_at is not None or matter.stage not in ("raised", "rejected"):
        raise Refused(
            _("Only what was never public can be moved. Publish nothing more of it, and call the author.")
        )
    gone = {
        "stage": "rejected",
        "reason": MOVED,
        "title": _("Told in confidence"),
        "text": "",
        "spot": "",
        "search_text": "",
    }
    rows = Matter.objects.filter(pk=matter.pk, stage=matter.stage).exclude(reason__in=(MOVED, WITHDRAWN))
    if not rows.update(**gone, changed_at=at):
        raise Stale(_("Somebody has already decided this."))
    for name, value in gone.items():
        setattr(matter, name, value)
    Words.objects.filter(entry__matter=matter, erased_at=None).update(text="", erased_at=at, erased_for=MOVED)
    for document in Document.objects.filter(matter=matter).select_related("file", "thumb"):
        remove_document(document=document, at=at)
    kept(matter=matter, rule=MODERATE, at=at, by=by)
    note(matter=matter, verb="erased", at=at, by=by, visibility="staff", data={"rule": MOVED})
    _forget_author(matter, at)


def _erase_unseen(matter: Matter, at: datetime) -> None:
    """Words and photos of the author's that are not public go for good."""
    unread = ("added", "appealed", "worded")
    told = Q(entry__verb__in=unread, entry__visibility="staff") | Q(entry__verb="village_said")
    unseen = Words.objects.filter(told, entry__matter=matter)
    unseen.filter(erased_at=None).update(text="", erased_at=at, erased_for=WITHDRAWN)
    own = Document.objects.filter(matter=matter, kind__in=(Document.Kind.PHOTO, Document.Kind.HANDWRITING))
    for document in own.exclude(state=Document.State.PUBLIC).select_related("file", "thumb"):
        remove_document(document=document, at=at)


def _forget_author(matter: Matter, at: datetime) -> None:
    authors = Part.objects.filter(matter=matter, role=Part.Role.AUTHOR, until=None)
    for person in authors.values_list("person", flat=True):
        erase_contact(person=person, scope=f"matter:{matter.code}")
    authors.update(until=at)


@action
def change_code(*, matter: Matter, at: datetime) -> str:
    """End the return code (a paper was lost) and give a new one, shown once."""
    codes.end(purpose=RETURN, subject=f"matter:{matter.code}", at=at)
    return codes.issue(purpose=RETURN, subject=f"matter:{matter.code}", at=at)


@action
def keep_until_ended(*, matter: Matter, at: datetime, ended: bool) -> None:
    """Contacts of a matter, also of its followers, go 90 days after its end. Opened again, it is as on the first day:
    followers' stay until it ends, the author's two years at most."""
    gone, today = timedelta(days=DAYS_KEPT), legal_day(at)
    until = {"matter": today + (gone if ended else UNTIL_THEN), "follow": today + gone if ended else None}
    for code in (matter.code, *matter.merged.values_list("code", flat=True)):
        for scope, day in until.items():
            set_contact_expiry(scope=f"{scope}:{code}", expires_on=day)


def matter_of_code(text: str, at: datetime) -> str | None:
    """The public reference that a return code opens, or None: wrong, ended and withdrawn look alike."""
    found = codes.find(text, RETURN, at)
    return found.subject.removeprefix("matter:") if found else None
