"""Support is a tally, following is a wish to be told. No account is needed, no name is kept.

**The tag.** A supporter is HMAC-SHA256(key "tags", canonical address), base64; the key lies outside the database.
The matter is a column of the row and not part of the tag, so one person has one tag everywhere: when two matters
are joined, whoever supported both counts once, and splitting loses nothing because rows never move. The price:
somebody who steals the database alone sees that one unknown person supported several matters. With the matter in
the tag that would be hidden, but joined matters would count people twice for ever. Without the key no tag leads
to an address, and with a copied database no guess of an address can be tested.

An account and the mail address it signs in with give the same tag: whoever supported by mail and signs up later
stays one person (who changes the address of an account may be counted twice; that is the rarer case). Sheets and
paper codes have tags of their own and are shown apart: nobody can know whether their people also confirmed by mail.
"""

import base64
import contextlib
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.keys import key as secret
from icma.engines.aztext import fold
from icma.engines.mailboxes import one_form
from icma.matters.actions.acts import note_act
from icma.matters.bands import AgeBand, Doing, Sex
from icma.matters.bands import Channel as Way
from icma.matters.models import Matter, Part, Support
from icma.people.actions.contacts import erase_contact, keep_contact
from icma.people.models import Contact, User

Channel = Support.Channel
OPEN = ("open", "untaken", "taken", "doing", "pressing", "answered")
PAPER = "paper"  # purpose of paper codes
PAPER_DAYS, MOST_CODES, MOST_ON_SHEET = 60, 40, 500
CHUNK = 2000
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


# --- who -------------------------------------------------------------------------------------------
def _parts(mail: str) -> tuple[str, str]:
    """Name and host of an address without case, the host in ASCII."""
    name, _at, host = mail.strip().casefold().rpartition("@")
    with contextlib.suppress(UnicodeError):  # no such host can exist; the address still has one form
        host = host.encode("idna").decode()
    return name, host


def canonical(mail: str) -> str:
    """One form for all spellings of an address: no +tag, and what its provider takes for the same mailbox."""
    name, host = _parts(mail)
    name, host = one_form(name.partition("+")[0], host)
    return f"{name}@{host}"


def tag_of(key: str) -> str:
    """The tally's tag of a key: a canonical address, `paper:…` or `list:…`."""
    return base64.b64encode(
        hmac.new(secret("tags"), f"support\0{key}".encode(), hashlib.sha256).digest()
    ).decode()


def person_of(mail: str) -> str:
    """The opaque person behind an address: the account's where there is one, else a keyed name, always the same.

    Spellings stay apart here: only at some providers do they lead to one mailbox, and mail goes to persons.
    """
    user = account_of(mail)
    if user is not None:
        return user.person
    name = "@".join(_parts(mail))
    return hmac.new(secret("tags"), f"person\0{name}".encode(), hashlib.sha256).hexdigest()[:24]


def account_of(mail: str) -> User | None:
    return User.objects.filter(email=mail.strip().lower()).first()


def home(matter: Matter) -> int:
    """The matter that counts: where a joined one was joined to."""
    return matter.merged_into_id or matter.pk


def family(matter: Matter) -> dict[int, str]:
    """{pk: code} of the matter that counts and of all that were joined with it."""
    top = home(matter)
    return dict(Matter.objects.filter(Q(pk=top) | Q(merged_into=top)).values_list("pk", "code"))


def is_open(matter: Matter) -> bool:
    return matter.published_at is not None and matter.hidden_at is None and matter.stage in (*OPEN, "merged")


# --- the tally -------------------------------------------------------------------------------------
@action
def support(
    *,
    matter: Matter,
    key: str,
    channel: str,
    at: datetime,
    sex: str = Sex.UNKNOWN,
    band: str = AgeBand.UNKNOWN,
) -> None:
    """One row for `key`, repeated ones ignored by the database; the batcher counts. A joined matter's support
    goes to the one it was joined with. Refused when the matter is not public or finished.

    An Act is written for the first time alone, and only where the person gave sex or age: the others are summed by
    day (`sums.sum_supports`).
    """
    _check_open(matter)
    row = Support(matter_id=home(matter), tag=tag_of(key), channel=channel, on=legal_day(at))
    given = (sex, band) != (Sex.UNKNOWN, AgeBand.UNKNOWN)
    if given and not Support.objects.filter(matter_id=row.matter_id, tag=row.tag).exists():
        way = Way.PAPER if channel in (Channel.CODE, Channel.LIST) else Way.WEB
        note_act(
            verb=Doing.SUPPORT, channel=way, place=matter.place, sex=sex, band=band, on=row.on,
            matter=matter.merged_into or matter,
        )  # fmt: skip
    Support.objects.bulk_create([row], ignore_conflicts=True)


@action
def support_by_account(
    *, matter: Matter, by: User, at: datetime, sex: str = Sex.UNKNOWN, band: str = AgeBand.UNKNOWN
) -> None:
    """A signed-in person supports; the same tag as by the account's mail address."""
    support(matter=matter, key=canonical(by.email), channel=Channel.ACCOUNT, at=at, sex=sex, band=band)


