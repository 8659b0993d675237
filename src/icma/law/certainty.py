"""What may be said about a date, depending on who has confirmed the rule behind it.

A *formal sentence* asserts a breach: in a letter, a PDF, a statistic, a notice. Only an advocate's signature
allows it. V, unsigned: the article is cited, the date stands as our own reckoning, a request and no
accusation. V2 and M: the date stays on the page, marked, and never goes into a share.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.core.words import date_words as words_of
from icma.engines.aztext import date_words
from icma.law.shipped import Book

Status = Literal["signed", "own", "V", "V2", "M"]
_FROM_SURE: tuple[Status, ...] = ("signed", "own", "V", "V2", "M")


def status_of(book: Book, key: str) -> Status:
    """ "signed", or the weakest mark of the rule's fields; "own" for our own promises, which need no advocate."""
    rule = book.rules[key]
    if key.startswith("own."):
        return "own"
    return "signed" if key in book.signed else rule.certainty


def lateness_status(book: Book, key: str) -> Status:
    """How sure it is that somebody is late by this rule: nobody is before its latest lawful date, and that one hangs
    on the extensions too. An extension from memory lets nobody be called late."""
    status = status_of(book, key)
    return status if status in ("signed", "own") else book.rules[key].latest_certainty


def weakest(statuses: Iterable[Status]) -> Status:
    """The least sure of them; without any there is nothing to doubt."""
    return max(statuses, key=_FROM_SURE.index, default="signed")


def may_assert(status: Status) -> bool:
    """May a breach be asserted as a fact?"""
    return status in ("signed", "own")


def may_share(status: Status) -> bool:
    """May lateness by this rule enter a share or a statistic at all (marked, where not signed)?"""
    return status in ("signed", "own", "V")


def page_mark(status: Status) -> str:
    """The words beside a date on a page."""
    return {
        "signed": _("confirmed by an advocate"),
        "own": _("our own promise"),
        "V": _("not confirmed by an advocate"),
    }.get(status) or _("not checked")


def late_words(status: Status) -> str:
    """What a page says when the latest date has passed and silence was confirmed; '' where nothing may be said."""
    if may_assert(status):
        return _("the term has ended")
    if status == "V":
        return _("the date by which an answer was expected has passed · not confirmed by an advocate")
    return ""


def signed_by(book: Book, key: str) -> str:
    """'N. N., 13 mart 2026', with 'nümunə' for an invented signature; '' where nobody signed."""
    signature = book.signed.get(key)
    if signature is None:
        return ""
    words = {"name": signature.name, "date": words_of(signature.on)}
    return _("%(name)s, %(date)s (sample)") % words if signature.sample else _("%(name)s, %(date)s") % words


@dataclass(frozen=True, slots=True)
class Wording:
    """The parts of a formal sentence. `basis` cites the article ('' where it may not), `when` the term,
    `sentence` is the whole; `asserts`: it states a breach as a fact."""

    basis: str
    when: str
    sentence: str
    asserts: bool


def wording(book: Book, key: str, lang: str = "az", due: date | None = None) -> Wording:
    """How a letter may speak of the term of rule `key` that ended on `due`, in the letter's own language."""
    status, rule = status_of(book, key), book.rules[key]
    with override(lang):
        when = _("within the term set by law")
        if not may_share(status):
            return Wording("", when, _("We ask for an answer within the term set by law."), False)
        words = {"law": rule.law.get(lang, rule.law.get("az", "")), "article": rule.article}
        basis = _("%(law)s, article %(article)s") % words
        if due is None:
            return Wording(
                basis, when, _("%(basis)s: we ask for an answer within this term.") % {"basis": basis}, False
            )
        return _dated(may_assert(status), {"basis": basis, "date": date_words(due, lang)})


def _broken(words: dict[str, str]) -> str:
    return (
        _("%(basis)s: the term for an answer ended on %(date)s at the latest and no answer was given.")
        % words
    )


def has_formal_sentence(text: str, lang: str = "az") -> bool:
    """Does a text assert a breach in the words of `wording`, whatever the law and the date?"""
    with override(lang):
        parts = _broken({"basis": "\0", "date": "\0"}).split("\0")
    return re.search("[^\n]+?".join(map(re.escape, parts)), text) is not None


def _dated(asserts: bool, words: dict[str, str]) -> Wording:
    """The whole sentence, in the language that is active."""
    if asserts:
        when = _("until %(date)s") % words
        sentence = _broken(words)
    else:
        when = _("by our reckoning until %(date)s") % words
        sentence = (
            _("%(basis)s: by our reckoning an answer was expected until %(date)s. We ask for the answer.")
            % words
        )
    return Wording(words["basis"], when, sentence, asserts)
