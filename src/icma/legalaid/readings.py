"""What pages say of the chain of openings: to the client by role, to those who supervise what stands out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.legalaid.actions.audit import MANY
from icma.legalaid.models import Case, Read, Wall
from icma.people.models import User

MOST_A_DAY, DAYS = 50, 30
ROLES = {
    "assignee": _("the lawyer of the case"), "deputy": _("the deputy"), "supervisor": _("the supervisor"),
    "guest": _("a colleague with whom it was shared"), "intake": _("reception"), "conflicts": _("check of conflicts"),
    "client": _("with the client's code"), "officer": _("an officer"), "moderator": _("a moderator"),
    "staff": _("somebody of the staff"), "complaints": _("who answers complaints about us"),
    "statistics": _("who prepares the figures"), "time": _("nobody: its time was over"),
}  # fmt: skip
# These open by their duty what was assigned to nobody or to somebody else.
DUTY = frozenset({"intake", "conflicts", "client", "complaints", "statistics"})


def role_in(case: Case, user: Any) -> str:
    """In what role somebody of the staff opens this case; a guest was given a key."""
    by = {case.supervisor_id: "supervisor", case.deputy_id: "deputy", case.assignee_id: "assignee"}
    return by.get(user.pk, "intake" if case.assignee_id is None else "guest") if user else "client"


def by_role(case: Case) -> list[dict[str, Any]]:
    """Day, role and how often: who opened this case, without names; the newest first."""
    rows = Read.objects.filter(case=case.code).values_list("at", "role")
    found = Counter((legal_day(at), role) for at, role in rows)
    return [
        {"on": on, "role": ROLES.get(role, role), "n": n}
        for (on, role), n in sorted(found.items(), reverse=True)
    ]


@dataclass(frozen=True)
class Unusual:
    """One line for those who supervise: who, on which day, what, how often."""

    on: date
    who: str
    case: str  # "" for the sum of a day
    role: Any
    n: int


def unusual(who: Who, at: datetime) -> list[Unusual]:
    """Openings of the last 30 days that stand out: not assigned, or more than 50 a day. The newest first.

    Officers and advocates see all, a supervisor those of the cases that he or she supervises; nobody learns of a
    case from which a wall keeps him.
    """
    seen = Read.objects.filter(at__gte=at - timedelta(days=DAYS), user__isnull=False).exclude(verb__in=MANY)
    seen = seen.exclude(case__in=Wall.objects.filter(user=who.user_id).values("case__code"))
    if not who.has("officer", "advocate"):
        seen = seen.filter(case__in=Case.objects.filter(supervisor=who.user_id).values("code"))
    rows = list(seen.exclude(case="").values_list("at", "user_id", "case", "role"))
    codes = {case for _at, _user, case, _role in rows}
    named = Case.objects.filter(code__in=codes).values_list("code", "assignee", "deputy", "supervisor")
    mine = {code: set(people) for code, *people in named}
    days = Counter((legal_day(at), user) for at, user, _case, _role in rows)
    strange = Counter(
        (legal_day(at), user, case, role)
        for at, user, case, role in rows
        if role not in DUTY and user not in mine.get(case, {user})
    )
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={user for _d, user in days})}
    many = [Unusual(on, names.get(u, "–"), "", "", n) for (on, u), n in days.items() if n > MOST_A_DAY]
    odd = [
        Unusual(on, names.get(u, "–"), code, ROLES.get(role, role), n)
        for (on, u, code, role), n in strange.items()
    ]
    return sorted(many + odd, key=lambda row: (row.on, row.n), reverse=True)
