"""A template that ships is a draft until an advocate has signed its very text and a second person has agreed."""

import hashlib
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.legalaid.assembly.shelf import Sheet, sheet, shelf
from icma.legalaid.models import TemplateSign
from icma.people.access import held_on
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Membership, Review, User

KIND = "legal_template"


def text_of(one: Sheet) -> str:
    """SHA-256 of the bytes that would be filled in now: not of what a list says of them."""
    return hashlib.sha256(one.file()).hexdigest()


def signature_of(one: Sheet) -> TemplateSign | None:
    """The signature under the text as it is; a changed text has none."""
    return TemplateSign.objects.filter(slug=one.slug, sha256=text_of(one)).select_related("signed_by").first()


def signatures() -> dict[str, TemplateSign]:
    """Slug → signature under the text as it is; one query."""
    rows = {(row.slug, row.sha256): row for row in TemplateSign.objects.all()}
    return {one.slug: rows[place] for one in shelf() if (place := (one.slug, text_of(one))) in rows}


def is_approved(one: Sheet) -> bool:
    row = signature_of(one)
    return row is not None and row.agreed_on is not None


@action
def sign_template(*, slug: str, sha256: str, name: str, by: User, at: datetime) -> TemplateSign:
    """An advocate signs the text with this hash; it stays a draft until a second person agrees."""
    one, name, on = sheet(slug), clean_text(name)[:64], legal_day(at)
    if not Membership.objects.filter(held_on(on), user=by, role="advocate").exists():
        raise Refused(_("Only an advocate (vəkil) signs a template."))
    if sha256 != text_of(one):
        raise Refused(_("The text of this template was changed meanwhile. Read it again, then sign."))
    if len(name) < 3:
        raise Refused(_("Write your name: it stands beside the template."))
    if signature_of(one) is not None:
        raise Refused(_("This text is signed already."))
    row = TemplateSign.objects.create(slug=slug, sha256=sha256, name=name, signed_by=by, signed_on=on)
    ask_review(
        kind=KIND,
        subject=f"template:{slug}",
        when="before",
        by=by,
        at=at,
        data={"name": name, "sha256": sha256},
    )
    log_change(
        table="template", row=slug, before={}, after={"signed_by": name, "sha256": sha256}, by=by, at=at
    )
    return row


@action
def decide_template(*, row: TemplateSign, agreed: bool, by: Any, at: datetime) -> None:
    """The second person lets it be used without the word draft, or sends it back."""
    review = (
        Review.objects.filter(kind=KIND, subject=f"template:{row.slug}", verdict="").order_by("-pk").first()
    )
    if review is None:
        raise Refused(_("Somebody has already decided this."))
    decide_review(review=review, verdict="agreed" if agreed else "refused", by=by, at=at)
    if agreed:
        TemplateSign.objects.filter(pk=row.pk).update(agreed_by=by, agreed_on=legal_day(at))
    else:
        row.delete()


@action
def unsign_template(*, row: TemplateSign, by: Any, at: datetime) -> None:
    """The law has changed, or a mistake was found: it is a draft again from this moment."""
    Review.objects.filter(kind=KIND, subject=f"template:{row.slug}", verdict="").delete()
    log_change(
        table="template",
        row=row.slug,
        before={"signed_by": row.name, "sha256": row.sha256},
        after={},
        by=by,
        at=at,
    )
    row.delete()
