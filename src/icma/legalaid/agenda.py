"""The calendar under a secret address: days of one's cases with opaque titles. It opens nothing and needs no key."""

from datetime import datetime
from typing import Any

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.access import Who, allowed
from icma.core.ics import Day, calendar
from icma.legalaid.models import Case, Sealed

PURPOSE = "legal-feed"


def subject_of(user: Any) -> str:
    """The owner of the address; freezing the account ends it with all others of this subject."""
    return f"person:{user.person}"


def agenda_of(user: Any, at: datetime) -> bytes:
    """Terms and hearings that are not done; of a case behind a wall, or without a live grant, there are none."""
    mine = allowed(Case.objects.all(), Who(user=user), "work", at)
    rows = Sealed.objects.filter(case__in=mine.values("pk"), done=False, due_on__isnull=False)
    days = rows.order_by("due_on", "pk").values_list("code", "due_on", "case__code")
    return calendar([Day(f"{code}@icma", on, f"İcma {case[:4]}") for code, on, case in days], at, "İcma")
