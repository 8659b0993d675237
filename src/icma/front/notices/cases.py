"""Mails about legal aid's cases: a reference and a date, and nothing else."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.once import run_once
from icma.core.words import date_words
from icma.law.book import newest
from icma.legalaid.actions.cases.telling import stands
from icma.legalaid.jobs import shortened
from icma.people.models import Mail

# Who has no key to the case would find nothing at its address.
ELSEWHERE = {
    "unseen": "mine", "lost": "mine", "intake": "reception", "erase": "reviews", "answered": "mine", "offered": "cases",
    "accepted": "cases", "declined": "cases", "gone": "cases",
}  # fmt: skip


def tell_shortened(at: datetime) -> int:
    """Once an edition of the law: every date that any rule could have given is asked, which takes a while."""
    key = f"legal_shorter:{newest().number}"
    return run_once("job", key, lambda: {"done": shortened(at)}, at)["done"]


def words_of_case(mail: Mail) -> dict[str, Any] | None:
    if not stands(mail):
        return None
    said = {
        "term": _("Case %(code)s: a term on %(day)s."),
        "task": _("Case %(code)s: a task on %(day)s."),
        "done": _("Case %(code)s: somebody has noted that the term on %(day)s was kept. Look at the proof."),
        "asked": _("Case %(code)s: somebody asks to take out or move the term on %(day)s. It waits for you."),
        "shorter": _("Case %(code)s: the law has changed, and the term on %(day)s may now end earlier. Open the case today."),
        "unseen": _("Case %(code)s: a term on %(day)s, and nobody who answers for it has opened it. Ask them today."),
        "lost": _("Case %(code)s: nobody opens it any more but with the union's papers."),
        "news": _("Case %(code)s: there is something new. Open it to read it."),
        "intake": _("Request %(code)s cannot wait. It stands first at the reception."),
        "answered": _("A lawyer has answered question %(code)s. The answer stands on your page “My work”."),
        "erase": _("Case %(code)s: somebody asks to erase it. It waits for a second person."),
        "offered": _("A colleague offers you a case: offer %(code)s. Read the names and answer."),
        "accepted": _("Case %(code)s: a colleague has accepted what you offered."),
        "declined": _("Case %(code)s: a colleague has declined what you offered."),
        "gone": _("Case %(code)s: its client has closed it and erased everything. Nothing more is to be done in it."),
        "mail": _("Case %(code)s: a mail has come to its address. Open the case to read it."),
    }[mail.data["why"]]  # fmt: skip
    on = mail.data["on"]
    words = said % {"code": mail.data["code"], "day": date_words(date.fromisoformat(on)) if on else "–"}
    page = ELSEWHERE.get(mail.data["why"])
    url = reverse(page) if page else reverse("case", args=[mail.data["code"]])
    return {"sentence": words, "url": settings.BASE_URL + url}
