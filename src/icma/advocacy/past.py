"""Sheets of the past: which columns they have, and what of ours a line names. Nothing is written here."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.advocacy.models import Campaign
from icma.engines.aztext import fold
from icma.matters.bands import Topic
from icma.matters.models import Letter, Matter
from icma.people.directory import OF_PLACE
from icma.people.models import Address, Authority, Organisation, Place
from icma.research.declared.book import Col, Sheet

T = TypeVar("T")
NOT_BROUGHT = ("extension", "registration", "promise")  # kinds of answers that would begin a term
OUTCOMES = [pair for pair in Matter.Outcome.choices if pair[0] != Matter.Outcome.UNANSWERED]
ANSWERS = [pair for pair in Letter.Answer.choices if pair[0] not in NOT_BROUGHT]
NUMBER = Col("row", _("No."), "nümunə", most=20)
SOURCE = Col("source", _("Source"), "Hesabat 2019, səh. 4", is_needed=True)

COMMUNITIES = Sheet("communities", _("Communities"), (
    NUMBER,
    Col("name", _("Name of the community"), "Nümunə icması", is_needed=True, most=120),
    Col("form", _("What it is"), "təşəbbüs qrupu", "choice", True, lambda: dict(Organisation.Form.choices)),
    Col("place", _("District or town"), "Göyçay", "name", True),
    Col("since", _("Since"), "01.03.2018", "day", True),
    Col("until", _("Until (empty: it still is)"), "", "day"),
    Col("seen", _("What the public sees"), "", "choice", False, lambda: dict(Organisation.Seen.choices)),
    SOURCE,
))  # fmt: skip
CAMPAIGNS = Sheet("campaigns", _("Campaigns"), (
    NUMBER,
    Col("title", _("Title of the campaign"), "Su hər gün verilsin", is_needed=True, most=140),
    Col("problem", _("Problem and demand"), "Su gündə iki saat verilirdi.", is_needed=True, most=5000),
    Col("place", _("District or town"), "Göyçay", "name", True),
    Col("topic", _("Topic"), "infrastruktur", "choice", True, lambda: dict(Topic.choices)),
    Col("level", _("Level"), "yerli", "choice", True, lambda: dict(Campaign.Level.choices)),
    Col("community", _("Community (empty: the union itself)"), "Nümunə icması", "name"),
    Col("authority", _("Authority"), "", "name"),
    Col("started_on", _("Began"), "01.03.2019", "day", True),
    Col("ended_on", _("Ended"), "20.09.2019", "day"),
    Col("outcome", _("Outcome"), "həll olundu", "choice", False, lambda: dict(OUTCOMES)),
    Col("changed", _("What has changed, for whom"), "Su hər gün gəlir.", most=2000),
    SOURCE,
))  # fmt: skip
LETTERS = Sheet("letters", _("Letters"), (
    NUMBER,
    Col("campaign", _("Campaign (title or code)"), "Su hər gün verilsin", "name", True),
    Col("authority", _("Authority"), "Nümunə Su İdarəsi", "name", True),
    Col("kind", _("Kind of letter"), "ərizə", "choice", True, lambda: dict(Letter.Kind.choices)),
    Col("subject", _("Subject"), "Su qrafiki barədə", is_needed=True, most=200),
    Col("sent_on", _("Sent"), "02.04.2019", "day", True),
    Col("channel", _("Way"), "poçt", "choice", False, lambda: dict(Address.Channel.choices)),
    Col("number", _("Registration number"), "118/19", most=60),
    Col("registered_on", _("Registered"), "03.04.2019", "day"),
    Col("answered_on", _("Day of the answer"), "19.04.2019", "day"),
    Col("answer", _("Kind of answer"), "mahiyyəti üzrə cavab", "choice", False, lambda: dict(ANSWERS)),
    Col("answer_number", _("Number of the answer"), "77", most=60),
    Col("summary", _("What the answer says"), "Xətt təmir olunacaq.", most=500),
    SOURCE,
))  # fmt: skip
SHEETS = (COMMUNITIES, CAMPAIGNS, LETTERS)  # in the order in which they need one another
# A topic of a matter says which plan its campaign would have had.
TEMPLATES = {"social": "social", "gender": "gender", "ecology": "ecology"}


class Unknown(ValueError):
    """A line names something that we do not have; its text is for the reader."""


@dataclass
class Known:
    """What lines may name, read once for a whole book; what they make is added as they are brought in."""

    places: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    communities: dict[str, set[Organisation]] = field(default_factory=lambda: defaultdict(set))
    authorities: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    campaigns: dict[str, set[Matter]] = field(default_factory=lambda: defaultdict(set))
    union: Organisation | None = None

    def add(self, made: Organisation | Matter | None) -> None:
        """A line has become this; later lines may name it."""
        if isinstance(made, Organisation):
            self.add_community(made)
        elif isinstance(made, Matter):
            self.add_campaign(made)

    def add_community(self, row: Organisation) -> None:
        for name in (row.code, row.name):
            self.communities[fold(name)].add(row)

    def add_campaign(self, matter: Matter) -> None:
        for name in (matter.code, matter.title):
            self.campaigns[fold(name)].add(matter)


def known() -> Known:
    """Districts, communities, authorities and campaigns: four queries."""
    found = Known()
    for place in Place.objects.filter(kind="unit"):
        for name in {place.code, place.name_az, place.name_en, place.name_ru} - {""}:
            found.places[fold(name)].add(place)
    for row in Organisation.objects.exclude(kind="partner").select_related("place").order_by("pk"):
        found.add_community(row)
        if row.kind == "union" and found.union is None:
            found.union = row
    for pk, *names in Authority.objects.values_list("pk", "code", "name_az", "name_en", "name_ru"):
        for name in set(names) - {""}:
            found.authorities[fold(name)].add(pk)
    seen = Matter.objects.filter(kind="campaign").exclude(stage__in=("rejected", "merged"))
    for matter in seen.select_related("place").defer("search_text"):
        found.add_campaign(matter)
    return found


def one(found: set[T], text: str, label: Any) -> T:
    """The one thing of this name. Unknown where there is none, or more than one."""
    if not found:
        words = {"label": label, "text": text[:60]}
        raise Unknown(_t("%(label)s: nothing of ours is called “%(text)s”") % words)
    if len(found) > 1:
        words = {"label": label, "text": text[:60]}
        raise Unknown(_t("%(label)s: several are called “%(text)s”; write its code") % words)
    return next(iter(found))


def place_of(ours: Known, text: str) -> Place:
    name = fold(text)
    found = ours.places.get(name) or ours.places.get(OF_PLACE.sub("", name), set())
    return one(found, text, _t("District or town"))


def authority_of(ours: Known, text: str) -> Authority:
    return Authority.objects.get(pk=one(ours.authorities.get(fold(text), set()), text, _t("Authority")))


def community_of(ours: Known, text: str) -> Organisation:
    """The community of this name; without a name the union itself."""
    if not text:
        if ours.union is None:
            raise Unknown(_t("Write which community led it."))
        return ours.union
    return one(ours.communities.get(fold(text), set()), text, _t("Community"))


def campaign_of(ours: Known, text: str) -> Matter:
    return one(ours.campaigns.get(fold(text), set()), text, _t("Campaign"))


def key_of(kind: str, *parts: Any) -> str:
    """What names a line, so that the same line is known again: words folded, days and codes as they are."""
    said = [part.isoformat() if isinstance(part, date) else fold(str(part)) for part in parts]
    return hashlib.sha256("\0".join([kind, *said]).encode()).hexdigest()
