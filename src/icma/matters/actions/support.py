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
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.keys import key as secret
from icma.matters.addresses import local
from icma.matters.models import Matter, Part, Support
from icma.people.actions.contacts import erase_contact, keep_contact
from icma.people.actions.mail import queue_mail
from icma.people.models import Contact, Mail, User

Channel = Support.Channel
OPEN = ("open", "untaken", "taken", "doing", "pressing", "answered")
SALT = "icma.support"
WANTS = ("support", "follow", "agree", "deny")
ASK_DAYS, MAILS_A_DAY = 2, 6
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


# --- confirmed mail --------------------------------------------------------------------------------
@action
def ask(*, matter: Matter, mail: str, wants: Iterable[str], at: datetime, language: str = "az") -> str:
    """Send eight digits to an address; returns a signed slip for the form where they are typed.

    The answer is the same for new, known and silent addresses. One mail a day for an address and matter, six
    for an address. `wants`: support, follow, agree, deny (the outcome).
    """
    wants = [want for want in WANTS if want in set(wants)]
    person, scope = person_of(mail), f"confirm:{matter.code}"
    today = Mail.objects.filter(person=person, kind="confirm", at__gte=at - timedelta(days=1)).count()
    subject = f"{scope}:{person}"
    if today < MAILS_A_DAY and wants:
        key = f"{scope}:{'+'.join(wants)}:{legal_day(at)}"
        if not Mail.objects.filter(person=person, key=key).exists():
            codes.end(purpose="confirm", subject=subject, at=at)
            digits = codes.issue(purpose="confirm", subject=subject, at=at, days=1, digits=True)
            keep_contact(
                person=person, purpose="confirm", scope=scope, values={"mail": mail.strip()}, at=at,
                expires_on=legal_day(at) + timedelta(days=ASK_DAYS),
            )  # fmt: skip
            link = signing.dumps([matter.code, person, wants, digits], salt=SALT, compress=True)
            path = local(f"/m/{matter.code}/tesdiq/?s={link}")
            queue_mail(
                person=person, key=key, kind="confirm", data={"url": path, "code": digits}, at=at, language=language
            )
    return signing.dumps([matter.code, person, wants, ""], salt=SALT, compress=True)


def read_slip(slip: str) -> tuple[str, str, list[str], str] | None:
    """(matter code, person, wants, digits or '') of a slip not older than a day; None for anything else."""
    try:
        code, person, wants, digits = signing.loads(slip, salt=SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return code, person, wants, digits


@action
def confirm_support(*, matter: Matter, slip: str, digits: str, at: datetime) -> list[str]:
    """The digits came back: do what was wanted and return it. Refused alike for wrong, spent and expired ones."""
    known = read_slip(slip)
    wrong = _("This code does not work. Look at the newest mail, or ask for a new code tomorrow.")
    if known is None or known[0] != matter.code:
        raise Refused(wrong)
    _code, person, wants, _digits = known
    scope = f"confirm:{matter.code}"
    kept = Contact.objects.filter(person=person, scope=scope).first()
    found = codes.try_digits("".join(digits.split()), "confirm", f"{scope}:{person}", at)
    if kept is None or found is None or not codes.use(code=found, at=at):
        return []
    _fulfil(matter, person, wants, unseal(kept.sealed)["mail"], at)
    erase_contact(person=person, scope=scope)
    return wants
