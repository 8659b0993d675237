"""Support is a tally, following is a wish to be told. No account is needed, no name is kept.

**The tag.** A supporter is HMAC-SHA256(key "tags", canonical address), base64; the key lies outside the database.
The matter is a column of the row and not part of the tag, so one person has one tag everywhere: when two matters
are joined, whoever supported both counts once, and splitting loses nothing because rows never move. The price:
somebody who steals the database alone sees that one unknown person supported several matters. With the matter in
the tag that would be hidden, but joined matters would count people twice for ever. Without the key no tag leads
to an address, and with a copied database no guess of an address can be tested.

An account and the mail address it signs in with give the same tag. Sheets and paper codes have tags of their own
and are shown apart: nobody can know whether their people also confirmed by mail.
"""

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.keys import key as secret
from icma.matters.models import Matter, Part, Support
from icma.people.actions.contacts import erase_contact, keep_contact
from icma.people.models import Contact, User

Channel = Support.Channel
OPEN = ("open", "untaken", "taken", "doing", "pressing", "answered")
FOLLOW = "follow"  # scope of a follower's sealed address: no coordinator opens it
MOST_ON_SHEET, MOST_CODES = 500, 200
CHUNK = 2000


# --- who -------------------------------------------------------------------------------------------
def canonical(mail: str) -> str:
    """One form of a mail address: no case, no +tag, no dots where the provider ignores them."""
    name, _at, host = mail.strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if host in ("gmail.com", "googlemail.com"):
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"


def tag_of(key: str) -> str:
    """The tally's tag of a key: a canonical address, `paper:…` or `list:…`."""
    return base64.b64encode(hmac.new(secret("tags"), f"support\0{key}".encode(), hashlib.sha256).digest()).decode()


def person_of(mail: str) -> str:
    """The opaque person behind an address: the account's where there is one, else a keyed name, always the same."""
    user = User.objects.filter(email__iexact=mail.strip()).first()
    if user is not None:
        return user.person
    return hmac.new(secret("tags"), f"person\0{canonical(mail)}".encode(), hashlib.sha256).hexdigest()[:24]


def home(matter: Matter) -> int:
    """The matter that counts: where a joined one was joined to."""
    return matter.merged_into_id or matter.pk


def is_open(matter: Matter) -> bool:
    return matter.published_at is not None and matter.hidden_at is None and matter.stage in (*OPEN, "merged")


# --- the tally -------------------------------------------------------------------------------------
@action
def support(*, matter: Matter, key: str, channel: str, at: datetime) -> None:
    """One row for `key`, repeated ones ignored by the database; the batcher counts. Nothing else is written."""
    row = Support(matter_id=home(matter), tag=tag_of(key), channel=channel, on=legal_day(at))
    Support.objects.bulk_create([row], ignore_conflicts=True)


@action
def support_by_account(*, matter: Matter, by: User, at: datetime) -> None:
    """A signed-in person supports; the same tag as by the account's mail address."""
    _check_open(matter)
    support(matter=matter, key=canonical(by.email), channel=Channel.ACCOUNT, at=at)


@action
def support_by_paper(*, matter: Matter, code: str, at: datetime) -> None:
    """A paper code of this matter, each good for one voice. Wrong, spent and ended ones answer alike."""
    _check_open(matter)
    found = codes.find(code, "paper", at)
    subjects = {f"matter:{matter.code}"} | {f"matter:{m.code}" for m in matter.merged.all()}
    if found is None or found.subject not in subjects or not codes.use(code=found, at=at):
        raise Refused(_("This code does not work here. It may be mistyped or used already."))
    support(matter=matter, key=f"paper:{found.hash}", channel=Channel.CODE, at=at)


@action
def issue_paper(*, matter: Matter, n: int, at: datetime) -> list[str]:
    """`n` paper codes to cut out and hand to neighbours without mail; shown once, good for 60 days."""
    if not 1 <= n <= MOST_CODES:
        raise Refused(_("Between 1 and 200 codes can be made at a time."))
    return [codes.issue(purpose="paper", subject=f"matter:{matter.code}", at=at, days=60) for _n in range(n)]