@action
def support_by_paper(
    *, matter: Matter, code: str, at: datetime, sex: str = Sex.UNKNOWN, band: str = AgeBand.UNKNOWN
) -> None:
    """A paper code of this matter, each good for one voice. Wrong, spent and ended ones answer alike."""
    found = codes.find(code, PAPER, at)
    subjects = {f"matter:{name}" for name in family(matter).values()}
    if found is None or found.subject not in subjects or not codes.use(code=found, at=at):
        raise Refused(_("This code does not work here. It may be mistyped or used already."))
    support(matter=matter, key=_paper_key(code), channel=Channel.CODE, at=at, sex=sex, band=band)


def _paper_key(code: str) -> str:
    return f"paper:{codes.hashed(code, PAPER)}"


@action
def issue_paper(*, matter: Matter, n: int, at: datetime) -> list[str]:
    """`n` paper codes to cut out and hand to neighbours without mail; shown once, good for 60 days."""
    _check_open(matter)
    if not 1 <= n <= MOST_CODES:
        raise Refused(_("Between 1 and 40 codes can be made at a time."))
    subject = f"matter:{matter.code}"
    return [codes.issue(purpose=PAPER, subject=subject, at=at, days=PAPER_DAYS) for _n in range(n)]


@action
def enter_sheet(
    *, matter: Matter, sheet: str, n: int, at: datetime, by: User, dated_on: date | None = None
) -> None:
    """`n` supporters of a paper list, counted by the coordinator; the list itself stays on paper.

    The sheet's own number (07 is 7) and date make its rows: the same sheet a second time is refused, for ever and not
    only for the seven days that an idempotency key is kept.
    """
    _check_open(matter)
    sheet = LEADING_ZEROS.sub("", " ".join(fold(sheet).split()))
    if not sheet:
        raise Refused(_("Write the number that stands on the sheet."))
    if not 1 <= n <= MOST_ON_SHEET:
        raise Refused(_("A sheet holds between 1 and 500 people."))
    if dated_on is not None and dated_on > legal_day(at):
        raise Refused(_("The sheet's date lies in the future."))
    name = f"list:{home(matter)}:{sheet}:{dated_on or ''}"
    tags = [tag_of(f"{name}:{place}") for place in range(n)]
    if Support.objects.filter(matter_id=home(matter), tag=tags[0]).exists():
        raise Refused(_("This sheet has been entered already. Each sheet counts once."))
    on = legal_day(at)
    rows = [Support(matter_id=home(matter), tag=tag, channel=Channel.LIST, on=on) for tag in tags]
    Support.objects.bulk_create(rows, ignore_conflicts=True)


def _check_open(matter: Matter) -> None:
    """Public and running; of a joined matter the one it was joined with has to be."""
    joined = matter.merged_into if matter.merged_into_id else None
    if not is_open(matter) or (joined is not None and not is_open(joined)):
        raise Refused(_("This matter is finished or not public; it cannot be supported."))


# --- taking it back --------------------------------------------------------------------------------
def supports_it(matter: Matter, by: User) -> bool:
    """Whether this account supports it: told to its owner alone."""
    return _rows_of(home(matter)).filter(tag=tag_of(canonical(by.email))).exists()


@action
def take_back(*, matter: Matter, key: str) -> None:
    """The row of `key` goes and the count with it; nothing tells whether there was one."""
    if _rows_of(home(matter)).filter(tag=tag_of(key)).delete()[0]:
        recount([home(matter), matter.pk])


@action
def take_back_account(*, matter: Matter, by: User) -> None:
    """A signed-in person supports it no longer, however it was done with this address."""
    take_back(matter=matter, key=canonical(by.email))


@action
def take_back_paper(*, matter: Matter, code: str) -> None:
    """Whoever holds the paper code takes its voice back; the code stays spent."""
    take_back(matter=matter, key=_paper_key(code))


# --- following -------------------------------------------------------------------------------------
def follow_scope(code: str) -> str:
    """Scope of the sealed addresses of those who follow `code`: nobody opens it, it ends with its matter."""
    return f"follow:{code}"


@action
def follow(*, matter: Matter, person: str, at: datetime, by: User | None = None, mail: str = "") -> None:
    """Be told what happens. Without an account the confirmed address is sealed for this matter."""
    if not is_open(matter) and (matter.stage != "closed" or matter.hidden_at is not None):
        raise Refused(_("This matter cannot be followed."))
    part, made = Part.objects.get_or_create(
        matter_id=home(matter), person=person, role=Part.Role.FOLLOWER, defaults={"user": by, "since": at}
    )
    if not made and part.until is not None:
        part.user, part.since, part.until = by, at, None
        part.save(update_fields=["user", "since", "until"])
    if mail and by is None:
        scope = follow_scope(matter.code)
        keep_contact(person=person, purpose="follow", scope=scope, values={"mail": mail}, at=at)
        Contact.objects.filter(person=person, scope=scope).update(silent_at=None)


