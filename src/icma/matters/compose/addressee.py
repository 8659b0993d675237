"""To whom a letter goes: suggestions, who must not get it, by which address, and what to know beforehand."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.engines.aztext import fold
from icma.matters.bands import Topic
from icma.matters.compose.wishes import Kind, purpose_of
from icma.matters.models import Letter, Matter
from icma.people.access import live_on
from icma.people.directory import address_for, addresses_for
from icma.people.models import Address, Authority

MOST = 30
_LOCAL = (Authority.Kind.EXECUTIVE, Authority.Kind.MUNICIPALITY, Authority.Kind.UTILITY)
_FIRST = {Topic.INFRASTRUCTURE: Authority.Kind.UTILITY, Topic.ECOLOGY: Authority.Kind.EXECUTIVE}


@dataclass(frozen=True)
class Remark:
    """Something to know before the letter goes; `tone` as for notes: now, data."""

    text: str
    tone: str = "now"


def suggestions(
    matter: Matter, kind: str, today: date, query: str = "", about: Authority | None = None
) -> list[Authority]:
    """Bodies that could get this letter, likely ones first; with `query` those whose name holds it."""
    rows = Authority.objects.filter(live_on(today)).select_related("place", "superior", "parent")
    words = fold(query[:80]).split()
    if words:
        for word in words:
            rows = rows.filter(search_text__contains=word)
        here = Case(When(place=matter.place_id, then=Value(0)), default=Value(1), output_field=IntegerField())
        return list(rows.order_by(here, "sort_key")[:MOST])
    if kind == Kind.OMBUDSMAN:
        return list(rows.filter(kind=Authority.Kind.OMBUDSMAN)[:MOST])
    if kind == Kind.CLAIM:
        return list(rows.filter(kind=Authority.Kind.COURT)[:MOST])
    if about is not None:
        higher = [pk for pk in (about.superior_id, about.parent_id) if pk]
        return list(rows.filter(pk__in=higher).exclude(pk=about.pk))
    return list(_near(rows, matter)[:MOST])


def _near(rows: QuerySet[Authority], matter: Matter) -> QuerySet[Authority]:
    """Of the matter's district first, the kind that its topic calls for before the others, then central bodies."""
    whens = [
        When(
            place=matter.place_id,
            kind=_FIRST.get(Topic(matter.topic), Authority.Kind.EXECUTIVE),
            then=Value(0),
        ),
        When(place=matter.place_id, kind__in=_LOCAL, then=Value(1)),
        When(place=matter.place_id, then=Value(2)),
    ]
    rows = rows.filter(Q(place=matter.place_id) | Q(place=None))
    rows = rows.exclude(kind__in=(Authority.Kind.COURT, Authority.Kind.OMBUDSMAN))
    return rows.annotate(near=Case(*whens, default=Value(3), output_field=IntegerField())).order_by(
        "near", "sort_key"
    )


def refuse_closed(authority: Authority, today: date) -> None:
    """A body that no longer exists, or not yet, gets no letter; its successor or parent is named."""
    if authority.until is not None and authority.until < today:
        heir = authority.parent or authority.superior
        if heir is not None:
            raise Refused(
                _("This authority was closed: %(name)s. Write to: %(heir)s.")
                % {"name": authority, "heir": heir}
            )
        raise Refused(_("This authority was closed: %(name)s. Choose another one.") % {"name": authority})
    if authority.since is not None and authority.since > today:
        raise Refused(_("This authority does not exist yet: %(name)s.") % {"name": authority})


def refuse_accused(authority: Authority, about: Authority | None, kind: str) -> None:
    """A complaint names a body, and does not go to it."""
    if kind == Kind.COMPLAINT and about is None:
        raise Refused(_("Choose the body that the complaint is about."))
    if about is None or about.pk != authority.pk:
        return
    higher = about.superior or about.parent
    if higher is not None:
        raise Refused(
            _("A complaint cannot go to the body that it is about. The higher body: %(name)s.")
            % {"name": higher}
        )
    raise Refused(_("A complaint cannot go to the body that it is about. Choose another one."))


def addresses(authority: Authority, kind: str, today: date) -> list[Address]:
    """Addresses that the directory knows for this kind of letter."""
    return addresses_for(authority, purpose_of(kind), today)


@dataclass(frozen=True)
class Chosen:
    """By which address a letter goes: `ended` was chosen and holds no more, `current` could take its place."""

    address: Address | None
    ended: Address | None = None
    current: Address | None = None


def chosen(letter: Letter, today: date) -> Chosen:
    """A letter that was sent keeps the address that was used; a draft only one that still holds."""
    if letter.stage != "draft":
        return Chosen(letter.address)
    known = addresses(letter.authority, letter.kind, today)
    if letter.address in known:
        return Chosen(letter.address)
    current = address_for(letter.authority, purpose_of(letter.kind), today, letter.channel)
    return Chosen(None, letter.address, current)


def refuse_too_long(address: Address | None, text: str) -> None:
    """The channel's limit of characters."""
    if address is not None and address.limit and len(text) > address.limit:
        raise Refused(
            _("This channel takes %(limit)s characters; the text has %(length)s. Shorten it by %(over)s.")
            % {"limit": address.limit, "length": len(text), "over": len(text) - address.limit}
        )


def sent_within_a_year(matter: Matter, authority: Authority, today: date) -> int:
    """Our letters to one body on one matter in the last year."""
    sent = Letter.objects.filter(matter=matter, authority=authority, direction="out", sent_on__isnull=False)
    return sent.filter(sent_on__gt=today - timedelta(days=365)).count()


def remarks(
    matter: Matter, authority: Authority, kind: str, address: Address | None, today: date
) -> list[Remark]:
    """What the sender should know before the letter goes."""
    found = []
    if address is None:
        found.append(
            Remark(
                _(
                    "The address is not confirmed: the directory knows none for this purpose. Check it before you send."
                )
            )
        )
    elif not address.attachments:
        found.append(Remark(_("This channel takes no attachments: put what matters into the text.")))
    if matter.language != "az":
        found.append(
            Remark(
                _(
                    "The matter is written in another language; letters go out in Azerbaijani. Put the facts into it."
                )
            )
        )
    before = 0 if kind in (Kind.CLAIM, Kind.OMBUDSMAN) else sent_within_a_year(matter, authority, today)
    if before >= 2:
        found.append(Remark(_repeated(kind, before + 1)))
    return found


def _repeated(kind: str, n: int) -> str:
    """The third letter and each after it. Article 8.1.4 is about appeals: an information request has its own law."""
    words = _("Letters to this body on this matter within a year, with this one: %(n)s.") % {"n": n}
    if kind != Kind.INFORMATION:
        words += " " + _(
            "By the Law on Citizens' Appeals, article 8.1.4 (not checked by an advocate), a repeated appeal that was "
            "answered three times and brings no new facts may be left without consideration."
        )
    return words + " " + _("Write what is new, or go to the next step.")
