"""Letters to authorities: drafted, marked sent, registered. The product never sends one itself."""

from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import sha256

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import BAKU, legal_day
from icma.core.files import keep_file
from icma.core.flow import Stale
from icma.core.words import date_words
from icma.engines.aztext import clean_text
from icma.law.book import book
from icma.matters.actions.clocks import start_clock
from icma.matters.actions.clocks.passed import tell_unregistered
from icma.matters.actions.thread import note
from icma.matters.compose.addressee import chosen, refuse_accused, refuse_closed, refuse_too_long
from icma.matters.compose.text import BODY, SUBJECT
from icma.matters.flow import LETTER, MATTER
from icma.matters.ladder import Rung, has_no_place, rungs, too_early, unasked
from icma.matters.models import Letter, Matter
from icma.people.directory import holds_on
from icma.people.models import Address, Authority, User

PROOFS = ("jpeg", "png", "pdf")
OPEN = (Letter.Sender.COMMUNITY, Letter.Sender.UNION)  # the others' letters never lead to the thread


@action
def draft(
    *,
    matter: Matter,
    authority: Authority,
    kind: str,
    sender: str,
    subject: str,
    body: str,
    at: datetime,
    by: User,
    rule: str = "",
    address: Address | None = None,
    about: Authority | None = None,
    follows: Letter | None = None,
    with_qr: bool = False,
) -> Letter:
    """Keep a letter that may be sent. Refused: a matter nobody took up, a closed body, the body complained of."""
    if matter.stage not in MATTER.steps["press"].start:
        raise Refused(_("A letter is written once the matter has been taken up, and until it is finished."))
    refuse_closed(authority, legal_day(at))
    refuse_accused(authority, about, kind)
    if follows is not None:
        refuse_step(rungs(follows, legal_day(at)), kind)
    if rule and rule not in book().rules:
        raise Refused(_("There is no such rule of law."))
    subject, body = _text(subject, body)
    _check_address(address, authority, body)
    letter = Letter.objects.create(
        code=public_code(), matter=matter, direction=Letter.Direction.OUT, kind=kind, authority=authority,
        address=address, sender=sender, channel=address.channel if address else "", rule=rule, subject=subject,
        body=body, about=about, follows=follows, created_at=at, with_qr=with_qr and sender in OPEN,
    )  # fmt: skip
    note(matter=matter, verb="drafted", at=at, by=by, visibility="team", letter=letter)
    return letter


def refuse_step(steps: Sequence[Rung], kind: str) -> None:
    """A step of the ladder of another letter: not before it opens; and where it rests on silence, which an absent
    record is not, only once somebody has asked anew."""
    if has_no_place(steps, kind):
        raise Refused(
            _("This step does not follow from where the earlier letter stands now. See what can be done.")
        )
    early = too_early(steps, kind)
    if early is not None:
        day = early.opens_safe_on or early.opens_on
        raise Refused(
            _("It is too early for this step: it opens on %(day)s.") % {"day": date_words(day)}
            if day
            else _("It is too early for this step.")
        )
    if unasked(steps, kind):
        raise Refused(
            _(
                "First ask whether an answer has come, and enter the day of asking on the page of the earlier letter."
            )
        )


@action
def redraft(
    *, letter: Letter, subject: str, body: str, was: str, at: datetime, by: User,
    address: Address | None = None, with_qr: bool = False,
) -> Letter:  # fmt: skip
    """Change a draft. `was` is its `digest` of when the form was opened: by now another letter is Stale."""
    subject, body = _text(subject, body)
    _check_address(address, letter.authority, body)
    values = {
        "subject": subject, "body": body, "address": address, "with_qr": with_qr and letter.sender in OPEN,
        "channel": address.channel if address else "",
    }  # fmt: skip
    here = Letter.objects.select_for_update(no_key=True).filter(pk=letter.pk, stage="draft").first()
    if here is None or digest(here) != was:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    Letter.objects.filter(pk=letter.pk).update(**values)
    for name, value in values.items():
        setattr(letter, name, value)
    return letter


@action
def readdress(*, letter: Letter, at: datetime, by: User) -> Letter:
    """A draft whose address has ended takes the one that holds now. Stale when it is no draft any more."""
    address = chosen(letter, legal_day(at)).current
    if address is None:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    refuse_too_long(address, letter.body)
    moved = Letter.objects.filter(pk=letter.pk, stage="draft", address=letter.address_id)
    if not moved.update(address=address, channel=address.channel):
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    letter.address, letter.channel = address, address.channel
    return letter


