"""A mail address is proven by eight digits that come back: then, and not before, its wish is done."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.seal import Unreadable, seal, unseal
from icma.matters.actions.outcome import confirm_outcome
from icma.matters.actions.support import Channel, account_of, canonical, follow, person_of, support, take_back
from icma.matters.addresses import local
from icma.matters.bands import AgeBand, Sex
from icma.matters.models import Matter
from icma.people.actions.contacts import erase_contact, keep_contact
from icma.people.actions.mail import queue_mail
from icma.people.models import Contact, Mail

PURPOSE = "confirm"  # of codes, contacts and mails alike
WANTS = ("support", "follow", "take_back", "agree", "deny")
DAYS = 2  # digits and link hold that long
MAILS_A_DAY, MAILS_A_WISH = 6, 3  # to one address; to one address for one wish in one matter
NOW = timedelta(0)


@dataclass(frozen=True)
class Slip:
    """What the form where the digits are typed has to know. It travels sealed: whoever typed an address must not
    learn from it which person, or whether an account, stands behind. `digits` only in the link of the mail."""

    matter: str
    person: str
    wants: list[str]
    at: str
    sex: str = Sex.UNKNOWN
    band: str = AgeBand.UNKNOWN
    digits: str = ""

    def text(self) -> str:
        return base64.urlsafe_b64encode(seal(asdict(self), "codes")).decode().rstrip("=")

    def is_old(self, at: datetime) -> bool:
        return datetime.fromisoformat(self.at) + timedelta(days=DAYS) < at

    @property
    def scope(self) -> str:
        return f"{PURPOSE}:{self.matter}"

    @property
    def subject(self) -> str:
        return f"{self.matter}:{self.person}"


def read_slip(text: str) -> Slip | None:
    """The slip, also one that has expired (see `is_old`); None for anything that was not made here."""
    try:
        return Slip(**unseal(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "codes"))
    except (Unreadable, binascii.Error, ValueError, TypeError):
        return None


@action
def ask(
    *,
    matter: Matter,
    mail: str,
    wants: Iterable[str],
    at: datetime,
    language: str = "az",
    later: timedelta = NOW,
    sex: str = Sex.UNKNOWN,
    band: str = AgeBand.UNKNOWN,
) -> str:
    """Send eight digits to an address, `later` when its network asks too often; returns a slip's text.

    The answer is the same for new, known, silent and blocked addresses. Three mails a day for an address, matter
    and wish, six a day for an address. Refused only when it is no address.
    """
    mail = mail.strip()
    try:
        validate_email(mail)
    except ValidationError as error:
        raise Refused(_("This is not a mail address. Check it.")) from error
    wanted = [want for want in WANTS if want in set(wants)]
    # The digits are counted from the moment at which the mail goes out.
    slip = Slip(matter.code, person_of(mail), wanted, (at + later).isoformat(), sex, band)
    _send(slip, mail, at, at + later, language)
    return slip.text()


def _send(slip: Slip, mail: str, at: datetime, due_at: datetime, language: str) -> None:
    """The mail itself; nothing when enough went out already. The address is kept sealed until it is proven."""
    day = Mail.objects.filter(person=slip.person, kind="confirm", at__gte=at - timedelta(days=1))
    wish = f"{slip.scope}:{'+'.join(slip.wants)}:{legal_day(at)}"
    number = day.filter(key__startswith=wish).count()
    if number >= MAILS_A_WISH or day.count() >= MAILS_A_DAY:
        return
    digits = codes.issue(purpose=PURPOSE, subject=slip.subject, at=due_at, days=DAYS, digits=True)
    keep_contact(
        person=slip.person, purpose=PURPOSE, scope=slip.scope, values={"mail": mail}, at=at,
        expires_on=legal_day(due_at + timedelta(days=DAYS + 1)),
    )  # fmt: skip
    link = Slip(**asdict(slip) | {"digits": digits}).text()
    url = f"{settings.BASE_URL}{local(f'/m/{slip.matter}/tesdiq/')}?s={link}"
    data = {"url": url, "code": digits}
    queue_mail(
        person=slip.person, key=f"{wish}:{number}", kind="confirm", data=data, at=due_at, language=language
    )


@action
def confirm_support(*, matter: Matter, slip: str, digits: str, at: datetime) -> list[str]:
    """The digits came back: do what was wanted and return it; [] alike for wrong, spent and expired ones.

    Nothing is raised for a wrong code: the try that it cost has to stay written.
    """
    known = read_slip(slip)
    if known is None or known.matter != matter.code:
        return []
    found = codes.try_digits("".join(digits.split())[:8], PURPOSE, known.subject, at)
    mail = _address(known)
    if found is None or not mail or not codes.use(code=found, at=at):
        return []
    _fulfil(matter, known, mail, at)
    codes.end(purpose=PURPOSE, subject=known.subject, at=at)
    return known.wants


def _address(slip: Slip) -> str:
    kept = Contact.objects.filter(person=slip.person, scope=slip.scope).first()
    try:
        return unseal(kept.sealed)["mail"] if kept else ""
    except Unreadable:
        return ""


def _fulfil(matter: Matter, slip: Slip, mail: str, at: datetime) -> None:
    """The address itself goes at once; only a follower's stays, sealed for this matter."""
    wants, key, user = slip.wants, canonical(mail), account_of(mail)
    if "support" in wants:
        support(matter=matter, key=key, channel=Channel.MAIL, at=at, sex=slip.sex, band=slip.band)
    if "follow" in wants:
        follow(matter=matter, person=slip.person, at=at, by=user, mail=mail)
    if "take_back" in wants:
        take_back(matter=matter, key=key)
    for want in ("agree", "deny"):
        if want in wants:
            confirm_outcome(
                matter=matter,
                agrees=want == "agree",
                person=slip.person,
                key=key,
                at=at,
                sex=slip.sex,
                band=slip.band,
            )
    erase_contact(person=slip.person, scope=slip.scope)
