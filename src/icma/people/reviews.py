"""The page "Nəzərdən keçirin": what waits for a second person, and what can still be undone.

Higher floors have kinds of their own; `front` gives the whole tuple to the page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.access import Who, allowed
from icma.core.prepared import prepared
from icma.core.words import date_words
from icma.people.access import READ_AFTER
from icma.people.access import WORDS as READ
from icma.people.actions.accounts import unfreeze
from icma.people.actions.changes import snapshot
from icma.people.actions.directory import BODY_FIELDS, apply_proposal, undo_directory
from icma.people.actions.organisations import READ as COMMUNITY
from icma.people.actions.organisations import WORDS, let_out_words
from icma.people.actions.review import UNDO_DAYS, decide_review, undo
from icma.people.actions.roles import undo_role
from icma.people.models import Address, Authority, Change, Membership, Organisation, Place, Review

Pairs = list[tuple[Any, Any]]
MOST = 40


@dataclass(frozen=True)
class Kind:
    """How one kind of review is shown and decided; `decide(review=, verdict=, by=, at=)`.

    Verdicts: "agreed" and "refused" for what waits, "agreed" and "undone" for what has happened. Without
    `decide` the page only leads to `link(review)`, where the thing itself is seen and decided.
    """

    name: str
    label: Any
    decide: Callable[..., Any] | None = None
    describe: Callable[[Review], Pairs] = lambda review: []
    link: Callable[[Review], str] | None = None


def by_effects(apply: Callable | None = None, revert: Callable | None = None) -> Callable[..., Any]:
    """A `decide` from the effect of agreeing to what waits and of undoing what has happened."""

    def decide(*, review: Review, verdict: str, by: Any, at: datetime) -> Review:
        if verdict == "undone":
            return undo(review=review, by=by, at=at, revert=revert)
        return decide_review(review=review, verdict=verdict, by=by, at=at, apply=apply)

    return decide


def _role(review: Review) -> Pairs:
    role = Membership.Role(review.data["role"]).label
    return [(_("Whose role"), review.data["who"]), (_("ended") if review.data["ended"] else _("given"), role)]


def _changes(review: Review) -> Pairs:
    """Of each body what was entered, and before → after of what moved; a sheet names many bodies."""
    pairs: Pairs = []
    last = None
    for change in review.changes[:MOST_SHOWN]:
        stands = change.after or change.before or {}
        body = stands.get("name_az") or review.names.get(("authority", stands.get("authority")), "–")
        if body != last:
            pairs.append((_("Authority"), body))
        last = body
        pairs += _moved(change, review.names)
    if len(review.changes) > MOST_SHOWN:
        pairs.append((_("and more changes"), len(review.changes) - MOST_SHOWN))
    return pairs


def _moved(change: Change, names: "Names") -> Pairs:
    """Before → after of each field that moved; of a new row what was entered, of one taken out what it was."""
    before, after, pairs = change.before or {}, change.after or {}, []
    for name, label in FIELDS.items():
        new, old = after.get(name), before.get(name)
        if new == old or name == "attachments" and new and not before:
            continue
        said = _said(name, new, names)
        pairs.append((label, f"{_said(name, old, names)} → {said}" if before else said))
    return pairs


@dataclass(frozen=True)
class Told:
    """One line of a body's history: when, by whom, how it came, what it was about and what moved."""

    at: datetime
    by: Any
    why: str
    what: str
    pairs: Pairs


def history_of(body: Authority) -> list[Told]:
    """What was changed in a body and in its addresses, also in those that were taken out again; the newest first."""
    of_body = Q(table="authority", row=body.code)
    of_address = Q(table="address") & (Q(after__authority=body.pk) | Q(before__authority=body.pk))
    rows = list(
        Change.objects.filter(of_body | of_address).select_related("by").order_by("-at", "-pk")[:MOST]
    )
    names = _names_in([one for row in rows for one in (row.before, row.after) if one])
    return [Told(row.at, row.by, _why(row.why), _what(row, names), _moved(row, names)) for row in rows]


