"""What a community tells: written, read by a moderator, put on the thread; news go to supporters who asked, once a version."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.advocacy.flow import UPDATE
from icma.advocacy.models import Campaign, Petition, Update
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.raising import DAYS_KEPT
from icma.matters.actions.support import follow, follow_scope, is_open, person_of, unfollow
from icma.matters.actions.thread import erase_words, note
from icma.matters.models import Entry, Matter, Part
from icma.matters.rules_of_moderation import RULES
from icma.people.actions.contacts import erase_contact
from icma.people.actions.mail import queue_many
from icma.people.models import Contact, User

TITLE, TEXT, LINK = 120, 2000, 300
BATCH = 500
VERBS = {kind: f"told_{kind}" for kind in Update.Kind.values}


# --- writing ---------------------------------------------------------------------------------------
@action
def write_update(
    *,
    campaign: Campaign,
    kind: str,
    on: date,
    title: str,
    at: datetime,
    by: User,
    text: str = "",
    link: str = "",
) -> Update:
    """Something that happened, or news. Only a moderator sees it before it is published.

    A legal step is told in the community's own words; it knows no case and leads to none.
    """
    if campaign.matter.published_at is None or campaign.matter.stage in ("closed", "merged"):
        raise Refused(_("Only a campaign that is public and runs tells anything."))
    if kind not in Update.Kind.values:
        raise Refused(_("Choose what it is."))
    return Update.objects.create(
        code=public_code(), campaign=campaign, kind=kind, at=at, by=by, **_checked(on, title, text, link, at)
    )


@action
def rewrite_update(
    *, update: Update, was: int, on: date, title: str, at: datetime, by: User, text: str = "", link: str = ""
) -> Update:
    """A new version, which a moderator reads too. `was`: the version that was changed; Stale if it is another by now."""
    here = Update.objects.select_for_update(no_key=True).filter(pk=update.pk, version=was).first()
    if here is None:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    UPDATE.take(
        update, "rewrite", version=was + 1, at=at, by=by, reason="", public_at=None, queued=True, reached=0,
        **_checked(on, title, text, link, at),
    )  # fmt: skip
    return update


def _checked(on: date, title: str, text: str, link: str, at: datetime) -> dict[str, object]:
    title, text, link = " ".join(clean_text(title).split()), clean_text(text).strip(), link.strip()
    if not title or len(title) > TITLE or len(text) > TEXT or len(link) > LINK:
        raise Refused(_("Write a title of at most 120 and a text of at most 2,000 characters."))
    if on > legal_day(at):
        raise Refused(_("This day lies ahead. Tell it when it has happened."))
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).hostname):
        raise Refused(_("The address begins with https:// or http://."))
    return {"on": on, "title": title, "text": text, "link": link}


# --- a moderator reads it --------------------------------------------------------------------------
@action
def publish_update(*, update: Update, version: int, at: datetime, by: User) -> None:
    """The version that was read becomes public; the words of an earlier one leave a tombstone. News are queued."""
    here = _read(update, version, by)
    UPDATE.take(here, "publish", public_at=at, reached=0, queued=here.kind != Update.Kind.NEWS)
    matter, verb = here.campaign.matter, VERBS[here.kind]
    for entry in Entry.objects.filter(matter=matter, verb=verb, data__update=here.code):
        erase_words(entry=entry, reason="corrected", by=by, at=at)
    words = "\n\n".join(part for part in (here.title, here.text, here.link) if part)
    data = {"update": here.code, "version": version}
    note(matter=matter, verb=verb, at=at, by=here.by, on=here.on, text=words, data=data, read=True)


@action
def refuse_update(*, update: Update, version: int, rule: str, at: datetime, by: User) -> None:
    """Not published; the rule is named to those who wrote it."""
    if rule not in RULES:
        raise Refused(_("Choose the rule that it does not keep."))
    UPDATE.take(_read(update, version, by), "refuse", reason=rule)


def _read(update: Update, version: int, by: User) -> Update:
    rows = Update.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "campaign__matter", "by"
    )
    here = rows.filter(pk=update.pk, version=version).first()
    if here is None:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    if here.by_id == by.pk:
        raise Refused(_("You have written it yourself: somebody else reads it."))
    return here


# --- to supporters ---------------------------------------------------------------------------------
def queue_updates(at: datetime) -> int:
    """Queue mails of what was published and is not queued to its end; how many now. A run that dies half-way goes on
    where its last batch ended, and nobody gets a version twice."""
    queued = 0
    for pk in (
        Update.objects.filter(queued=False, stage="public").order_by("public_at").values_list("pk", flat=True)
    ):
        while (made := queue_batch(pk=pk, at=at)) is not None:
            queued += made
    return queued


@action
def queue_batch(*, pk: int, at: datetime) -> int | None:
    """The next batch of one update, with the place where it ended, in one transaction; None when nobody is left."""
    rows = Update.objects.select_for_update(no_key=True, of=("self",)).select_related("campaign")
    update = rows.filter(pk=pk, queued=False, stage="public").first()
    if update is None:
        return None
    parts = list(_followers(update.campaign).filter(pk__gt=update.reached).order_by("pk")[:BATCH])
    mine = Update.objects.filter(pk=pk, version=update.version)
    if not parts or not _is_public(update.campaign_id):
        mine.update(queued=True)
        return None
    data = {"update": update.code, "version": update.version}
    key = f"update:{update.code}:{update.version}"
    n = queue_many(persons=[part.person for part in parts], key=key, kind="update", data=data, at=at)
    mine.update(reached=parts[-1].pk)
    return n


def _followers(campaign: Campaign) -> QuerySet[Part]:
    """Who follows the campaign or a petition of it. Of a protected petition nobody is kept, so nobody is written to."""
    petitions = Petition.objects.filter(campaign=campaign).exclude(mode=Petition.Mode.PROTECTED)
    matters = [campaign.pk, *petitions.values_list("pk", flat=True)]
    return Part.objects.filter(matter__in=matters, role=Part.Role.FOLLOWER, until=None)


def _is_public(pk: int) -> bool:
    return Matter.objects.filter(pk=pk, published_at__isnull=False, hidden_at=None).exists()


@action
def subscribe(*, asked: Iterable[tuple[Petition, str, bool]], at: datetime) -> None:
    """Who confirmed a signature and wants to be told follows its petition; who took it back no longer does.

    `asked`: (petition, address, wants). Never of a protected one: nothing about its signers is kept.
    """
    for petition, mail, wants in asked:
        if petition.mode == Petition.Mode.PROTECTED:
            continue
        if wants and is_open(petition.matter):
            follow(matter=petition.matter, person=person_of(mail), at=at, mail=mail)
        elif not wants:
            unfollow(matter=petition.matter, person=person_of(mail), at=at)


@action
def let_followers_go(*, at: datetime) -> int:
    """Addresses given for news end 90 days after the campaign's review, of a petition that stands alone after its end;
    a campaign that goes on keeps them. How many scopes have an end. Late or doubled changes nothing."""
    rows = Petition.objects.values_list("matter__code", "campaign", "campaign__reviewed_on", "closed_at")
    ended = 0
    for code, campaign, reviewed_on, closed_at in rows:
        last = reviewed_on if campaign else closed_at and legal_day(closed_at)
        ended += last is not None
        expires_on = last + timedelta(days=DAYS_KEPT) if last else None
        Contact.objects.filter(scope=follow_scope(code)).exclude(expires_on=expires_on).update(
            expires_on=expires_on
        )
    return ended


@action
def forget_followers(*, petition: Petition, at: datetime) -> None:
    """A petition that became protected keeps nobody who wanted to be told."""
    scope = follow_scope(petition.matter.code)
    parts = Part.objects.filter(matter=petition.matter_id, role=Part.Role.FOLLOWER)
    for person in parts.values_list("person", flat=True):
        erase_contact(person=person, scope=scope)
    parts.delete()