def digest(letter: Letter) -> str:
    """A short name of what a draft says and where it goes, to notice that somebody has changed it."""
    whole = "\0".join((letter.subject, letter.body, str(letter.address_id), str(letter.with_qr)))
    return sha256(whole.encode()).hexdigest()[:32]


def _text(subject: str, body: str) -> tuple[str, str]:
    subject, body = " ".join(clean_text(subject).split()), clean_text(body)
    if not subject or not body:
        raise Refused(_("A letter needs a subject and a text."))
    if len(subject) > SUBJECT or len(body) > BODY:
        raise Refused(_("The text is too long: at most %(n)s characters.") % {"n": BODY})
    return subject, body


def _check_address(address: Address | None, authority: Authority, body: str) -> None:
    if address is not None and address.authority_id != authority.pk:
        raise Refused(_("This address belongs to another authority."))
    refuse_too_long(address, body)


@action
def drop(*, letter: Letter, at: datetime, by: User) -> None:
    """A draft that will not be sent. Its text goes: nobody needs it any more."""
    LETTER.take(letter, "drop", body="")


@action
def mark_sent(
    *, letter: Letter, channel: str, on: date, at: datetime, by: User,
    address: Address | None = None, proof: bytes | None = None,
) -> Letter:  # fmt: skip
    """Somebody sent it: how, when, with what proof. From now on it waits for its registration."""
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if channel not in Address.Channel.values:
        raise Refused(_("Choose how the letter was sent."))
    refuse_closed(letter.authority, on)
    if address is not None:
        _check_address(address, letter.authority, letter.body)
    known = letter.address if letter.address_id and letter.address.channel == channel else None
    # One that had ended by then was not used: the letter's page said so, and it is not on the paper.
    used = address or (known if known and holds_on(known, on) else None)
    scan = keep_file(data=proof, at=at, by=by, visibility="staff", kinds=PROOFS) if proof else None
    LETTER.take(letter, "send", channel=channel, sent_on=on, address=used, scan=scan)
    MATTER.take(letter.matter, "press", authority=letter.matter.authority or letter.authority)
    note(matter=letter.matter, verb="sent", at=at, by=by, on=on, letter=letter)
    return letter


@action
def register(
    *, letter: Letter, number: str, on: date, at: datetime, by: User | None, hour: time | None = None
) -> Letter:
    """The authority gave it a number: the statutory clock starts. `hour` only matters for terms in hours."""
    number = " ".join(clean_text(number).split())
    if not number or len(number) > 60:
        raise Refused(_("Enter the registration number, at most 60 characters."))
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if letter.sent_on is not None and on < _on_its_way(letter, letter.sent_on):
        raise Refused(_("A letter cannot be registered before it was sent. Check both dates."))
    begins: date | datetime = on
    if letter.rule and book().rules[letter.rule].unit == "hour":
        if hour is None:
            raise Refused(_("This term runs in hours: enter the hour of registration too."))
        begins = datetime.combine(on, hour, BAKU)
    tell_unregistered(letter=letter, until=on, at=at)
    sent_on = min(letter.sent_on, on) if letter.sent_on else None
    LETTER.take(letter, "register", number=number, registered_on=on, sent_on=sent_on)
    note(matter=letter.matter, verb="registered", at=at, by=by, on=on, letter=letter)
    start_statutory(letter=letter, event_at=begins, at=at, by=by)
    return letter


def _on_its_way(letter: Letter, sent_on: date) -> date:
    """Since when it may have been there: what was forwarded is often registered before its notice is written."""
    first = letter.follows
    if first is None or first.forwarded_to_id != letter.authority_id:
        return sent_on
    return min(sent_on, first.registered_on or first.sent_on or sent_on)


def start_statutory(*, letter: Letter, event_at: date | datetime, at: datetime, by: User | None) -> None:
    """The term of the letter's rule; a reminder or a claim has none of its own."""
    if letter.rule:
        start_clock(
            matter=letter.matter, rule=letter.rule, event_at=event_at, at=at, by=by,
            letter=letter, authority=letter.authority,
        )  # fmt: skip


@action
def mark_looked(*, letter: Letter, on: date, at: datetime, by: User) -> None:
    """The community says that a lawyer has looked at the letter, and on which day; once, and not of a text that still changes."""
    if letter.stage in ("draft", "dropped"):
        raise Refused(_("A draft may still change. Say it on the letter once it is sent."))
    note(
        matter=letter.matter,
        verb="lawyer_looked",
        at=at,
        on=on,
        by=by,
        letter=letter,
        once=f"looked:{letter.code}",
    )
