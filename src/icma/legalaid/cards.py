"""Cards of the cases somebody works on: opened together, fast; lists, boards and search read them.

One query brings grants and sealed cards; a grant that is opened for the first time is kept under the owner's own key
(93 µs become 11). What was opened is kept in this process for the next page sealed under the owner's key, never in
clear, and is read again only while neither cards nor grants have changed.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.engines import vault
from icma.engines.aztext import fold, fold_all, sort_text
from icma.legalaid.actions.cases.caching import keep_cached
from icma.legalaid.models import Grant, Wall
from icma.legalaid.places import grant_at, row_at
from icma.legalaid.ring import Ring
from icma.legalaid.words import Compartment

FILE = Compartment.FILE.value
NO_KEY = bytes(vault.KEY)
MOST_KEPT = 8  # people of one process


class Kept(NamedTuple):
    """What was opened for one person, sealed; `texts`: of each card what a search looks into, b"" before the first."""

    stamp: Any
    cards: bytes
    texts: bytes = b""


_KEPT: OrderedDict[str, Kept] = OrderedDict()


TOLD = {"title", "client", "stage", "next", "next_on", "matter"}
BROKEN = b'{"broken":"1"}'  # a card that does not open: it stands in the list, and the others open


class Card(NamedTuple):
    """One line of the list: what is clear of the case, and what its card told. Dates are ISO texts."""

    code: str
    open: bool
    urgent: bool
    touched: str
    told: dict[str, str]

    def __getattr__(self, name: str) -> str:
        """What the card says of one of TOLD, "" where it says nothing."""
        if name not in TOLD:
            raise AttributeError(name)
        if name == "title" and self.told.get("broken"):
            return _("This does not open")
        return self.told.get(name, "")

    @property
    def next_day(self) -> date | None:
        return date.fromisoformat(self.next_on) if self.next_on else None


def grants_of(ring: Ring) -> QuerySet[Grant]:
    """The live grants that a list stands on: file keys of the present epoch, of cases behind no wall."""
    walls = Wall.objects.filter(user=ring.user).values("case")
    own = Q(holder=ring.pair) & (Q(expires_at=None) | Q(expires_at__gt=ring.at))
    return Grant.objects.filter(
        own, compartment=Compartment.FILE, epoch=F("case__file_epoch"), case__assignee__isnull=False
    ).exclude(case__in=walls)


def cards(ring: Ring) -> list[Card]:
    """Every card of the ring's owner."""
    return _cards(ring)[0]


def _cards(ring: Ring) -> tuple[list[Card], Kept]:
    grants = grants_of(ring)
    stamp = grants.order_by().aggregate(
        n=Count("pk"), revs=Sum("case__rev"), grants=Sum("pk"), last=Max("case__touched_on"),
        today=Count("pk", filter=Q(case__touched_on=legal_day(ring.at))),
    )  # fmt: skip
    kept, key, place = _KEPT.get(ring.pair.code), ring.own("cards"), ring.pair.code
    if kept and kept.stamp == stamp:
        return _read(vault.unlock(key, kept.cards, place)), kept
    plain = _opened(ring, grants)
    _KEPT[place] = kept = Kept(stamp, vault.lock(key, plain, place))
    _KEPT.move_to_end(place)
    while len(_KEPT) > MOST_KEPT:
        _KEPT.popitem(last=False)
    return _read(plain), kept


def forget() -> None:
    """Nothing is kept: after locking, and in tests."""
    _KEPT.clear()


def file_keys(ring: Ring) -> dict[int, tuple[str, int, bytes]]:
    """Case id → (code, epoch, file key) of all that the list stands on."""
    rows = grants_of(ring).values_list("pk", "cached", "case__code", "case__file_epoch", "case_id")
    return {case: (code, epoch, key) for key, (_pk, _cached, code, epoch, case) in _keyed(ring, rows)}


def _keyed(ring: Ring, rows: QuerySet) -> Iterator[tuple[bytes, tuple]]:
    """Each row with its file key; rows begin with a grant's key, what is kept of it, the case's code and epoch."""
    cache, holder, new = ring.own("grant-cache"), ring.pair.code, []
    for row in rows:
        place = grant_at(row[2], FILE, row[3], holder)
        if row[1]:
            try:
                yield vault.unlock(cache, row[1], place), row
            except vault.Unopened:  # what is kept of the grant was damaged: the grant itself is read
                new.append((row, place))
        else:
            new.append((row, place))
    blobs = (
        dict(Grant.objects.filter(pk__in=[row[0] for row, _place in new]).values_list("pk", "blob"))
        if new
        else {}
    )
    fresh = []
    for row, place in new:
        if row[0] not in blobs:  # taken away between the two queries
            continue
        try:
            key = ring.unwrapped(blobs[row[0]], place)
        except vault.Unopened:  # the grant was damaged: nothing of its case opens
            yield NO_KEY, row
            continue
        fresh.append((row[0], vault.lock(cache, key, place)))
        yield key, row
    if fresh:
        keep_cached(found=fresh)


# The day as its ISO text: to make dates of thousands and texts of them again takes a twentieth of the list.
COLUMNS = (
    "pk", "cached", "case__code", "case__file_epoch", "case__rev", "case__card", "case__open", "case__urgent",
    Cast("case__touched_on", CharField()),
)  # fmt: skip


def _opened(ring: Ring, grants: QuerySet[Grant]) -> bytes:
    """What is clear of each case and, in the same order, its card: two lists in one, read as JSON in one go."""
    clear, sealed = [], []
    for key, row in _keyed(ring, grants.values_list(*COLUMNS)):
        _pk, _cached, code, epoch, rev, card, is_open, urgent, touched = row
        clear.append((code, is_open, urgent, touched))
        try:
            sealed.append(vault.unsealed(key, card, row_at(code, FILE, "card", epoch, rev)))
        except vault.Unopened:
            sealed.append(BROKEN)
    return b"[%b,[%b]]" % (json.dumps(clear).encode(), b",".join(sealed))


def _read(plain: bytes) -> list[Card]:
    clear, told = json.loads(plain.decode())
    return [Card(*one, card) for one, card in zip(clear, told, strict=True)]


ORDERS = {
    "step": lambda card: (not card.urgent, card.told.get("next_on") or "9999", card.code),
    "new": lambda card: (card.touched, card.code),
    "name": lambda card: sort_text(card.client or card.title),
}
SOUGHT = itemgetter("title", "client", "next", "matter")
NOTHING = {"title": "", "client": "", "next": "", "matter": ""}


def _texts(ring: Ring, found: list[Card], kept: Kept) -> list[str]:
    """Of each card, folded, what a search looks into."""
    key, place = ring.own("texts"), ring.pair.code
    if kept.texts:
        return vault.unlock(key, kept.texts, place).decode().split("\n") if found else []
    texts = fold_all([f"{c.code} {' '.join(SOUGHT(NOTHING | c.told))}" for c in found])
    if _KEPT.get(place) is kept:
        _KEPT[place] = kept._replace(texts=vault.lock(key, "\n".join(texts).encode(), place))
    return texts


def listed(ring: Ring, *, words: str = "", closed: bool = False, order: str = "step") -> list[Card]:
    """Cards in an order, of open or closed cases, with all of the folded `words` in them."""
    found, kept = _cards(ring)
    if wanted := fold(words).split():
        texts = _texts(ring, found, kept)
        found = [c for c, text in zip(found, texts, strict=True) if all(word in text for word in wanted)]
    found = [card for card in found if card.open != closed]
    return sorted(found, key=ORDERS.get(order, ORDERS["step"]), reverse=order == "new")
