"""A mail address is proven by eight digits that come back: then, and not before, its wish is done."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.seal import Unreadable, unseal
from icma.matters.actions.outcome import confirm_outcome
from icma.matters.actions.support import Channel, canonical, follow, person_of, support
from icma.matters.addresses import local
from icma.matters.models import Matter
from icma.people.actions.contacts import erase_contact, keep_contact
from icma.people.actions.mail import queue_mail
from icma.people.models import Contact, Mail

SALT = "icma.confirm"
WANTS = ("support", "follow", "agree", "deny")
DAYS, MAILS_A_DAY = 2, 6


@action
def ask(*, matter: Matter, mail: str, wants: Iterable[str], at: datetime, language: str = "az") -> str:
    """Send eight digits to an address; returns a signed slip for the form where they are typed.

    The answer is the same for new, known and silent addresses. One mail a day for an address, matter and wish,
    six a day for an address. `wants`: support, follow, agree, deny (the outcome).
    """
    mail = mail.strip()
    try:
        validate_email(mail)
    except ValidationError as error:
        raise Refused(_("This is not a mail address. Check it.")) from error
    wanted = [want for want in WANTS if want in set(wants)]
    person = person_of(mail)
    _send(matter, mail, person, wanted, at, language)
    return signing.dumps([matter.code, person, wanted, ""], salt=SALT, compress=True)


def _send(matter: Matter, mail: str, person: str, wants: list[str], at: datetime, language: str) -> None:
    """The mail itself; nothing when today's went out already."""
    scope = f"confirm:{matter.code}"
    key = f"{scope}:{'+'.join(wants)}:{legal_day(at)}"
    day = Mail.objects.filter(person=person, kind="confirm", at__gte=at - timedelta(days=1))
    if day.filter(key=key).exists() or day.count() >= MAILS_A_DAY:
        return
    digits = codes.issue(purpose="confirm", subject=f"{scope}:{person}", at=at, days=1, digits=True)
    keep_contact(
        person=person, purpose="confirm", scope=scope, values={"mail": mail}, at=at,
        expires_on=legal_day(at) + timedelta(days=DAYS),
    )  # fmt: skip
    link = signing.dumps([matter.code, person, wants, digits], salt=SALT, compress=True)
    url = f"{settings.BASE_URL}{local(f'/m/{matter.code}/tesdiq/')}?s={link}"
    queue_mail(person=person, key=key, kind="confirm", data={"url": url, "code": digits}, at=at, language=language)


def read_slip(slip: str) -> tuple[str, str, list[str], str] | None:
    """(matter code, person, wants, digits or '') of a slip not older than a day; None for anything else."""
    try:
        code, person, wants, digits = signing.loads(slip, salt=SALT, max_age=86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return code, person, wants, digits


@action
def confirm_support(*, matter: Matter, slip: str, digits: str, at: datetime) -> list[str]:
    """The digits came back: do what was wanted and return it; [] alike for wrong, spent and expired ones.

    Nothing is raised for a wrong code: the try that it cost has to stay written.
    """
    known = read_slip(slip)
    if known is None or known[0] != matter.code:
        return []
    _code, person, wants, _digits = known
    scope = f"confirm:{matter.code}"
    found = codes.try_digits("".join(digits.split())[:8], "confirm", f"{scope}:{person}", at)
    mail = _address(person, scope)
    if found is None or not mail or not codes.use(code=found, at=at):
        return []
    _fulfil(matter, person, wants, mail, at)
    return wants


def _address(person: str, scope: str) -> str:
    kept = Contact.objects.filter(person=person, scope=scope).first()
    try:
        return unseal(kept.sealed)["mail"] if kept else ""
    except Unreadable:
        return ""


def _fulfil(matter: Matter, person: str, wants: list[str], mail: str, at: datetime) -> None:
    if "support" in wants:
        support(matter=matter, key=canonical(mail), channel=Channel.MAIL, at=at)
    if "follow" in wants:
        follow(matter=matter, person=person, at=at, mail=mail)
    for want in ("agree", "deny"):
        if want in wants:
            confirm_outcome(matter=matter, agrees=want == "agree", person=person, key=canonical(mail), at=at)
    erase_contact(person=person, scope=f"confirm:{matter.code}")