def _what(change: Change, names: "Names") -> str:
    """The body itself, or which of its addresses."""
    stands = change.after or change.before or {}
    if change.table == "authority":
        return ""
    said = ", ".join(_said(name, stands.get(name), names) for name in ("purpose", "channel"))
    return _("Address") + f": {stands.get('value', '')} ({said})"


def _why(kept: str) -> str:
    """How a change came, as people read it; the audit keeps plain words."""
    if kept.startswith(PROPOSED):
        return _("proposed by %(who)s") % {"who": kept.removeprefix(PROPOSED)}
    return str(WAYS.get(kept, kept))


def _proposal(review: Review) -> Pairs:
    data = review.data
    pairs = [(_("Authority"), data["name"] or _("a new body")), (_("Source"), data["source"])]
    shown = {name.removesuffix("_id"): value for name, value in {**data["values"], **data["address"]}.items()}
    for name, label in FIELDS.items():
        if name not in shown or name == "attachments" and shown[name]:
            continue
        said = _said(name, shown[name], review.names)
        old = _said(name, review.stands[name], review.names) if name in review.stands else ""
        pairs.append((label, f"{old} → {said}" if old else said))
    return pairs


def _stands(row: Review, bodies: dict[str, Authority]) -> dict[str, Any]:
    """The body as it stands while a proposal about it waits; a new body stands nowhere."""
    body = bodies.get(row.data.get("authority", ""))
    return snapshot(body, BODY_FIELDS) if body else {}


Names = dict[tuple[str, Any], str]  # (field, key of the row) → its name


def _names(rows: Iterable[Review]) -> Names:
    """What places and bodies are called to which kept values point: two queries."""
    kept = [change for row in rows for one in row.changes for change in (one.before, one.after) if change]
    kept += [row.data["values"] for row in rows if "values" in row.data]
    kept += [row.stands for row in rows]
    return _names_in(kept)


def _names_in(kept: list[dict[str, Any]]) -> "Names":
    found: Names = {}
    for model, fields in ((Place, ("place",)), (Authority, ("parent", "superior", "authority"))):
        asked = {(field, one.get(field) or one.get(f"{field}_id")) for one in kept for field in fields}
        asked = {(field, key) for field, key in asked if isinstance(key, int)}
        known = model._default_manager.in_bulk({key for _field, key in asked}) if asked else {}
        found |= {(field, key): str(known[key]) for field, key in asked if key in known}
    return found