@action
def enter_sheet(*, matter: Matter, sheet: str, n: int, at: datetime, by: User) -> None:
    """`n` supporters of a paper list, counted by the coordinator; the list itself stays on paper.

    The sheet's own number makes its rows: the same sheet a second time is refused.
    """
    _check_open(matter)
    sheet = " ".join(sheet.split()).casefold()
    if not sheet:
        raise Refused(_("Write the number that stands on the sheet."))
    if not 1 <= n <= MOST_ON_SHEET:
        raise Refused(_("A sheet holds between 1 and 500 people."))
    tags = [tag_of(f"list:{matter.code}:{sheet}:{place}") for place in range(n)]
    if Support.objects.filter(matter_id=home(matter), tag=tags[0]).exists():
        raise Refused(_("This sheet has been entered already. Each sheet counts once."))
    on = legal_day(at)
    rows = [Support(matter_id=home(matter), tag=tag, channel=Channel.LIST, on=on) for tag in tags]
    Support.objects.bulk_create(rows, ignore_conflicts=True)


def _check_open(matter: Matter) -> None:
    if not is_open(matter):
        raise Refused(_("This matter is finished; it cannot be supported any more."))


# --- following -------------------------------------------------------------------------------------
@action
def follow(*, matter: Matter, person: str, at: datetime, by: User | None = None, mail: str = "") -> None:
    """Be told what happens. Without an account the confirmed address is sealed, one row a person."""
    if not is_open(matter) and matter.stage != "closed":
        raise Refused(_("This matter cannot be followed."))
    Part.objects.update_or_create(
        matter_id=home(matter), person=person, role=Part.Role.FOLLOWER,
        defaults={"user": by, "since": at, "until": None},
    )  # fmt: skip
    if mail and by is None:
        keep_contact(person=person, purpose="follow", scope=FOLLOW, values={"mail": mail}, at=at)
        Contact.objects.filter(person=person, scope=FOLLOW).update(silent_at=None)


@action
def unfollow(*, matter: Matter, person: str, at: datetime) -> None:
    """No longer be told; the address goes with the last matter."""
    live = Part.objects.filter(person=person, role=Part.Role.FOLLOWER, until=None)
    live.filter(matter_id__in={matter.pk, home(matter)}).update(until=at)
    if not live.exists():
        erase_contact(person=person, scope=FOLLOW)


@action
def follow_home(*, matter: Matter, into: Matter, at: datetime) -> None:
    """Who followed a matter follows the one it was joined with."""
    live = Part.objects.filter(matter=matter, role=Part.Role.FOLLOWER, until=None)
    parts = [
        Part(matter=into, person=one.person, role=one.role, user_id=one.user_id, since=at, seen_at=one.seen_at)
        for one in live
    ]
    Part.objects.bulk_create(parts, ignore_conflicts=True)


# --- counts ----------------------------------------------------------------------------------------
def _rows_of(pk: int) -> QuerySet[Support]:
    """The rows that count for a matter: its own and those of matters joined with it."""
    return Support.objects.filter(Q(matter=pk) | Q(matter__merged_into=pk))


def by_channel(matter: Matter) -> dict[str, int]:
    """Supporters by how they came, each counted once, under the first way in the order of Channel."""
    order = {channel: place for place, channel in enumerate(Channel.values)}
    first: dict[str, str] = {}
    joined = matter.merged.exists()
    if not joined:
        found = Support.objects.filter(matter=matter).values_list("channel").annotate(n=Count("id"))
        return dict(found.order_by())
    for tag, channel in _rows_of(matter.pk).values_list("tag", "channel"):
        if tag not in first or order[channel] < order[first[tag]]:
            first[tag] = channel
    return dict(Counter(first.values()))


@action
def recount(pks: Iterable[int]) -> int:
    """Write the counts of these matters, only where they changed; how many changed. Distinct tags, joined ones too."""
    changed = 0
    for matter in Matter.objects.filter(pk__in=set(pks)).only("pk", "support_count"):
        n = _rows_of(matter.pk).aggregate(n=Count("tag", distinct=True))["n"]
        changed += Matter.objects.filter(pk=matter.pk).exclude(support_count=n).update(support_count=n)
    return changed


def count_supports(*, at: datetime, full: bool = False) -> int:
    """The batcher: bring counts up to date, again and again harmless; how many matters changed.

    Walks the newest rows backwards until a whole chunk needed no change; `full` walks all of them.
    """
    changed, before = 0, None
    while True:
        rows = Support.objects.order_by("-pk").values_list("pk", "matter_id", "matter__merged_into")
        chunk = list((rows.filter(pk__lt=before) if before else rows)[:CHUNK])
        if not chunk:
            return changed
        before = chunk[-1][0]
        now = recount({pk for _row, *pks in chunk for pk in pks if pk})
        changed += now
        if not now and not full:
            return changed
