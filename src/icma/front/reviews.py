"""Every kind of thing that a second person looks at: one explicit tuple for the page "Nəzərdən keçirin"."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.advocacy import reviews as advocacy
from icma.advocacy.actions.log.audit import KIND as SAMPLE
from icma.advocacy.actions.log.invalidation import KIND as INVALIDATION
from icma.advocacy.actions.log.invalidation import reason_words, said, undo_reviewed
from icma.asks import reviews as asks
from icma.core.words import quarter_words
from icma.events import reviews as events
from icma.law.actions import LETTER, TOPIC, undo_edition, unsign_letter, unsign_topic
from icma.law.book import book
from icma.law.problems import topic
from icma.legalaid import reviews as legalaid
from icma.legalaid.actions.releases import KIND as FIGURES
from icma.matters.actions.own_terms import owed_on
from icma.matters.actions.redaction import KIND as REDACTION
from icma.matters.actions.tasks import READ as TASK
from icma.matters.actions.tasks import let_out as let_out_task
from icma.matters.models import Document, Letter
from icma.monitoring import reviews as monitoring
from icma.people import reviews as people
from icma.people.models import Review
from icma.people.reviews import Due, Kind, Pairs, by_effects
from icma.research import reviews as research
from icma.research.declared import reviews as declared


def _undo_law(*, review: Review, by: Any, at: datetime) -> None:
    undo_edition(number=review.data["edition"], by=by, at=at)


def _law(review: Review) -> Pairs:
    return [(_("What"), review.subject), (_("Edition of the law"), review.data["edition"])]


def _topic(review: Review) -> Pairs:
    one = topic(review.subject)
    return [(_("What"), one.title if one else review.subject), (_("Name"), review.data["name"])]


def _letter_text(review: Review) -> Pairs:
    change = [(_("Text"), _("corrected"))] if review.data["changed"] else []
    return [(_("What"), review.data["title"]), (_("Name"), review.data["name"]), *change]


def _thing(review: Review) -> tuple[str, str]:
    """("letter", code) from a subject such as `letter:7Q4FM2KD`."""
    kind, _colon, code = review.subject.partition(":")
    return kind, code


def _redaction(review: Review) -> Pairs:
    return [(_("Matter"), review.data["matter"]), (_("Covered places"), review.data["boxes"])]


def _redaction_page(review: Review) -> str:
    """The copy is looked at and released where it was made."""
    kind, code = _thing(review)
    name = "letter_redact" if kind == "letter" else "photo_redact"
    model = Letter if kind == "letter" else Document
    return (
        reverse(name, args=[review.data["matter"], code]) if model.objects.filter(code=code).exists() else ""
    )


def _task(review: Review) -> Pairs:
    return [(_("Task"), review.data["title"])]


def _task_page(review: Review) -> str:
    return reverse("matter", args=[review.data["matter"]])


def _invalidation(review: Review) -> Pairs:
    data = review.data
    return [
        (_("Petition"), data["petition"]),
        (_("Reason"), reason_words(data["reason"])),
        (_("Whose support"), said(data.get("criteria", {}))),
        (_("Taken out"), data["n"]),
    ]


def _sample(review: Review) -> Pairs:
    return [(_("Petition"), review.data["petition"]), (_("Drawn"), review.data["n"])]


def _figures(review: Review) -> Pairs:
    return [(_("Up to the quarter"), quarter_words(review.subject.removeprefix("release:")))]


def _figures_page(review: Review) -> str:
    """The tables are looked at and let out where they were made."""
    return reverse("legalaid_releases")


def owed() -> Due:
    """By when words are to be read, by the law in force: one query, none a review."""
    law = book()
    return lambda review: owed_on(review.asked_at, law)


KINDS = (
    *people.KINDS,
    Kind("rule", gettext_lazy("A term of law was changed"), by_effects(revert=_undo_law), _law),
    Kind("signature", gettext_lazy("An advocate confirmed a term"), by_effects(revert=_undo_law), _law),
    Kind("day", gettext_lazy("A day of the calendar was changed"), by_effects(revert=_undo_law), _law),
    Kind("year", gettext_lazy("A year of the calendar was confirmed"), by_effects(revert=_undo_law), _law),
    Kind(
        TOPIC, gettext_lazy("An advocate has read a page of a topic"), by_effects(revert=unsign_topic), _topic
    ),
    Kind(
        LETTER,
        gettext_lazy("An advocate has signed the text of a letter"),
        by_effects(revert=unsign_letter),
        _letter_text,
    ),
    Kind(REDACTION, gettext_lazy("A redacted copy is to be released"), None, _redaction, _redaction_page),
    Kind(TASK, gettext_lazy("A need for the public page"), by_effects(let_out_task), _task, _task_page),
    Kind(
        INVALIDATION,
        gettext_lazy("Support was taken out of a count"),
        by_effects(revert=undo_reviewed),
        _invalidation,
    ),
    Kind(SAMPLE, gettext_lazy("Sealed names of a sample are to be handed out"), by_effects(), _sample),
    Kind(FIGURES, gettext_lazy("Figures of legal aid are to be published"), None, _figures, _figures_page),
    *legalaid.KINDS,
    *advocacy.KINDS,
    *events.KINDS,
    *monitoring.KINDS,
    *asks.KINDS,
    *declared.KINDS,
    *research.KINDS,
)
