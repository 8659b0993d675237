"""The vocabulary of clocks: a rule of law as data, what happened to a clock, what came out.

Certainty marks: V read in the consolidated text of the act, V2 on an official or secondary page, M from
memory. Where the source is silent a field keeps its other readings in `alternatives`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import product
from typing import Any, Literal, get_args

Unit = Literal["wd", "cd", "month", "year", "hour"]
Start = Literal["event", "next_day", "next_wd"]
Direction = Literal["due_by", "not_before", "at_least_before"]
Owner = Literal["authority", "citizen", "us"]
Kind = Literal["term", "service", "note"]
Certainty = Literal["V", "V2", "M"]
EventKind = Literal["start", "pause", "resume", "extend", "answer", "correct"]

COUNTED = ("amount", "unit", "start", "roll", "direction", "exclude_days")
_ALLOWED = {"unit": Unit, "start": Start, "direction": Direction, "owner": Owner, "kind": Kind}


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a term may be lengthened on one ground, how often, and what the whole may not pass.

    `amount` and `max_total` are in the rule's own unit; `max_total` caps the term with all extensions.
    """

    amount: int
    unit: Unit
    times: int = 1
    max_total: int | None = None
    basis: str = ""
    article: str = ""


def _weakest(marks: Iterable[Certainty]) -> Certainty:
    return max(marks, key=("V", "V2", "M").index, default="M")


@dataclass(frozen=True)
class Rule:
    """One term of law. Titles, laws and conditions are {az, ru, en}; `certain` marks each counted field."""

    id: str
    amount: int
    unit: Unit
    start: Start = "next_day"
    roll: bool = False
    direction: Direction = "due_by"
    owner: Owner = "authority"
    kind: Kind = "term"
    exclude_days: bool = False
    extensions: tuple[Extension, ...] = ()
    certain: Mapping[str, Certainty] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    law: Mapping[str, str] = field(default_factory=dict)
    article: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    condition: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in get_args(allowed):
                raise ValueError(f"{self.id}: {name} cannot be {getattr(self, name)!r}")
        if self.kind != "note" and self.amount < 1:
            raise ValueError(f"{self.id}: the amount must be at least 1")
        if self.unit == "hour" and self.direction != "due_by":
            raise ValueError(f"{self.id}: hours only run forwards")
        if any(link.unit != self.unit for link in self.extensions):
            raise ValueError(f"{self.id}: an extension must be in the unit of its rule")
        if not set(self.alternatives) <= set(COUNTED):
            raise ValueError(f"{self.id}: only {', '.join(COUNTED)} may have a second reading")

    @property
    def certainty(self) -> Certainty:
        """The weakest mark among the fields that the date depends on; a possible extension is not one of them."""
        return _weakest(mark for name, mark in self.certain.items() if name != "extensions")

    @property
    def latest_certainty(self) -> Certainty:
        """How sure the latest date is that the law could allow: it hangs on the extensions too."""
        return _weakest(self.certain.values()) if self.extensions else self.certainty

    @cached_property
    def variants(self) -> tuple[tuple[str, "Rule"], ...]:
        """Every reading of the source as (label, rule); the first, label '', is the rule as it stands."""
        # Working days never end on a day off, so there is nothing to roll.
        fields = [name for name in self.alternatives if not (name == "roll" and self.unit == "wd")]
        choices = product(*[(getattr(self, name), *self.alternatives[name]) for name in fields])
        found = []
        for values in choices:
            changed = {k: v for k, v in zip(fields, values, strict=True) if v != getattr(self, k)}
            label = ",".join(f"{name}={str(value).lower()}" for name, value in changed.items())
            found.append((label, replace(self, **changed) if changed else self))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened to a clock, on its own date (never the date it was typed in).

    `correct` carries the right start; `extend` its ground and, if the notice named one, its amount.
    """

    kind: EventKind
    at: date | datetime
    basis: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an explanation: what happened from `first` to `last` and how much it counted.

    kinds: not_counted, no_hour, extended, run, off, paused, worked_weekend, months, month_end, total, rolled,
    kept, earliest, latest, begins, ends. `count` is in days, months, or minutes for rules in hours.
    """

    kind: str
    first: date
    last: date
    count: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the law and its date. label '' is the primary one, else e.g. 'start=event'.

    provisional: this date hangs on a day that may still change.
    """

    label: str
    due: date
    due_at: datetime | None = None
    provisional: bool = False

    @property
    def moment(self) -> datetime:
        """For comparing readings of one answer."""
        return self.due_at or datetime(self.due.year, self.due.month, self.due.day)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Answer:
    """What a clock says. While it is paused `stopped` is true and there is no date at all.

    due, due_at: primary reading (due_at only for hours, Asia/Baku) · provisional: the date hangs on a day
    that may still change · safe: day to aim at on our side · latest_lawful(_at): last day the law could
    allow the authority · extended: amount added by valid extensions · ignored: events without effect in law ·
    paused: working days (wd), calendar days or minutes (hour) not counted · in_time: None until answered.
    """

    rule: Rule
    start: date
    start_at: datetime | None
    due: date | None
    due_at: datetime | None
    provisional: bool
    readings: tuple[Reading, ...]
    safe: date | None
    latest_lawful: date | None
    latest_lawful_at: datetime | None
    extended: int
    ignored: tuple[ClockEvent, ...]
    paused: int
    stopped: bool
    answered_on: date | None
    in_time: bool | None
    steps: tuple[Step, ...]

    @property
    def earliest(self) -> Reading | None:
        """The reading to keep to on our side."""
        return min(self.readings, key=lambda reading: reading.moment, default=None)

    @property
    def latest(self) -> Reading | None:
        """The reading before which nobody else may be called late."""
        return max(self.readings, key=lambda reading: reading.moment, default=None)