def _said(name: str, value: Any, names: Names) -> str:
    """A kept value as people read it: rows by their name, choices by their label, days in words."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in CHOICES:
        return str(CHOICES[name](value).label) if value in CHOICES[name].values else str(value)
    if name in ("since", "until"):
        return date_words(date.fromisoformat(value))
    return names.get((name, value), str(value))


def _words(review: Review) -> Pairs:
    """The public words of a community: before → after of what is to move. Who comes into sight shows all its words."""
    data = review.data
    pairs: Pairs = [(_("Community"), data["name"])]
    for name in WORDS:
        new, old = data["values"].get(name), data["was"].get(name)
        if new is None and data["all"].get(name):
            new = old = data["all"][name]
        if new is None:
            continue
        label = Organisation._meta.get_field(name).verbose_name
        pairs.append((label, new if new == old else f"{old or '–'} → {new or '–'}"))
    return pairs


PROPOSED = "proposed by "
WAYS = {"csv": gettext_lazy("from a CSV sheet"), "undone": gettext_lazy("taken back"), "shipped": ""}
MOST_SHOWN = 40  # changes of one sheet
CHOICES = {"kind": Authority.Kind, "purpose": Address.Purpose, "channel": Address.Channel}
FIELDS = {
    "kind": gettext_lazy("Kind"),
    "name_az": gettext_lazy("Name in Azerbaijani"),
    "name_en": gettext_lazy("Name in English"),
    "name_ru": gettext_lazy("Name in Russian"),
    "place": gettext_lazy("Place"),
    "parent": gettext_lazy("Part of"),
    "superior": gettext_lazy("Hears complaints"),
    "since": gettext_lazy("Valid from"),
    "until": gettext_lazy("Valid until"),
    "source": gettext_lazy("Source"),
    "purpose": gettext_lazy("For what"),
    "channel": gettext_lazy("Way"),
    "value": gettext_lazy("Address"),
    "limit": gettext_lazy("Most characters"),
    "attachments": gettext_lazy("Takes attachments"),
}

KINDS = (
    Kind("role", gettext_lazy("A role was given or ended"), by_effects(revert=undo_role), _role),
    Kind(
        "unfreeze",
        gettext_lazy("Open a frozen account again"),
        by_effects(apply=unfreeze),
        lambda review: [(_("Whose account"), review.data["who"])],
    ),
    Kind(
        "proposal",
        gettext_lazy("A change of the directory was proposed"),
        by_effects(apply_proposal),
        _proposal,
    ),
    Kind(COMMUNITY, gettext_lazy("A community changes its public words"), by_effects(let_out_words), _words),
    Kind("directory", gettext_lazy("The directory was changed"), by_effects(revert=undo_directory), _changes),
)


@dataclass(frozen=True)
class Item:
    """One line of the page."""

    review: Review
    label: Any
    pairs: Pairs
    url: str
    can_decide: bool
    undo_until: datetime
    due: date | None = None  # by when a moderator owes a look


Due = Callable[[Review], date]  # by when words are to be read: the law's own floor knows


def items(rows: Iterable[Review], kinds: Sequence[Kind], due: Due | None = None) -> list[Item]:
    """Lines for the page; as many queries whatever their number."""
    rows, known = list(rows), {kind.name: kind for kind in kinds}
    ids = [change for row in rows for change in row.data.get("changes", [])]
    changes = Change.objects.in_bulk(ids)
    codes = [row.data["authority"] for row in rows if row.data.get("authority")]
    bodies = Authority.objects.in_bulk(codes, field_name="code") if codes else {}
    for row in rows:
        row.changes = [changes[pk] for pk in row.data.get("changes", []) if pk in changes]
        row.stands = _stands(row, bodies)
    names, found = _names(rows), []
    for row in rows:
        kind = known.get(row.kind, Kind(row.kind, row.kind))
        row.names = names
        url = kind.link(row) if kind.link else ""
        until = row.asked_at + timedelta(days=UNDO_DAYS)
        owed = due(row) if due and row.kind in READ else None
        found.append(Item(row, kind.label, kind.describe(row), url, kind.decide is not None, until, owed))
    return found


def waiting_for(who: Who, at: datetime) -> Any:
    """Reviews that `who` may decide now, oldest first: what waits, what happened in the last 14 days, and public words
    until somebody has read them."""
    recent = Q(when="after", asked_at__gte=at - timedelta(days=UNDO_DAYS))
    open_rows = Review.objects.filter(Q(when="before") | Q(kind__in=READ_AFTER) | recent, verdict="")
    rows = allowed(open_rows, who, "decide", at)
    return rows.select_related("asked_by", "organisation").order_by("-when", "asked_at", "pk")


@prepared
def to_agree(*, who: Who, at: datetime) -> QuerySet[Review]:
    """What waits for this person's agreement, and public words that nobody else has read, oldest first: for "My work"."""
    rows = Review.objects.filter(Q(when="before") | Q(kind__in=READ), verdict="")
    return allowed(rows, who, "decide", at).order_by("asked_at", "pk")[:MOST]


@prepared
def to_read(*, who: Who, at: datetime) -> QuerySet[Review]:
    """Words that this person may let out, or has to look over because everybody reads them already; oldest first."""
    rows = Review.objects.filter(kind__in=READ, verdict="")
    return allowed(rows, who, "decide", at).order_by("asked_at", "pk")[:MOST]
