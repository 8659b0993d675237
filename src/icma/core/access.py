"""Who is asking, and what they may: a rule is `(who, at) → Q`, the same for lists and single rows.

Each app's `access.py` calls `rules(Model, view=…, edit=…)`; the door and every listing use them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY

# These act only after a second factor (house.md §7).
STRONG_ROLES = frozenset({"officer", "lawyer", "advocate", "moderator", "researcher"})


@dataclass(frozen=True)
class Who:
    """The one who asks. `seats` are (role, organisation id, authority id) of live memberships."""

    user: Any = None
    seats: tuple[tuple[str, int | None, int | None], ...] = ()
    strong: bool = False
    codes: frozenset[str] = frozenset()
    scope: str = ""
    person: str = ""
    extra: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    @property
    def roles(self) -> frozenset[str]:
        """Roles that count now: the strong ones only after a second factor."""
        return frozenset(role for role, _, _ in self.seats if self.strong or role not in STRONG_ROLES)

    def with_factor(self) -> "Who":
        """The same person as after the second factor."""
        return replace(self, strong=True)

    def has(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))

    def organisations(self, *roles: str) -> list[int]:
        """Ids of organisations where this person holds one of the roles."""
        live = self.roles & set(roles)
        return [org for role, org, _ in self.seats if role in live and org is not None]

    def authorities(self) -> list[int]:
        return [body for role, _, body in self.seats if role == "official" and body is not None]


STRANGER = Who()
Rule = Callable[[Who, datetime], Q]
_RULES: dict[type[Model], dict[str, Rule]] = {}


def rules(model: type[Model], **by_verb: Rule) -> None:
    """Declare who may do what with `model`; called once, in the app's access.py."""
    _RULES.setdefault(model, {}).update(by_verb)


def verbs(model: type[Model]) -> dict[str, Rule]:
    return dict(_RULES.get(model, {}))


def ruled_models() -> list[type[Model]]:
    return list(_RULES)


def allowed(queryset: QuerySet, who: Who, verb: str, at: datetime) -> QuerySet:
    """Rows of `queryset` that `who` may `verb` at `at`. An undeclared verb is a programming error."""
    return queryset.filter(_RULES[queryset.model][verb](who, at))


def may(who: Who, verb: str, thing: Model, at: datetime) -> bool:
    """The same rule for one row: one query."""
    return allowed(type(thing)._default_manager.filter(pk=thing.pk), who, verb, at).exists()
