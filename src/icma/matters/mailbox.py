"""Mail that came for a letter, as it is found and read: the letter's own address, its mails, their words.

The address is `m-`, the letter's code and a mark that follows from it under a key: whoever leads the matter is shown it
again, the database holds nothing of it. Nobody guesses it (95 bits), and its letter is found by the code in it.
"""

import hmac
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings

from icma.core.codes import derived
from icma.core.files import open_file, sniff
from icma.engines.codes import normalise
from icma.engines.inmail import Attachment, Incoming, Unreadable, read
from icma.matters.models import InMail, Letter
from icma.people.access import live_on

PREFIX, PURPOSE, OF_LETTER = "m-", "mail_in", 8  # symbols of a letter's code
PAPERS = ("jpeg", "png", "pdf")


def mail_address(letter: Letter) -> str:
    """Where an answer to this letter may be mailed; "" while no mail comes in, and for what is no letter of ours."""
    if not settings.MAIL_IN_DOMAIN or letter.direction != Letter.Direction.OUT or letter.stage == "dropped":
        return ""
    mark = derived(PURPOSE, letter.code)
    return f"{PREFIX}{letter.code}-{mark}@{settings.MAIL_IN_DOMAIN}".translate(_ASCII_LOWER)


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}  # Crockford's symbols and a domain


def letter_of(code: str) -> Letter | None:
    """The letter whose address has this code, however its case and dashes were copied; None for any other."""
    plain = normalise(code)
    name, mark = plain[:OF_LETTER], plain[OF_LETTER:]
    if not plain.isascii() or not hmac.compare_digest(normalise(derived(PURPOSE, name)), mark):
        return None
    rows = Letter.objects.filter(code=name, direction=Letter.Direction.OUT)
    return rows.exclude(stage="dropped").select_related("matter").first()


def mail_of(letter: Letter, code: str) -> "Opened | None":
    """The mail of this letter that a form names; None for no mail, or another letter's."""
    mail = InMail.objects.filter(letter=letter, code=code).select_related("file").first() if code else None
    return Opened(mail) if mail else None


@dataclass(frozen=True)
class Opened:
    """A mail with its words. What our server found stands in the row, not in the bytes that are read again."""

    row: InMail

    @cached_property
    def words(self) -> Incoming | None:
        """None when its bytes are lost, as after a restore without its files."""
        try:
            return read(open_file(self.row.file).read()) if self.row.file else None
        except (FileNotFoundError, Unreadable):
            return None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return self.words.attachments if self.words else ()

    @property
    def papers(self) -> list[Attachment]:
        """Attachments that can be kept as the scan of an answer."""
        return [one for one in self.attachments if sniff(one.data) in PAPERS]

    @property
    def domain(self) -> str:
        return self.words.sender.rpartition("@")[2] if self.words else ""


def is_directory_address(letter: Letter, opened: Opened, on: date) -> bool:
    """Is the sender's address the one that the directory holds for this body today?"""
    rows = letter.authority.addresses.filter(live_on(on), channel="email")
    return opened.words is not None and rows.filter(value__iexact=opened.words.sender).exists()
