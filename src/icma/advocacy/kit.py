"""The media kit of a public campaign or petition: its facts in one language, and the words that are made of them.

Everything here is what everybody may read on its page; a sentence about a term of law is never made here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.models import Campaign, Petition
from icma.advocacy.publishing import count_of
from icma.core.day import legal_day
from icma.core.pictures import drawable
from icma.core.words import date_words, num
from icma.matters.addresses import matter_address
from icma.matters.models import Entry, Matter
from icma.matters.verbs import may_be_passed_on, told

LONGEST, DEMAND, LATELY = 300, 600, 5
QUIET = ("planned", "submitted", "task_made", "task_done", "petition_switched", "petition_key")


@dataclass(frozen=True)
class Proof:
    """Where the count of one petition stands: number and root of the signed head, and when it was signed."""

    title: str
    count: int
    paper: int  # of the count, from sheets; 0 where nobody is told
    step: int
    number: int
    root: str
    on: str
    url: str


@dataclass(frozen=True)
class Kit:
    """Everything a picture or a paper shows; equal kits are equal pictures."""

    code: str
    kind: str
    title: str
    demand: str
    place: str
    authority: str
    community: str
    stage: str
    url: str
    mark: str
    language: str
    proofs: tuple[Proof, ...] = ()  # the most supported first; never added up: one person may support several

    @property
    def most(self) -> Proof | None:
        """What a picture has room for: the most supported, where anybody has supported it."""
        return self.proofs[0] if self.proofs and self.proofs[0].count else None

    @property
    def of(self) -> str:
        """Which petition the number of a picture is of, where there are several: in quotes, on a line of its own."""
        return _("“%(title)s”") % {"title": self.proofs[0].title} if len(self.proofs) > 1 else ""

    @property
    def what(self) -> str:
        """What kind of number that is; of which petition, where there are several."""
        if len(self.proofs) < 2:
            return _("confirmed support")
        return _("confirmed support for “%(title)s”") % {"title": self.proofs[0].title}


def kit_of(matter: Matter, language: str) -> Kit:
    """Of a public campaign or petition, in the language that is active."""
    campaign = Campaign.objects.filter(matter=matter).first()
    petitions = petitions_of(matter)
    demand = campaign.demand if campaign else matter.text
    group = matter.community
    return Kit(
        code=matter.code, kind=str(matter.get_kind_display()), title=matter.title, demand=cut(demand, DEMAND),
        place=str(matter.place), authority=str(matter.authority or ""),
        community=group.name if group is not None and group.seen == "full" else "",
        stage=str(CAMPAIGN.stages[campaign.stage].label) if campaign else "",
        url=settings.BASE_URL + matter_address(matter.code), mark="Nümunə" if settings.IS_DEMO else "",
        language=language, proofs=tuple(_proof(row) for row in petitions),
    )  # fmt: skip


def petitions_of(matter: Matter) -> list[Petition]:
    """The public ones of a campaign, the most supported first; a petition itself."""
    rows = Petition.objects.select_related("matter").filter(
        Q(campaign=matter.pk) | Q(matter=matter), matter__published_at__isnull=False, matter__hidden_at=None
    )
    return list(rows.order_by("-shown", "pk")[:3])


def _proof(petition: Petition) -> Proof:
    head, code = count_of(petition), petition.matter.code
    signed = legal_day(datetime.fromisoformat(head["at"])) if head["at"] else None
    return Proof(
        title=petition.matter.title, count=head["count"], paper=head["paper"] or 0, step=head["step"],
        number=head["number"], root=head["root"],
        on=date_words(signed) if signed else "", url=settings.BASE_URL + reverse("petition_log", args=[code]),
    )  # fmt: skip


def cut(text: str, most: int) -> str:
    """At most `most` characters, cut between words, with a mark that something is missing."""
    text = text.strip()
    if len(text) <= most:
        return text
    short = text[: most - 1]
    head = short if text[most - 1] == " " else short.rpartition(" ")[0] or short
    return head.rstrip(" ,;:.") + "…"


# --- words -----------------------------------------------------------------------------------------
def count_words(kit: Kit) -> list[str]:
    """How many support each petition, and what kind of number it is; nothing where there is none to tell."""
    several, lines = len(kit.proofs) > 1, []
    for proof in kit.proofs:
        if not proof.count:
            continue
        words = _("Confirmed support for “%(title)s”: %(n)s") if several else _("Confirmed support: %(n)s")
        line = words % {"title": proof.title, "n": num(proof.count)}
        if proof.paper:
            line += " (" + _("of these on paper: %(n)s") % {"n": num(proof.paper)} + ")"
        lines.append(line)
    return lines


def short_text(kit: Kit) -> str:
    """To copy: at most 300 characters with the address whole, in the language of the page."""
    parts = [
        kit.title,
        _("To: %(body)s") % {"body": kit.authority} if kit.authority else "",
        *count_words(kit),
    ]
    room = LONGEST - len(kit.url) - 1
    lines = [part for part in parts if part]
    while len(lines) > 1 and len("\n".join(lines)) > room:
        lines.pop()
    words = "\n".join(lines)
    left = room - len(words) - 1
    if kit.demand and kit.demand != kit.title and left > 40:
        words = f"{words}\n{cut(' '.join(kit.demand.split()), left)}"
    return f"{cut(words, room)}\n{kit.url}"


def press_note(kit: Kit, matter: Matter, today: date) -> str:
    """A note for the media: facts, what is demanded of whom, what has happened, how the number is counted."""
    facts = [
        _("To: %(body)s") % {"body": kit.authority} if kit.authority else "",
        _("Stage: %(stage)s") % {"stage": kit.stage} if kit.stage else "",
        *count_words(kit),
        _("Community: %(name)s") % {"name": kit.community} if kit.community else "",
    ]  # fmt: skip
    lines = [
        kit.title,
        f"{kit.kind} · {kit.place} · {date_words(today)}",
        "",
        _("What is demanded"),
        kit.demand,
        "",
        *(line for line in facts if line),
    ]
    happened = _happened(matter)
    if happened:
        lines += ["", _("What has happened"), *happened]
    for proof in kit.proofs:
        lines += ["", *([proof.title] if len(kit.proofs) > 1 else []), *_proof_lines(proof)]
    return "\n".join([*lines, "", _("Everything with its sources: %(url)s") % {"url": kit.url}, ""])


def _happened(matter: Matter) -> list[str]:
    """The last public steps, the newest last."""
    rows = Entry.objects.filter(matter=matter, visibility="public").exclude(verb__in=QUIET)
    found = [
        row
        for row in rows.select_related("clock__edition").order_by("-on", "-pk")[:LATELY]
        if may_be_passed_on(row)
    ]
    said = [(row, told(row)) for row in reversed(found)]
    return [f"{date_words(row.on)}: {words}" for row, words in said if words]


def _proof_lines(proof: Proof) -> list[str]:
    lines = [_("How the number is counted"), _("What counts, each once: a mailbox that confirmed, a paper code, or a line of a paper sheet. It does not prove that behind each stands a different living person.")]  # fmt: skip
    if proof.step > 1:
        lines.append(_("Shown in steps of 25, so that nobody is pointed out."))
    lines.append(_("Root of the log: %(root)s") % {"root": proof.root})
    return [*lines, _("Anyone can check it: %(url)s") % {"url": proof.url}]


# --- what pictures may draw ------------------------------------------------------------------------
def drawn(kit: Kit) -> Kit:
    """Without characters that the bundled fonts lack."""
    names = ("title", "demand", "place", "authority", "community", "stage", "kind")
    proofs = tuple(replace(one, title=drawable(one.title)) for one in kit.proofs)
    return replace(kit, proofs=proofs, **{name: drawable(getattr(kit, name)) for name in names})