@action
def unfollow(*, matter: Matter, person: str, at: datetime) -> None:
    """No longer be told; the address that was given for it goes at once."""
    joined = family(matter)
    live = Part.objects.filter(person=person, role=Part.Role.FOLLOWER, until=None)
    live.filter(matter_id__in=joined).update(until=at)
    for code in joined.values():
        erase_contact(person=person, scope=follow_scope(code))


def follows_it(matter: Matter, person: str) -> bool:
    rows = Part.objects.filter(person=person, role=Part.Role.FOLLOWER, until=None)
    return bool(person) and rows.filter(matter_id__in={matter.pk, home(matter)}).exists()


@action
def follow_home(*, matter: Matter, into: Matter, at: datetime) -> None:
    """Who followed a matter follows the one it was joined with."""
    live = Part.objects.filter(matter=matter, role=Part.Role.FOLLOWER, until=None)
    parts = [
        Part(
            matter=into, person=one.person, role=one.role, user_id=one.user_id, since=at, seen_at=one.seen_at
        )
        for one in live
    ]
    Part.objects.bulk_create(parts, ignore_conflicts=True)


# --- counts ----------------------------------------------------------------------------------------
def _rows_of(pk: int) -> QuerySet[Support]:
    """The rows that count for a matter: its own and those of matters joined with it."""
    return Support.objects.filter(Q(matter=pk) | Q(matter__merged_into=pk))


def supports_of(matter: Matter) -> QuerySet[Support]:
    """The rows that count for this matter, wherever it was joined to."""
    return _rows_of(home(matter))


def by_channel(matter: Matter) -> dict[str, int]:
    """Supporters by how they came, each counted once, under the first way in the order of Channel."""
    if matter.merged.exists():
        return by_channel_joined(matter.pk)
    found = Support.objects.filter(matter=matter).values_list("channel").annotate(n=Count("id"))
    return dict(found.order_by())


def by_channel_joined(matter: int) -> dict[str, int]:
    """The same of a matter with which others were joined: whom each way adds to those before it. One query."""
    ways = Channel.values
    upto = {f"n{n}": Q(channel__in=ways[: n + 1]) for n in range(len(ways))}
    rows = _rows_of(matter).aggregate(**{n: Count("tag", distinct=True, filter=q) for n, q in upto.items()})
    known = [0, *(rows[n] for n in upto)]
    return {way: known[n + 1] - known[n] for n, way in enumerate(ways) if known[n + 1] > known[n]}


def support_words(matter: Matter) -> list[tuple[str, int]]:
    """(how they came, how many) in a fixed order, each person once; the sum is the matter's count. Never a name."""
    found = by_channel(matter)
    return [(str(Channel(name).label), found[name]) for name in Channel.values if found.get(name)]


def _counted(pks: set[int]) -> dict[int, int]:
    """True counts of these matters in three queries: distinct tags of its own rows and those of joined ones."""
    joined = Matter.objects.filter(merged_into__in=pks).values("pk")
    rows = Support.objects.filter(Q(matter__in=pks) | Q(matter__in=joined))
    at_home = rows.annotate(home=Coalesce("matter__merged_into", "matter")).values_list("home")
    own = Support.objects.filter(matter__in=pks, matter__merged_into__isnull=False).values_list("matter")
    counts = dict(at_home.annotate(n=Count("tag", distinct=True)).order_by())
    return counts | dict(own.annotate(n=Count("id")).order_by())


def _wrong(pks: set[int]) -> dict[int, int]:
    """{matter: true count} where the kept count differs."""
    counts = _counted(pks)
    kept = Matter.objects.filter(pk__in=pks).values_list("pk", "support_count")
    return {pk: counts.get(pk, 0) for pk, n in kept if n != counts.get(pk, 0)}


@action
def _write_counts(*, counts: dict[int, int]) -> int:
    rows = [Matter(pk=pk, support_count=n) for pk, n in counts.items()]
    Matter.objects.bulk_update(rows, ["support_count"], batch_size=500)
    return len(rows)


def recount(pks: Iterable[int]) -> int:
    """Write the counts of these matters, only where they changed; how many changed."""
    return _write_counts(counts=found) if (found := _wrong(set(pks))) else 0


def count_supports(*, at: datetime, full: bool = False) -> int:
    """The batcher: bring counts up to date at `at`, again and again harmless; how many matters changed.

    Rows are only ever added at the end (what is taken back is counted at once), so it walks the newest rows
    backwards until a whole chunk was counted already: a quiet night costs one chunk, whatever the number of
    matters, and five days without a worker are made up in one run. What it found is written together, so a run
    that breaks off leaves nothing half done behind a counted chunk. `full` walks all rows.
    """
    wrong: dict[int, int] = {}
    before = None
    while True:
        rows = Support.objects.order_by("-pk").values_list("pk", "matter_id", "matter__merged_into")
        chunk = list((rows.filter(pk__lt=before) if before else rows)[:CHUNK])
        found = _wrong({pk for _row, *pks in chunk for pk in pks if pk})
        wrong |= found
        if not chunk or not (found or full):
            return _write_counts(counts=wrong) if wrong else 0
        before = chunk[-1][0]
